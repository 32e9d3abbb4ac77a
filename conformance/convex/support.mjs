// Starts the real binary, gives people and unmodified clients to the tests, and stands between them
// with a proxy that cuts: what every file here begins with.
import { spawn } from 'node:child_process';
import { createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BaseConvexClient, ConvexClient } from 'convex/browser';
import WebSocket from 'ws';

export const BINARY = process.env.VISAVIS_BIN ?? new URL('../../build/visavis', import.meta.url).pathname;
/** The same protocol over functions that take, keep and give back any value: conformance/lab. */
export const LAB = process.env.VISAVIS_LAB ?? new URL('../../build/visavis_lab', import.meta.url).pathname;

/** A port that was free a moment ago. */
export async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/**
 * Runs `visavis serve --dev`, or `binary`, on loopback. `stop()` ends it for good; `kill()`, `start()` and `restart()` end
 * it and start it again on the same data. `beside`: another server, whose data directory it shares.
 */
export async function startServer({ binary = BINARY, env = {}, beside, data = beside?.data ?? mkdtempSync(join(tmpdir(), 'visavis-convex-')) } = {}) {
  const [http, udp, tcp] = [await freePort(), await freePort(), await freePort()];
  const log = [];
  let child;
  let exited;
  async function start() {
    child = spawn(binary, ['serve', '--dev', '--data', data, '--listen', `127.0.0.1:${http}`, '--rtc-udp', String(udp),
      '--rtc-tcp', String(tcp), '--rtc-ip', '127.0.0.1'], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
    exited = new Promise((done) => child.on('exit', (code) => done(code)));
    const ready = new Promise((done) => {
      createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('visavis ready') && done(true));
    });
    if (!(await Promise.race([ready, exited.then(() => false)]))) {
      throw new Error(`${binary} did not start:\n${log.join('\n')}`);
    }
  }
  async function end(signal = 'SIGTERM') {
    child.kill(signal);
    return exited;
  }
  await start();
  return {
    port: http,
    url: `http://127.0.0.1:${http}`,
    log,
    data,
    start,
    kill: () => end('SIGKILL'),
    signingKey: () => createPrivateKey(readFileSync(join(data, 'access-key.pem'))),
    async restart(signal) {
      await end(signal);
      await start();
    },
    async stop() {
      const code = await end();
      if (!beside) rmSync(data, { recursive: true, force: true });
      return code;
    },
  };
}

const PASSWORD = 'un chateau de sable bleu';

async function askAuth(server, what, body, headers = {}) {
  const response = await fetch(`${server.url}/api/auth/${what}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: server.url, ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`);
  return response;
}

let lastPerson = 0;
/** A person with an account; `token` is good for some minutes. */
export async function signUp(server, name = 'Personne') {
  const email = `${name.toLowerCase()}-${process.pid}-${++lastPerson}@example.org`;
  const response = await askAuth(server, 'signup', { email, password: PASSWORD, name });
  const { user, token } = await response.json();
  return { ...user, token };
}

/** Another login of somebody who has signed up, as on a second device. */
export async function logIn(server, email) {
  const response = await askAuth(server, 'login', { email, password: PASSWORD });
  const { token } = await response.json();
  return { token, cookie: response.headers.get('set-cookie').split(';')[0] };
}

export const logOut = (server, { cookie }) => askAuth(server, 'logout', {}, { Cookie: cookie });

