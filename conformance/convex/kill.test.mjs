// The server is killed at random moments while people write, and started again on the same data: nothing
// acknowledged is lost, nothing is doubled, and every live query comes to show what the database holds.
// More of it: `node kill.test.mjs --rounds 500 [--seed N]`. A seed repeats the choices, not the machine's timing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseArgs } from 'node:util';
import { ConvexHttpClient } from 'convex/browser';
import { complaints, connectBase, demande, endingToken, pause, signUp, startServer, until, wire } from './support.mjs';

const { values: given } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
const ROUNDS = Number(given.rounds ?? 50);
const SEED = Number(given.seed ?? Math.floor(Math.random() * 2 ** 31));
const WRITERS = 5; // people with a live client each
const LANES = 3; // mutations that each has in flight
const PAGE = 30;
const TOKEN_SECONDS = 24 * 3_600;

let state = SEED;
/** mulberry32: the next number of the seed's sequence, from 0 up to 1. */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const between = (low, high) => low + Math.floor(random() * (high - low + 1));

let server;
const wanted = new Map(); // titre → the id that was acknowledged
const offered = new Map(); // offreId → {demandeId, by, pair?: what accepting it gave}
const awaiting = []; // demandes that nobody has offered on yet
const unanswered = new Set(); // titres whose HTTP request ended without an answer
let acknowledged = 0;
let stopping = false;
const failures = [];

/** One person's page: live lists, and lanes that create, offer and accept one after another. */
class Writer {
  async open(number) {
    this.person = await signUp(server, `Plume${number}`);
    this.received = []; // offres on this person's demandes, to accept
    this.person.token = endingToken(server, this.person, TOKEN_SECONDS);
    this.client = connectBase(server.url, () => {}, this.person);
    this.watch(0);
    this.lanes = [];
    for (let lane = 0; lane < LANES; ++lane) this.lanes.push(this.write(`${number}-${lane}`));
  }

  /** New pages each round, so that they stay short; the query set then changes under the kills as well. */
  watch(round) {
    const old = this.subscriptions ?? [];
    this.args = { paginationOpts: { numItems: PAGE, cursor: null, id: round } };
    this.subscriptions = ['demandes:mine', 'demandes:list', 'offres:received']
      .map((name) => this.client.subscribe(name, this.args).unsubscribe);
    for (const unsubscribe of old) unsubscribe();
  }

  shown(name) {
    return this.client.localQueryResult(name, this.args)?.page;
  }

  async write(lane) {
    for (let n = 0; !stopping; ++n) {
      try {
        await this.step(`${lane}-${n}`);
        acknowledged += 1;
      } catch (error) {
        failures.push(`${lane}-${n}: ${error.stack}`);
      }
      await pause(between(5, 50));
    }
  }

  // Nobody else touches what a step touches, so whatever refuses one has been done twice.
  async step(name) {
    const offreId = random() < 0.5 ? this.received.shift() : undefined;
    if (offreId) {
      offered.get(offreId).pair = await this.client.mutation('offres:updateOffreStatus', { offreId, status: 'accepted' });
      return;
    }
    const place = random() < 0.4 ? awaiting.findIndex(({ owner }) => owner !== this) : -1;
    if (place >= 0) {
      const [{ demandeId, owner }] = awaiting.splice(place, 1);
      const made = await this.client.mutation('offres:create', { demandeId, prixPropose: 100, message: name });
      offered.set(made, { demandeId, by: this.person.id });
      owner.received.push(made);
      return;
    }
    const args = this.args;
    wanted.set(name, null);
    const id = await this.client.mutation('demandes:create', demande(name));
    wanted.set(name, id);
    awaiting.push({ demandeId: id, owner: this });
    const page = this.client.localQueryResult('demandes:mine', args)?.page;
    if (args === this.args && page && !page.some((row) => row._id === id)) {
      throw new Error(`${id} was answered and is not shown`);
    }
  }
}

/** Somebody without a live client: a request that ends without an answer is not sent again. */
async function writeByHttp() {
  const person = await signUp(server, 'Facteur');
  const client = new ConvexHttpClient(server.url, { auth: endingToken(server, person, TOKEN_SECONDS), logger: false });
  const loop = async () => {
    for (let n = 0; !stopping; ++n) {
      const titre = `http-${n}`;
      try {
        wanted.set(titre, await client.mutation('demandes:create', demande(titre)));
      } catch (error) {
        // What `fetch` throws when the connection goes; whatever else comes is an answer, and wrong.
        if (!(error instanceof TypeError)) failures.push(`${titre}: ${error.stack}`);
        unanswered.add(titre);
        await pause(20);
      }
      await pause(between(0, 10));
    }
  };
  return { done: loop() };
}

