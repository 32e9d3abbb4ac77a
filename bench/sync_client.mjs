// The load generator's half of a sync socket: a WebSocket client of its own, since packages spend
// more on a frame than the server does. Frames of the Convex protocol: docs/protocols/convex.md.
import { randomBytes, randomUUID } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';

const TEXT = 0x81;
const SHORT = 126;
const LONG = 127;

/** One masked text frame. The mask is zero, so that masking costs nothing. */
function frame(text) {
  const length = Buffer.byteLength(text);
  const head = length < SHORT ? 6 : 8;
  if (length > 0xffff) throw new Error('a frame of the benchmark is short');
  const bytes = Buffer.allocUnsafe(head + length);
  bytes[0] = TEXT;
  if (length < SHORT) {
    bytes[1] = 0x80 | length;
  } else {
    bytes[1] = 0x80 | SHORT;
    bytes.writeUInt16BE(length, 2);
  }
  bytes.fill(0, head - 4, head);
  bytes.write(text, head);
  return bytes;
}

/** Takes whole frames from the front of `bytes`. @return what is left of it */
function takeFrames(bytes, onText) {
  let at = 0;
  while (bytes.length - at >= 2) {
    let length = bytes[at + 1] & 0x7f;
    let head = 2;
    if (length === SHORT) {
      if (bytes.length - at < 4) break;
      length = bytes.readUInt16BE(at + 2);
      head = 4;
    } else if (length === LONG) {
      if (bytes.length - at < 10) break;
      length = Number(bytes.readBigUInt64BE(at + 2));
      head = 10;
    }
    if (bytes.length - at < head + length) break;
    const code = bytes[at] & 0x0f;
    const body = bytes.toString('latin1', at + head, at + head + length);
    if (code === 1) onText(body);
    if (code === 8) console.error(`the server closed: ${body.slice(2)}`);
    at += head + length;
  }
  return bytes.subarray(at);
}

/** A socket of one person, or of nobody without a token, on `/api/1.48.0/sync`; `onText` gets every message (ASCII) as text. */
export class SyncClient {
  #socket;
  #rest = Buffer.alloc(0);
  #request = 0;
  onText = () => {};

  static async open(port, token, { secure = false } = {}) {
    const client = new SyncClient();
    const at = { port, host: '127.0.0.1', noDelay: true };
    const socket = secure ? tls.connect({ ...at, rejectUnauthorized: false }) : net.connect(at);
    client.#socket = socket;
    await new Promise((done, fail) => {
      socket.once('error', fail);
      socket.write(`GET /api/1.48.0/sync HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`);
      let head = Buffer.alloc(0);
      const onHead = (bytes) => {
        head = Buffer.concat([head, bytes]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        socket.off('data', onHead);
        if (!head.toString('latin1').startsWith('HTTP/1.1 101')) return fail(new Error(head.toString('latin1')));
        socket.on('data', (more) => client.#take(more));
        client.#take(head.subarray(end + 4));
        done();
      };
      socket.on('data', onHead);
    });
    client.#send({ type: 'Connect', sessionId: randomUUID(), connectionCount: 0, lastCloseReason: 'InitialConnect', clientTs: Date.now() });
    if (token) client.#send({ type: 'Authenticate', baseVersion: 0, tokenType: 'User', value: token });
    return client;
  }

  /** Asks for live queries and waits for their first results. */
  async watch(paths, args = {}) {
    const first = new Promise((done) => {
      this.onText = (text) => text.startsWith('{"type":"Transition"') && done();
    });
    this.#send({
      type: 'ModifyQuerySet', baseVersion: 0, newVersion: 1,
      modifications: paths.map((udfPath, queryId) => ({ type: 'Add', queryId, udfPath, args: [args] })),
    });
    await first;
  }

  /** @param args JSON text of the one argument */
  mutate(path, args) {
    this.#socket.write(frame(`{"type":"Mutation","requestId":${this.#request++},"udfPath":"${path}","args":[${args}]}`));
  }

  get closed() {
    return this.#socket.destroyed;
  }

  close() {
    this.#socket.destroy();
  }

  #send(message) {
    this.#socket.write(frame(JSON.stringify(message)));
  }

  #take(bytes) {
    this.#rest = takeFrames(this.#rest.length ? Buffer.concat([this.#rest, bytes]) : bytes, this.onText);
  }
}
