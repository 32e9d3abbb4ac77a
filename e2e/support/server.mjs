// The real binary on free ports with data of its own.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const binary = resolve(process.env.VISAVIS_BIN ?? join(here, '../../build/visavis'));
// VISAVIS_… are the server's own settings; those of the tests are none of them.
const withoutSettings = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VISAVIS_')));
const nobodyListens = 1; // the TCP port that is told with a relay: media must not find a way round it
const readyWithin = 20_000; // ms

function freeTcpPort() {
  return new Promise((found, failed) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
    server.on('error', failed);
  });
}

function freeUdpPort() {
  return new Promise((found, failed) => {
    const socket = createSocket('udp4');
    socket.on('error', failed);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => found(port));
    });
  });
}

/**
 * `advertisedUdp`: the media port that browsers are told instead of the server's own, such as a relay's.
 * @returns {Promise<{url: string, udp: number, sql: (query: string) => string, log: () => string, stop: () => Promise<void>}>}
 */
export async function startServer({ flags = [], advertisedUdp } = {}) {
  if (!existsSync(binary)) throw new Error(`${binary} is not built (./dev build, or set VISAVIS_BIN)`);
  const data = mkdtempSync(join(tmpdir(), 'visavis-e2e-'));
  const [http, udp, tcp] = [await freeTcpPort(), await freeUdpPort(), await freeTcpPort()];
  const media = advertisedUdp === undefined ? [] : ['--rtc-ip', '127.0.0.1', '--rtc-advertise', `127.0.0.1:${advertisedUdp}:${nobodyListens}`];
  const settings = advertisedUdp === undefined ? withoutSettings : { ...withoutSettings, VISAVIS_RTC_ON_HTTP_PORT: 'false' };
  const url = `http://localhost:${http}`;
  const child = spawn(
    binary,
    ['serve', '--data', data, '--listen', `127.0.0.1:${http}`, '--rtc-udp', `${udp}`, '--rtc-tcp', `${tcp}`, ...media, ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'], env: settings },
  );
  let log = '';
  const gone = new Promise((done) => child.once('exit', done));
  await new Promise((ready, failed) => {
    const late = setTimeout(() => failed(new Error(`not ready in ${readyWithin} ms:\n${log}`)), readyWithin);
    const read = (chunk) => {
      log += chunk;
      if (!log.includes('visavis ready')) return;
      clearTimeout(late);
      ready();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => failed(new Error(`visavis ended with ${code}:\n${log}`)));
  });
  return {
    url,
    udp,
    log: () => log,
    /** What the database says, through sqlite3's own eyes: columns by |, rows by line. */
    sql(query) {
      const file = readdirSync(data).find((name) => name.endsWith('.db'));
      return execFileSync('sqlite3', ['-readonly', join(data, file), query], { encoding: 'utf8' }).trim();
    },
    async stop() {
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(forced);
      rmSync(data, { recursive: true, force: true });
    },
  };
}
