// What an idle sync socket costs the server: the release binary's resident memory before and after
// 2,000 of them, divided. The kernel's share (some 5 KiB a socket) is not in it. Three rows: sockets
// that said Connect, sockets that also hold a live query, and these over TLS. Fails when a plain one
// costs LIMIT_KIB (16) or more, or one over TLS TLS_LIMIT_KIB.
// SOCKETS=10000 for more (raise `ulimit -n` first).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from './served_product.mjs';
import { SyncClient } from './sync_client.mjs';

const SOCKETS = Number(process.env.SOCKETS ?? 2_000);
const LIMIT_KIB = Number(process.env.LIMIT_KIB ?? 16);
const TLS_LIMIT_KIB = Number(process.env.TLS_LIMIT_KIB ?? 32);
const WARM = 100;  // open first, so that what the process allocates once is not counted
const AT_ONCE = 50;
const SETTLE_MS = 500;
const QUERY = 'demandes:list';
const QUERY_ARGS = { paginationOpts: { numItems: 10, cursor: null } };

const ROWS = [
  { name: 'connected', secure: false, subscribed: false, limit: LIMIT_KIB },
  { name: 'connected, one live query', secure: false, subscribed: true, limit: LIMIT_KIB },
  { name: 'connected, one live query, TLS', secure: true, subscribed: true, limit: TLS_LIMIT_KIB },
];

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function open(port, { secure, subscribed }) {
  const client = await SyncClient.open(port, undefined, { secure });
  if (subscribed) await client.watch([QUERY], QUERY_ARGS);
  return client;
}

async function openMany(port, row, count) {
  const clients = [];
  while (clients.length < count) {
    const batch = Math.min(AT_ONCE, count - clients.length);
    clients.push(...(await Promise.all(Array.from({ length: batch }, () => open(port, row)))));
  }
  await pause(SETTLE_MS);
  return clients;
}

/** Arguments that make it serve HTTPS, with a certificate for nobody. */
function secureArguments(data) {
  const [certificate, key, config] = ['cert.pem', 'key.pem', 'visavis.toml'].map((name) => join(data, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost',
    '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  writeFileSync(config, `[tls]\ncertificate = "${certificate}"\nkey = "${key}"\n`);
  return ['--config', config];
}

const residentKib = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]);

/** On a server of its own: no row reuses what another's sockets left behind. */
async function measure(row) {
  const data = mkdtempSync(join(tmpdir(), 'visavis-bench-'));
  const server = await startServer(data, row.secure ? secureArguments(data) : []);
  try {
    const warm = await openMany(server.port, row, WARM);
    const before = residentKib(server.pid);
    const clients = await openMany(server.port, row, SOCKETS);
    const after = residentKib(server.pid);
    const gone = clients.filter((client) => client.closed).length;
    if (gone > 0) throw new Error(`${gone} of ${SOCKETS} sockets were closed`);
    for (const client of [...warm, ...clients]) client.close();
    return { before, after, each: (after - before) / SOCKETS };
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

for (const row of ROWS) {
  const { before, after, each } = await measure(row);
  console.log(`${SOCKETS} sockets, ${`${row.name}:`.padEnd(33)} ${before} KiB before, ${after} after, ` +
    `${each.toFixed(1)} KiB each (under ${row.limit})`);
  if (each >= row.limit) process.exitCode = 1;
}
