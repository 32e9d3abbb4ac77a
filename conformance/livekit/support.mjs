// Starts the real binary and gives participants to the tests: what every file here begins with.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  AudioFrame, AudioSource, AudioStream, LocalAudioTrack, LocalVideoTrack, Room, TrackKind, TrackPublishOptions,
  TrackSource, VideoBufferType, VideoCodec, VideoFrame, VideoSource, VideoStream,
} from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';

export { dispose } from '@livekit/rtc-node';

export const KEY = 'devkey';
export const SECRET = 'secret';
const BINARY = process.env.VISAVIS_BIN ?? new URL('../../build/visavis', import.meta.url).pathname;

/** A port that was free a moment ago. */
export async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** A certificate of our own signing, as the settings that name it. */
function makeCertificate(folder) {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  return { VISAVIS_TLS_CERTIFICATE: certificate, VISAVIS_TLS_KEY: key };
}

/** The same of UDP, whose ports are others. */
async function freeUdpPort() {
  const socket = createSocket('udp4');
  await new Promise((done) => socket.bind(0, '127.0.0.1', done));
  const { port } = socket.address();
  await new Promise((done) => socket.close(done));
  return port;
}

/**
 * Runs `visavis serve --dev` on loopback; `stop()` ends it and gives its exit code, `restart(signal, away)` ends it
 * and has another take its place after so many ms.
 * `advertised`: the media ports `{ udp, tcp }` that candidates name instead of the server's own. `tcp: 0`: none but that of HTTP.
 * `environment`: settings as variables, `{ VISAVIS_…: … }`. `secure`: HTTPS with a certificate that nobody trusts.
 */
export async function startServer({ advertised, environment = {}, secure = false, tcp: tcpPort } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'visavis-conformance-'));
  const tls = secure ? makeCertificate(data) : {};
  const [http, udp, tcp] = [await freePort(), await freeUdpPort(), tcpPort ?? await freePort()];
  const args = ['serve', '--dev', '--data', data, '--listen', `127.0.0.1:${http}`, '--rtc-udp', String(udp), '--rtc-tcp', String(tcp),
    '--rtc-ip', '127.0.0.1'];
  if (advertised) args.push('--rtc-advertise', `127.0.0.1:${advertised.udp ?? udp}:${advertised.tcp ?? tcp}`);
  // Where media is to take what a test advertises, it must not find a way round it.
  const media = advertised && tcp !== 0 ? { VISAVIS_RTC_ON_HTTP_PORT: 'false' } : {};
  const log = [];
  let child;
  let exited;
  const launch = async () => {
    child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...tls, ...media, ...environment } });
    createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
    exited = new Promise((done) => {
      child.on('exit', (code) => done(code));
      child.on('error', (error) => done(log.push(String(error)))); // there is no such program
    });
    const ready = new Promise((done) => {
      createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('visavis ready') && done(true));
    });
    if (!(await Promise.race([ready, exited.then(() => false)]))) {
      throw new Error(`${BINARY} did not start:\n${log.join('\n')}`);
    }
  };
  await launch();
  return {
    get pid() { return child.pid; },
    host: `127.0.0.1:${http}`,
    httpUrl: `${secure ? 'https' : 'http'}://127.0.0.1:${http}`,
    wsUrl: `${secure ? 'wss' : 'ws'}://127.0.0.1:${http}`,
    http,
    udp,
    tcp,
    log,
    async restart(signal, away = 0) {
      child.kill(signal);
      await exited;
      await new Promise((done) => setTimeout(done, away));
      await launch();
    },
    async stop() {
      child.kill('SIGTERM');
      const code = await exited;
      rmSync(data, { recursive: true, force: true });
      return code;
    },
  };
}

/**
 * A WebSocket of which the test sees every frame: `got` holds `[isText, bytes]`, `closed` its end, `code()` the server's reason. Node 20 has no client of
 * its own, and the published ones hide the encoding.
 */
