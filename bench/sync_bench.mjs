// The reactive backend as it is served: `build/visavis serve --dev` on loopback, sync sockets, a real disk.
//
//   acknowledged   64 people at once, each with some mutations in flight; counted at their
//                  MutationResponse, which leaves after the commit is synced to the disk. As with
//                  real clients, every mutation is also answered by the Transition that shows it
//   to subscriber  500 mutations a second over 50 people; from the send of each to the Transition
//                  that shows it on another socket of the same person
//
// The generator's CPU is counted apart from the server's. SECONDS=n, VISAVIS_BIN=path,
// DATA=folder (which disk).
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from './served_product.mjs';
import { SyncClient } from './sync_client.mjs';

const SECONDS = Number(process.env.SECONDS ?? 5);
const PEOPLE = 64;
const PAIRS = 50;
const RATE = 500;  // mutations a second
const LONGER = 3;  // a percentile needs more of them than a rate
const TICKS_PER_SECOND = 100;  // of /proc/stat, USER_HZ

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];

async function signUp(port, number) {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/api/auth/signup`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: `p${number}@example.org`, password: 'un chateau de sable bleu', name: `p ${number}` }),
    });
    if (response.status === 200) return (await response.json()).token;
    if (response.status !== 429) throw new Error(`signup: ${response.status} ${await response.text()}`);
    await pause(500);  // the hashing threads are busy
  }
}

async function signUpAll(port, count) {
  const tokens = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const number = next++;
      tokens[number] = await signUp(port, number);
    }
  };
  await Promise.all([worker(), worker()]);
  return tokens;
}

/** What one write of a page and fdatasync costs on the disk of the database, in ms. */
function fsyncTime(folder, limitMs = 500) {
  const file = openSync(join(folder, 'fsync.probe'), 'w');
  const page = Buffer.alloc(4096, 1);
  const times = [];
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    const start = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    times.push(performance.now() - start);
  }
  closeSync(file);
  times.sort((a, b) => a - b);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** Nanoseconds the threads of a process have run: exact where /proc/PID/stat counts ticks. */
function runTime(pid) {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]))
    .reduce((sum, time) => sum + time, 0);
}

/** CPU seconds so far: server, generator, all of the machine. */
function cpu(pid) {
  const all = readFileSync('/proc/stat', 'latin1').split('\n')[0].trim().split(/\s+/).slice(1).map(Number);
  return {
    server: runTime(pid) / 1e9,
    generator: runTime(process.pid) / 1e9,
    machine: (all[0] + all[1] + all[2] + all[5] + all[6]) / TICKS_PER_SECOND,
  };
}

/** Runs `job`; gives its result and the cores each side kept busy meanwhile. */
async function counted(pid, job) {
  const [before, start] = [cpu(pid), performance.now()];
  const result = await job();
  const after = cpu(pid);
  const seconds = (performance.now() - start) / 1000;
  const cores = (name) => (after[name] - before[name]) / seconds;
  return { ...result, seconds, server: cores('server'), generator: cores('generator'),
    others: Math.max(0, cores('machine') - cores('server') - cores('generator')) };
}

/** Durable commits so far; mutations of one moment share one. */
async function commitsOf(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^visavis_store_commits_total (\d+)/m.exec(text)[1]);
}

async function acknowledged(port, tokens, inFlight, queries) {
  const clients = await Promise.all(tokens.map((token) => SyncClient.open(port, token)));
  await Promise.all(clients.map((client) => client.watch(queries)));
  let answered = 0;
  let failed = 0;
  let running = true;
  for (const [number, client] of clients.entries()) {
    let turn = 0;
    const next = () => client.mutate('users:update', `{"name":"p ${number} ${turn++}"}`);
    client.onText = (text) => {
      if (!text.startsWith('{"type":"MutationResponse"')) return;
      ++answered;
      if (!text.includes('"success":true')) ++failed;
      if (running) next();
    };
    for (let i = 0; i < inFlight; ++i) next();
  }
  await pause(500);  // warm
  return {
    measure: async () => {
      const [before, commits, start] = [answered, await commitsOf(port), performance.now()];
      await pause(SECONDS * 1000);
      const count = answered - before;
      const seconds = (performance.now() - start) / 1000;
      return { rate: count / seconds, failed, share: count / ((await commitsOf(port)) - commits) };
    },
    end: async () => {
      running = false;
      await pause(200);
      for (const client of clients) client.close();
    },
  };
}

async function toSubscriber(port, tokens) {
  const pairs = await Promise.all(tokens.map(async (token) => {
    const [writer, watcher] = [await SyncClient.open(port, token), await SyncClient.open(port, token)];
    await watcher.watch(['users:me']);
    return { writer, watcher, sent: [], seen: 0 };
  }));
  const times = [];
  for (const pair of pairs) {
    pair.watcher.onText = (text) => {
      const name = /"name":"n (\d+)"/.exec(text);
      if (name === null) return;
      const now = performance.now();
      // One Transition may show several mutations at once.
      for (; pair.seen <= Number(name[1]); ++pair.seen) times.push(now - pair.sent[pair.seen]);
    };
  }
  return {
    measure: async () => {
      const start = performance.now();
      const total = RATE * SECONDS * LONGER;
      for (let count = 0; count < total;) {
        const due = Math.min(total, ((performance.now() - start) * RATE) / 1000);
        for (; count < due; ++count) {
          const pair = pairs[count % pairs.length];
          pair.writer.mutate('users:update', `{"name":"n ${pair.sent.length}"}`);
          pair.sent.push(performance.now());
        }
        await pause(1);
      }
      const end = performance.now() + 5000;
      while (times.length < total && performance.now() < end) await pause(5);
      times.sort((a, b) => a - b);
      return { missing: total - times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99), max: times.at(-1) };
    },
    end: async () => pairs.forEach(({ writer, watcher }) => (writer.close(), watcher.close())),
  };
}

async function run(server, name, data, scenario, text) {
  const before = fsyncTime(data);
  const prepared = await scenario;
  const result = await counted(server.pid, prepared.measure);
  await prepared.end();
  const after = fsyncTime(data);
  const [fast, slow] = [Math.min(before.p50, after.p50), Math.max(before.p99, after.p99)];
  const cores = [result.server, result.generator, result.others].map((value) => value.toFixed(2).padStart(9)).join(' ');
  console.log(`${name.padEnd(40)} ${text(result).padEnd(46)} ${`${fast.toFixed(2)} / ${slow.toFixed(2)}`.padEnd(13)} ${cores}`);
}

const data = mkdtempSync(join(process.env.DATA ?? tmpdir(), 'visavis-bench-'));
const server = await startServer(data);
try {
  const tokens = await signUpAll(server.port, PEOPLE);
  console.log(`${cpus().length} × ${cpus()[0].model.trim()}, load average ${loadavg()[0].toFixed(1)}, ${SECONDS} s each`);
  console.log(`${''.padEnd(87)} sync p50/p99  cores kept busy by`);
  console.log(`${''.padEnd(87)} (ms, alone)      server generator    others`);
  const rate = ({ rate: perSecond, share, failed }) =>
    `${Math.round(perSecond)}/s acknowledged, ${share.toFixed(1)} a commit${failed ? `, ${failed} FAILED` : ''}`;
  const times = ({ p50, p99, max, missing }) =>
    `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, max ${max.toFixed(1)} ms${missing ? `, ${missing} MISSING` : ''}`;
  const people = (inFlight, queries) => acknowledged(server.port, tokens, inFlight, queries);
  await run(server, `${PEOPLE} people, 1 in flight`, data, people(1, []), rate);
  await run(server, `${PEOPLE} people, 8 in flight`, data, people(8, []), rate);
  await run(server, `${PEOPLE} people, 8 in flight, watching`, data, people(8, ['users:me']), rate);
  await run(server, `${RATE}/s, from send to subscriber`, data, toSubscriber(server.port, tokens.slice(0, PAIRS)), times);
} finally {
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}