/** Waits until `condition()` holds; fails with `what` after `limit` ms. */
export async function until(condition, what, limit = 30_000) {
  const end = performance.now() + limit;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still waiting for ${what} after ${limit} ms`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * What went wrong inside clients. Browsers swallow an exception thrown while a message is handled
 * and stay frozen; here each one is kept and fails the test that looks.
 */
export const complaints = [];

/** Every frame both ways, for tests that look at the wire. */
export const wire = [];

class WatchedSocket extends WebSocket {
  constructor(...args) {
    super(...args);
    WatchedSocket.opened += 1;
  }
  set onmessage(handler) {
    super.onmessage = handler && ((event) => {
      const message = JSON.parse(event.data);
      wire.push({ from: 'server', ...message });
      try {
        handler(event);
      } catch (error) {
        complaints.push(error);
      }
    });
  }
  get onmessage() {
    return super.onmessage;
  }
  send(data, ...rest) {
    wire.push({ from: 'client', ...JSON.parse(data) });
    super.send(data, ...rest);
  }
}
WatchedSocket.opened = 0;
export const socketsOpened = () => WatchedSocket.opened;

const logger = {
  addLogLineListener: () => () => {},
  log: () => {},
  logVerbose: () => {},
  warn: () => {},
  error: (...words) => {
    const text = words.join(' ');
    if (/FATAL|Could not parse/.test(text)) complaints.push(new Error(text));
  },
};

const options = { webSocketConstructor: WatchedSocket, unsavedChangesWarning: false, logger };

/** The client that most applications use outside React. */
export function connect(url, person, more = {}) {
  const client = new ConvexClient(url, { ...options, ...more });
  if (person) client.setAuth(async () => person.token);
  return client;
}

/** The client beneath the React hooks: query results as they stand, optimistic updates. */
export function connectBase(url, onTransition = () => {}, person = undefined) {
  const client = new BaseConvexClient(url, onTransition, options);
  if (person) client.setAuth(async () => person.token, () => {});
  return client;
}

/**
 * Where, in what a server sends on one connection, the first WebSocket frame of this type that ends past `given`
 * does so; -1 until it has come. Servers' frames are not masked, ours not compressed.
 */
function frameEnds(bytes, type, given) {
  const blank = bytes.indexOf('\r\n\r\n');
  let at = blank + 4;
  while (blank >= 0 && at + 10 <= bytes.length) {
    const short = bytes[at + 1];
    const [head, size] = short < 126 ? [2, short] : short === 126 ? [4, bytes.readUInt16BE(at + 2)] : [10, Number(bytes.readBigUInt64BE(at + 2))];
    const end = at + head + size;
    if (end > bytes.length) break;
    if (end > given && bytes.toString('utf8', at + head, end).includes(`"type":"${type}"`)) return end;
    at = end;
  }
  return -1;
}

/**
 * A TCP proxy that can go deaf towards the client, hold back what comes for it until `release()`, and cut all
 * connections, at once or (`cutAfter`, a message's type) behind the next such message, of which nothing more
 * comes through.
 */
export async function startProxy(port) {
  const sockets = new Set();
  const outers = new Set();
  const proxy = { deaf: false, refusing: false, refused: 0, cutAfter: undefined };
  const server = net.createServer((inner) => {
    if (proxy.refusing) {
      proxy.refused += 1;
      return inner.destroy();
    }
    const outer = net.connect(port, '127.0.0.1');
    outers.add(outer);
    outer.on('close', () => outers.delete(outer));
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        inner.destroy();
        outer.destroy();
      });
    }
    inner.on('data', (bytes) => outer.write(bytes));
    let [passed, given] = [Buffer.alloc(0), 0];
    outer.on('data', (bytes) => {
      if (proxy.deaf || inner.writableEnded) return;
      passed = Buffer.concat([passed, bytes]);
      const end = proxy.cutAfter ? frameEnds(passed, proxy.cutAfter, given) : -1;
      if (end > 0) {
        proxy.cutAfter = undefined;
        inner.end(passed.subarray(given, end), () => outer.destroy());
      } else {
        inner.write(bytes);
        given = passed.length;
      }
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  proxy.url = `http://127.0.0.1:${server.address().port}`;
  proxy.hold = () => outers.forEach((outer) => outer.pause());
  proxy.release = () => outers.forEach((outer) => outer.resume());
  proxy.cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  proxy.close = () => {
    proxy.cut();
    server.close();
  };
  return proxy;
}

export const demande = (titre, more = {}) => ({ titre, description: 'Décrite.', prix: 10000, devise: 'EUR', ...more });
export const firstPage = (numItems = 10) => ({ paginationOpts: { numItems, cursor: null } });

/**
 * The same login's token, signed with the server's own key, that ends in `seconds`. It says that it was
 * made an hour ago (or `age` seconds): clients then see no reason to fetch another before it ends.
 */
export function endingToken(server, { token }, seconds, age = 3_600) {
  const [head, body] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  const now = Math.floor(Date.now() / 1000);
  const changed = Buffer.from(JSON.stringify({ ...claims, iat: now - age, exp: now + seconds })).toString('base64url');
  const text = `${head}.${changed}`;
  const signature = sign('sha256', text, { key: server.signingKey(), dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