export async function openSocket(url) {
  const request = get(url.replace(/^ws/, 'http'), {
    headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': randomBytes(16).toString('base64') },
  });
  const [socket, head] = await new Promise((done, failed) => {
    request.on('upgrade', (response, ...rest) => done(rest));
    request.on('response', (response) => failed(new Error(`no upgrade but ${response.statusCode}`)));
    request.on('error', failed);
  });
  const got = [];
  let code = 0;
  let bytes = head;
  const read = () => {
    for (;;) {
      if (bytes.length < 2) return;
      let [size, at] = [bytes[1] & 0x7f, 2];
      if (size === 126) [size, at] = [bytes.length < 4 ? Infinity : bytes.readUInt16BE(2), 4];
      else if (size === 127) [size, at] = [bytes.length < 10 ? Infinity : Number(bytes.readBigUInt64BE(2)), 10];
      if (bytes.length < at + size) return;
      const kind = bytes[0] & 0x0f;
      if (kind === 1 || kind === 2) got.push([kind === 1, Buffer.from(bytes.subarray(at, at + size))]);
      if (kind === 8) {
        code = bytes.readUInt16BE(at);
        socket.end();
      }
      bytes = bytes.subarray(at + size);
    }
  };
  socket.on('data', (more) => {
    bytes = Buffer.concat([bytes, more]);
    read();
  });
  socket.on('error', () => {});
  const closed = new Promise((done) => socket.on('close', done));
  read();
  return {
    got,
    closed,
    code: () => code,
    send(message) {
      const payload = Buffer.from(message);
      let head = Buffer.from([0, 0x80 | payload.length]);
      if (payload.length >= 126) head = Buffer.from([0, 0xfe, payload.length >> 8, payload.length & 0xff]);
      if (payload.length >= 65_536) {
        head = Buffer.alloc(10, 0);
        head[1] = 0xff;
        head.writeUInt32BE(payload.length, 6);
      }
      head[0] = 0x80 | (typeof message === 'string' ? 1 : 2);
      socket.write(Buffer.concat([head, Buffer.alloc(4), payload])); // a mask of zeroes changes nothing
    },
    close: () => socket.destroy(),
  };
}

let lastRoom = 0;
/** A room name of this test alone. */
export const roomName = (prefix = 'room') => `${prefix}-${process.pid}-${++lastRoom}`;

export async function token(identity, room, grants = {}) {
  const access = new AccessToken(KEY, SECRET, { identity, name: identity.toUpperCase(), ttl: '10m' });
  access.addGrant({ roomJoin: true, room, ...grants });
  return access.toJwt();
}

/** Waits until `condition()` holds; fails with `what` after `limit` ms. */
export async function until(condition, what, limit = 10_000) {
  const end = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`still waiting for ${what} after ${limit} ms`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** The next event of that name for which `matches` holds, as the list of its arguments. */
export function next(emitter, event, matches = () => true, limit = 10_000) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      emitter.off(event, listener);
      reject(new Error(`no ${event} within ${limit} ms`));
    }, limit);
    const listener = (...args) => {
      if (!matches(...args)) return;
      clearTimeout(timer);
      emitter.off(event, listener);
      resolve(args);
    };
    emitter.on(event, listener);
  });
}

export async function enter(url, identity, room, { grants = {}, options = {} } = {}) {
  const participant = new Room();
  await participant.connect(url, await token(identity, room, grants), { autoSubscribe: true, dynacast: false, ...options });
  return participant;
}

