// Two servers on one PostgreSQL database: what is changed on one is live on the other, two offres accepted at
// once on both are not both accepted, and neither a killed server nor a restarted database loses or doubles
// what was acknowledged.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { complaints, connect, connectBase, demande, firstPage, pause, signUp, startServer, until } from './support.mjs';
import { startPostgres } from './postgres.mjs';

let database;
let a;
let b;

before(async () => {
  database = await startPostgres();
  const env = { VISAVIS_DATABASE_URL: database.url };
  a = await startServer({ env });
  b = await startServer({ env, beside: a });
});
after(async () => {
  await b?.stop();
  await a?.stop();
  await database?.stop();
  assert.deepEqual(complaints, []);
});

/** A live list as it stands; `titres()` in its order. */
function watch(server, person, name = 'demandes:list') {
  const seen = { rows: undefined, updates: 0 };
  const client = connect(server.url, person);
  client.onUpdate(name, firstPage(100), (result) => {
    seen.rows = result.page;
    seen.updates += 1;
  });
  return { client, seen, titres: () => seen.rows?.map((row) => row.titre) ?? [] };
}

test('what is changed on one server is live on the other, and its own client sees it at once', async () => {
  const amina = await signUp(a, 'Amina');
  const list = watch(b);
  await until(() => list.seen.rows !== undefined, 'the first list');
  const writer = connect(a.url, amina);
  for (let n = 0; n < 10; ++n) {
    const id = await writer.mutation('demandes:create', demande(`vue ailleurs ${n}`));
    await until(() => list.seen.rows.some((row) => row._id === id), 'the demande on the other server');
  }
  // The same person on the other server: tokens are good on both.
  const there = connect(b.url, amina);
  const mine = await there.query('demandes:mine', firstPage());
  await there.mutation('demandes:cancel', { demandeId: mine.page[0]._id });
  const here = await writer.query('demandes:get', { demandeId: mine.page[0]._id });
  assert.equal(here.status, 'cancelled');
  await Promise.all([list.client.close(), writer.close(), there.close()]);
});

test('the tables are real ones, and every commit has a number above the last', () => {
  const columns = database.query(
    "SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_name = 'demandes' ORDER BY ordinal_position");
  assert.ok(columns.includes('demandeurId text') && columns.includes('prix bigint'), columns.join(', '));
  const [inOrder] = database.query('SELECT bool_and(previous < ts) FROM commit_log');
  assert.equal(inOrder, 't');
  const [nodes] = database.query('SELECT count(DISTINCT node) FROM commit_log');
  assert.equal(nodes, '2');
});

test('of two offres accepted at once on two servers one is accepted', async () => {
  const owner = await signUp(a, 'Demandeur');
  const [first, second] = [await signUp(a, 'Un'), await signUp(b, 'Deux')];
  const clients = [connect(a.url, owner), connect(b.url, owner), connect(a.url, first), connect(b.url, second)];
  for (let round = 0; round < 15; ++round) {
    const demandeId = await clients[0].mutation('demandes:create', demande(`disputée ${round}`));
    const offres = await Promise.all([2, 3].map((who) =>
      clients[who].mutation('offres:create', { demandeId, prixPropose: 100, message: 'moi' })));
    const outcomes = await Promise.allSettled(offres.map((offreId, on) =>
      clients[on].mutation('offres:updateOffreStatus', { offreId, status: 'accepted' })));
    const accepted = outcomes.filter(({ status }) => status === 'fulfilled');
    assert.equal(accepted.length, 1, JSON.stringify(outcomes));
    const refused = outcomes.find(({ status }) => status === 'rejected');
    assert.equal(refused.reason.data.code, 'conflict');
  }
  await Promise.all(clients.map((client) => client.close()));
});

/** Mutations one after another, each sent again by its client until it is answered. */
function writeInto(server, person, name) {
  const client = connectBase(server.url, () => {}, person);
  const work = { acknowledged: [], failures: [], stopping: false };
  work.done = (async () => {
    for (let n = 0; !work.stopping; ++n) {
      try {
        await client.mutation('demandes:create', demande(`${name} ${n}`));
        work.acknowledged.push(`${name} ${n}`);
      } catch (error) {
        work.failures.push(`${name} ${n}`);
      }
      await pause(5);
    }
    await client.close();
  })();
  return work;
}