/** What the database's own tool reads in the file. */
function sqlite(sql) {
  const file = join(server.data, 'visavis.db');
  const text = execFileSync('sqlite3', ['-readonly', '-json', file, sql], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return text.trim() ? JSON.parse(text) : [];
}

/** As a browser does when its machine says `online`: no waiting for the next try. */
const comeBack = (writer) => writer.client.webSocketManager.tryReconnectImmediately();

async function killOnce(writers, round) {
  const enough = acknowledged + between(0, 80);
  const patience = performance.now() + 3_000;
  while (acknowledged < enough && performance.now() < patience) await pause(1);
  await pause(between(0, 40));
  await server.kill();
  if (random() < 0.25) {
    // Again, while it starts.
    const start = server.start().catch(() => {});
    await pause(between(0, 60));
    await server.kill();
    await start;
  }
  await server.start();
  for (const writer of writers) setTimeout(() => comeBack(writer), between(0, 300));
  for (const writer of writers) writer.watch(round);
  wire.length = 0;
}

const writers = [];
before(async () => {
  console.log(`seed ${SEED}, ${ROUNDS} rounds`);
  server = await startServer();
});
after(async () => {
  // Also after a failure: live clients would try again for ever.
  for (const { client } of writers) await client.close();
  assert.equal(await server.stop(), 0);
});

// covers F1, I7, I8, H6
test(`${ROUNDS} kills at random moments lose nothing and double nothing (seed ${SEED})`, async () => {
  for (let i = 0; i < WRITERS; ++i) writers.push(new Writer());
  for (const [number, writer] of writers.entries()) await writer.open(number);
  const http = await writeByHttp();
  for (let round = 1; round <= ROUNDS && failures.length === 0; ++round) await killOnce(writers, round);

  stopping = true;
  const everything = Promise.all([http.done, ...writers.flatMap(({ lanes }) => lanes)]);
  let settled = false;
  everything.then(() => (settled = true));
  await until(() => settled, 'every mutation to be answered', 40_000);
  assert.deepEqual(failures, []);
  assert.deepEqual(complaints.splice(0), []);

  // covers I1
  assert.deepEqual(sqlite('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  assert.deepEqual(sqlite('PRAGMA foreign_key_check'), []);
  const demandes = sqlite('SELECT * FROM demandes ORDER BY _creationTime DESC, _id DESC');
  const offres = sqlite('SELECT * FROM offres ORDER BY _creationTime DESC, _id DESC');
  const sessions = sqlite('SELECT * FROM meetSessions');

  const rows = new Map(demandes.map((row) => [row.titre, row]));
  assert.equal(rows.size, demandes.length, 'no demande twice');
  for (const [titre, id] of wanted) assert.equal(rows.get(titre)?._id, id, `acknowledged: ${titre}`);
  for (const titre of rows.keys()) assert.ok(wanted.has(titre) || unanswered.has(titre), `asked for: ${titre}`);

  assert.deepEqual(offres.map(({ _id }) => _id).sort(), [...offered.keys()].sort(), 'each offre once');
  assert.equal(demandes.reduce((sum, { nombreOffres }) => sum + nombreOffres, 0), offres.length);
  const byId = new Map(demandes.map((row) => [row._id, row]));
  for (const { _id, demandeId, offreurId, status, meetSessionId } of offres) {
    const { pair, ...asked } = offered.get(_id);
    assert.deepEqual({ demandeId, by: offreurId }, asked);
    assert.equal(byId.get(demandeId).nombreOffres, 1);
    assert.equal(byId.get(demandeId).status, pair ? 'assigned' : 'open');
    assert.deepEqual([status, meetSessionId], pair ? ['accepted', pair.meetSessionId] : ['pending', null]);
    const opened = sessions.filter(({ offreId }) => offreId === _id);
    assert.deepEqual(opened.map(({ callId }) => callId), pair ? [pair.callId] : []);
  }

  // What is to happen later was written with what asked for it: each open meeting has its end, each ring what comes
  // after it, and nobody else's.
  const calls = sqlite('SELECT * FROM scheduledCalls WHERE cron IS NULL');
  const rings = sqlite('SELECT * FROM rings WHERE pending IS NOT NULL');
  const awaited = [...sessions.map(({ ending }) => ending), ...rings.map(({ pending }) => pending)];
  assert.deepEqual(calls.map(({ _id }) => _id).sort(), awaited.sort());
  const argsOf = new Map(calls.map(({ _id, args }) => [_id, JSON.parse(args)]));
  for (const { _id, ending } of sessions) assert.equal(argsOf.get(ending).sessionId, _id);
  assert.deepEqual(sqlite('SELECT cron FROM scheduledCalls WHERE cron IS NOT NULL GROUP BY cron HAVING count(*) > 1'), []);

  const told = ({ _id, status, nombreOffres }) => `${_id} ${status} ${nombreOffres}`;
  const same = (page, held) => page.map(told).join() === held.slice(0, page.length).map(told).join();
  for (const writer of writers) {
    const { person } = writer;
    for (const [name, held, whole] of [
      ['demandes:mine', demandes.filter(({ demandeurId }) => demandeurId === person.id), true],
      ['offres:received', offres.filter(({ demandeurId }) => demandeurId === person.id), true],
      ['demandes:list', demandes.filter(({ status }) => status === 'open'), false],
    ]) {
      const least = whole ? Math.min(PAGE, held.length) : 1;
      await until(() => {
        const page = writer.shown(name);
        return page !== undefined && page.length >= least && same(page, held);
      }, `${name} of ${person.name} to show what is held`, 5_000);
    }
  }
  console.log(`${acknowledged} acknowledged by live clients, ${demandes.length} demandes, ${offres.length} offres, ` +
    `${sessions.length} accepted, ${unanswered.size} HTTP requests without an answer`);
});