/** Publishes a sine tone; `stop()` ends it. */
export async function publishTone(room, { hertz = 440 } = {}) {
  const rate = 48_000;
  const source = new AudioSource(rate, 1);
  const track = LocalAudioTrack.createAudioTrack('tone', source);
  const options = new TrackPublishOptions();
  options.source = TrackSource.SOURCE_MICROPHONE;
  const publication = await room.localParticipant.publishTrack(track, options);
  let running = true;
  let phase = 0;
  const loop = (async () => {
    while (running) {
      const samples = new Int16Array(rate / 100);
      for (let i = 0; i < samples.length; i++, phase += (2 * Math.PI * hertz) / rate) samples[i] = 12_000 * Math.sin(phase);
      await source.captureFrame(new AudioFrame(samples, rate, 1, samples.length));
    }
  })();
  return { track, publication, async stop() { running = false; await loop; } };
}

/** Publishes a moving picture. */
export async function publishPicture(room, { width = 640, height = 360, simulcast = true, codec = 'VP8' } = {}) {
  const source = new VideoSource(width, height);
  const track = LocalVideoTrack.createVideoTrack('picture', source);
  const options = new TrackPublishOptions();
  options.source = TrackSource.SOURCE_CAMERA;
  options.videoCodec = VideoCodec[codec];
  options.simulcast = simulcast;
  const publication = await room.localParticipant.publishTrack(track, options);
  let count = 0;
  const timer = setInterval(() => {
    const pixels = new Uint8Array((width * height * 3) / 2).fill(128);
    const bar = (count++ * 8) % height;
    pixels.fill(30, 0, width * height);
    pixels.fill(220, bar * width, Math.min(bar + 40, height) * width);
    source.captureFrame(new VideoFrame(pixels, width, height, VideoBufferType.I420));
  }, 33);
  return { track, publication, async stop() { clearInterval(timer); } };
}

/** Counts what a subscriber really decodes. */
export function watch(room) {
  const seen = { samples: 0, frames: 0, width: 0, height: 0, crossings: 0, started: performance.now(), firstFrame: 0, firstSample: 0 };
  const follow = async (track) => {
    if (track.kind === TrackKind.KIND_AUDIO) {
      let previous = 0;
      for await (const frame of new AudioStream(track, 48_000, 1)) {
        const loud = frame.data.some((sample) => Math.abs(sample) > 1_000);
        if (!loud) continue;
        seen.firstSample ||= performance.now();
        for (const sample of frame.data) {
          if (previous < 0 && sample >= 0) seen.crossings++;
          previous = sample;
        }
        seen.samples += frame.samplesPerChannel;
      }
    } else {
      for await (const { frame } of new VideoStream(track)) {
        seen.firstFrame ||= performance.now();
        seen.frames++;
        seen.width = frame.width;
        seen.height = frame.height;
      }
    }
  };
  for (const participant of room.remoteParticipants.values()) {
    for (const publication of participant.trackPublications.values()) if (publication.track) follow(publication.track);
  }
  room.on('trackSubscribed', (track) => follow(track));
  return seen;
}

/**
 * A TCP relay to `target` (or what `connect` names later). `cut()` drops every connection; `paths404` are answered
 * 404 by itself. `targets`: what HTTP requests asked for, with their queries.
 */
export async function startRelay(target, { paths404 = [] } = {}) {
  const pairs = new Set();
  const requests = [];
  const targets = [];
  const server = net.createServer((client) => {
    client.once('data', (head) => {
      const asked = head.toString('latin1').split(' ')[1] ?? '';
      const path = asked.split('?')[0];
      targets.push(asked);
      requests.push(path);
      if (paths404.includes(path)) {
        client.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      }
      const [host, port] = target.split(':');
      const upstream = net.connect(Number(port), host, () => upstream.write(head));
      upstream.on('error', () => client.destroy());
      client.on('close', () => upstream.destroy());
      pairs.add([client, upstream]);
      client.pipe(upstream);
      upstream.pipe(client);
    });
    client.on('error', () => {});
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  return {
    port,
    wsUrl: `ws://127.0.0.1:${port}`,
    requests,
    targets,
    connect(to) { target = to; },
    cut() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      pairs.clear();
    },
    async stop() {
      this.cut();
      server.close();
    },
  };
}
