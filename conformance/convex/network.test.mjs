// Scenarios 6-9 and 18 of docs/protocols/convex.md: connections that are cut, and a server that restarts.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { complaints, connect, connectBase, demande, firstPage, pause, signUp, startProxy, startServer, until, wire } from './support.mjs';

let server;
let proxy;
const open = [];
const opened = (client) => (open.push(client), client);

before(async () => {
  server = await startServer();
});
after(async () => assert.equal(await server.stop(), 0));
beforeEach(async () => {
  proxy = await startProxy(server.port);
});
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  proxy.close();
  assert.deepEqual(complaints.splice(0), []);
  wire.length = 0;
});

async function mine(person) {
  const client = connect(server.url, person);
  const page = await client.query('demandes:mine', firstPage(50));
  await client.close();
  return page.page.map((one) => one.titre);
}

test('6: cut between commit and response, a mutation runs once and resolves with the first result', async () => {
  const person = await signUp(server, 'Coupee');
  const client = opened(connect(proxy.url, person));
  await client.query('users:me', {});
  proxy.deaf = true;
  const promise = client.mutation('demandes:create', demande('Une seule fois'));
  await pause(300);
  assert.deepEqual(await mine(person), ['Une seule fois']);
  proxy.deaf = false;
  proxy.cut();
  const id = await promise;
  assert.deepEqual(await mine(person), ['Une seule fois']);
  assert.equal((await client.query('demandes:get', { demandeId: id })).titre, 'Une seule fois');
});

test('7: cut between response and Transition, the same', async () => {
  const person = await signUp(server, 'Coupee');
  const client = opened(connect(proxy.url, person));
  await client.query('users:me', {});
  for (let i = 0; i < 3; ++i) {
    proxy.cutAfter = 'MutationResponse';
    await client.mutation('demandes:create', demande(`Fois ${i}`));
    assert.equal(proxy.cutAfter, undefined, 'it was cut');
  }
  assert.deepEqual((await mine(person)).sort(), [0, 1, 2].map((i) => `Fois ${i}`));
});

test('8: what was asked offline runs in order, once, and no result falls back to loading', async () => {
  const person = await signUp(server, 'Horsligne');
  const lost = [];
  const names = ['users:me', 'demandes:mine', 'demandes:list', 'offres:sent', 'offres:received'];
  const args = (name) => (name === 'users:me' ? {} : firstPage());
  let watching = false;
  let client;
  client = opened(connectBase(proxy.url, () => {
    if (!watching) return;
    for (const name of names) if (client.localQueryResult(name, args(name)) === undefined) lost.push(name);
  }, person));
  for (const name of names) client.subscribe(name, args(name));
  await until(() => names.every((name) => client.localQueryResult(name, args(name))), 'all results');
  watching = true;
  proxy.refusing = true;
  proxy.cut();
  const promises = [
    client.mutation('demandes:create', demande('Un')),
    client.mutation('demandes:create', demande('')).then(() => 'passed', () => 'failed'),
    client.mutation('demandes:create', demande('Deux')),
  ];
  await pause(200);
  proxy.refusing = false;
  const [, failed] = await Promise.all(promises);
  assert.equal(failed, 'failed');
  assert.deepEqual(await mine(person), ['Deux', 'Un']);
  assert.deepEqual(lost, []);
});

test('9: an action in flight at a cut rejects, and the client works on', async () => {
  const client = opened(connect(proxy.url, await signUp(server, 'Action')));
  await client.query('users:me', {});
  proxy.deaf = true;
  const action = client.action('video:join', { sessionId: 'nulle part' }).then(() => 'resolved', (error) => error.message);
  await pause(100);
  proxy.deaf = false;
  proxy.cut();
  assert.match(await action, /Connection lost|in flight/);
  assert.equal((await client.query('users:me', {})).name, 'Action');
});

test('18: after a restart under load everybody is back, nothing is lost or doubled, time goes on', async () => {
  const people = await Promise.all(Array.from({ length: 8 }, (_, i) => signUp(server, `Foule${i}`)));
  const clients = people.map((person) => opened(connect(server.url, person)));
  const heads = clients.map(() => 0);
  clients.forEach((client, i) => client.onUpdate('demandes:list', firstPage(5), () => (heads[i] += 1)));
  await until(() => heads.every((n) => n > 0), 'all lists');
  const promises = [];
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    for (const [i, client] of clients.entries()) {
      for (let k = 0; k < 5; ++k) promises.push(client.mutation('demandes:create', demande(`${signal} ${i} ${k}`)));
    }
    await pause(20);
    await server.restart(signal);
  }
  await Promise.all(promises);
  for (const [i, person] of people.entries()) {
    const expected = ['SIGTERM', 'SIGKILL'].flatMap((signal) => [0, 1, 2, 3, 4].map((k) => `${signal} ${i} ${k}`));
    assert.deepEqual((await mine(person)).sort(), expected.sort());
  }
});