/** Every acknowledged titre is there once, and no refused one. */
function checkWritten(works) {
  const rows = database.query(`SELECT titre FROM demandes`);
  const times = new Map();
  for (const titre of rows) times.set(titre, (times.get(titre) ?? 0) + 1);
  for (const [titre, count] of times) assert.equal(count, 1, `${titre} is there ${count} times`);
  for (const work of works) {
    for (const titre of work.acknowledged) assert.ok(times.has(titre), `${titre} was acknowledged and is lost`);
    for (const titre of work.failures) assert.ok(!times.has(titre), `${titre} was refused and is there`);
  }
}

test('a killed server loses and doubles nothing, and does not hold up the other', async () => {
  const [on, off] = [await signUp(a, 'Reste'), await signUp(b, 'Tombe')];
  const works = [writeInto(a, on, 'reste'), writeInto(b, off, 'tombe')];
  for (let round = 0; round < 3; ++round) {
    const before = works[1].acknowledged.length;
    await until(() => works[1].acknowledged.length > before + 5, 'some writes');
    await b.kill();
    const while_down = works[0].acknowledged.length;
    await until(() => works[0].acknowledged.length > while_down + 5, 'writes on the server that stays');
    await b.start();
  }
  const before = works[1].acknowledged.length;
  await until(() => works[1].acknowledged.length > before, 'writes on the server that came back');
  for (const work of works) work.stopping = true;
  await Promise.all(works.map((work) => work.done));
  checkWritten(works);
});

// covers F6
test('a restarted database loses and doubles nothing, and is served again soon after it accepts', async () => {
  const people = [await signUp(a, 'Ici'), await signUp(b, 'Là')];
  const works = [writeInto(a, people[0], 'ici'), writeInto(b, people[1], 'là')];
  const list = watch(a, people[1], 'demandes:mine'); // of what is written on the other server
  for (let round = 0; round < 3; ++round) {
    const before = works.map((work) => work.acknowledged.length);
    await until(() => works.every((work, i) => work.acknowledged.length > before[i] + 5), 'some writes');
    await database.kill(round === 1 ? 'SIGINT' : 'SIGQUIT');
    await pause(200);
    await database.start();
    const down = works.map((work) => work.acknowledged.length);
    await until(() => works.every((work, i) => work.acknowledged.length > down[i]), 'writes after the restart');
  }
  for (const work of works) work.stopping = true;
  await Promise.all(works.map((work) => work.done));
  checkWritten(works);
  const last = works[1].acknowledged.at(-1);
  await until(() => list.titres().includes(last), 'the live list to show the last of the other server');
  await list.client.close();
});

// covers F6
test('when the database has gone back, clients load what it has now, and go on', async () => {
  const person = await signUp(a, 'Retour');
  const writer = connect(a.url, person);
  const lists = [watch(a, person, 'demandes:mine'), watch(b, person, 'demandes:mine')];
  await writer.mutation('demandes:create', demande('gardée'));
  const [head] = database.query('SELECT ts FROM commit_head');
  await writer.mutation('demandes:create', demande('perdue'));
  for (const list of lists) await until(() => list.titres().includes('perdue'), 'the row that will be lost');
  // As on a standby that had not received the last commits.
  database.query(`BEGIN; SELECT ts FROM commit_head FOR UPDATE; DELETE FROM demandes WHERE titre = 'perdue';
    DELETE FROM commit_log WHERE ts > ${head}; UPDATE commit_head SET ts = ${head}; COMMIT`);
  for (const list of lists) await until(() => !list.titres().includes('perdue'), 'the row to be gone');
  await writer.mutation('demandes:create', demande('suivante'));
  for (const list of lists) await until(() => list.titres().includes('suivante'), 'the next row');
  for (const list of lists) assert.deepEqual(list.titres(), ['suivante', 'gardée']);
  await Promise.all([writer.close(), ...lists.map((list) => list.client.close())]);
});
