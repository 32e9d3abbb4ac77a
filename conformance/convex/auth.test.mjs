// Scenarios 10 to 13 of docs/protocols/convex.md: who is asking.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { complaints, connect, connectBase, demande, endingToken, firstPage, logIn, logOut, pause, signUp, startServer, until, wire } from './support.mjs';

let server;
let amina;
let bruno;
const open = [];
const opened = (client) => (open.push(client), client);

before(async () => {
  server = await startServer();
  amina = await signUp(server, 'Amina');
  bruno = await signUp(server, 'Bruno');
});
after(async () => assert.equal(await server.stop(), 0));
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  assert.deepEqual(complaints.splice(0), []);
  wire.length = 0;
});

const name = async (client) => (await client.query('users:me', {}))?.name;

for (const [when, delay] of [['before', 0], ['after', 300]]) {
  test(`10: setAuth ${when} the socket opens is confirmed and answered`, async () => {
    const client = opened(connect(server.url));
    await pause(delay);
    let confirmed;
    client.setAuth(async () => amina.token, (is) => (confirmed = is));
    await until(() => confirmed === true, 'confirmation', 20_000);
    assert.equal(await name(client), 'Amina');
  });
}

test('10: setAuth twice around the opening, and expectAuth, come through', async () => {
  for (const more of [{}, { expectAuth: true }]) {
    const client = opened(connect(server.url, undefined, more));
    let shown;
    client.onUpdate('users:me', {}, (me) => (shown = me));
    client.setAuth(async () => (await pause(50), bruno.token));
    await pause(20);
    client.setAuth(async () => (await pause(100), amina.token));
    await until(() => shown?.name === 'Amina', 'the second identity', 30_000);
  }
});

test('10: under expectAuth nothing is shown to nobody first', async () => {
  const client = opened(connect(server.url, undefined, { expectAuth: true }));
  const seen = [];
  client.onUpdate('users:me', {}, (me) => seen.push(me?.name));
  await pause(200);
  client.setAuth(async () => amina.token);
  await until(() => seen.length > 0, 'a result', 30_000);
  assert.deepEqual([...new Set(seen)], ['Amina']);
});

test('11: a bad token is given up, and a good one later works', async () => {
  const client = opened(connect(server.url));
  const states = [];
  client.setAuth(async () => 'not.a.token', (is) => states.push(is));
  await until(() => states.includes(false), 'giving up', 30_000);
  let confirmed = false;
  client.setAuth(async () => amina.token, (is) => (confirmed ||= is));
  await until(() => confirmed, 'the good token', 30_000);
  assert.equal(await name(client), 'Amina');
});

test('12: a token that ends on a live socket is refreshed, and nothing is shown to nobody or done twice', async () => {
  const client = opened(connect(server.url));
  const asked = [];
  client.setAuth(async ({ forceRefreshToken }) => {
    asked.push(forceRefreshToken);
    await pause(100);
    // The first, and what the client fetches once that is confirmed, end soon; the one after the server's word is good.
    return forceRefreshToken && asked.length > 2 ? amina.token : endingToken(server, amina, 4);
  });
  const seen = [];
  client.onUpdate('users:me', {}, (me) => seen.push(me?.name ?? null));
  await until(() => seen.includes('Amina'), 'the first result');
  seen.length = 0;
  const ended = () => wire.findIndex(({ from, type }) => from === 'server' && type === 'AuthError');
  await until(() => ended() >= 0, 'the end of the token', 30_000);
  const made = client.mutation('demandes:create', demande('Au changement de jeton'));
  await made;
  await until(() => asked.length > 2, 'another token');
  assert.equal(await name(client), 'Amina');
  assert.ok(seen.every((one) => one === 'Amina'), `${seen}`);
  const mine = await client.query('demandes:mine', firstPage());
  assert.equal(mine.page.filter((one) => one.titre === 'Au changement de jeton').length, 1);
});

test('13: after a change of person nothing of the first is shown under the second', async () => {
  const seen = [];
  let client;
  client = opened(connectBase(server.url, () => seen.push(client.localQueryResult('users:me', {})?.name)));
  client.setAuth(async () => amina.token, () => {});
  client.subscribe('users:me', {});
  await until(() => seen.includes('Amina'), 'Amina');
  client.clearAuth();
  await until(() => client.localQueryResult('users:me', {}) === null, 'nobody');
  seen.length = 0;
  client.setAuth(async () => bruno.token, () => {});
  await until(() => seen.includes('Bruno'), 'Bruno');
  assert.ok(!seen.includes('Amina'), `${seen}`);
});

// covers R14
test('a logout ends its login at once, socket and token, and leaves the other login', async () => {
  const { email } = await signUp(server, 'Zoe');
  const [here, there] = [await logIn(server, email), await logIn(server, email)];
  const enter = ({ token }) => {
    const person = { signedIn: undefined, shown: undefined, ended: false };
    const client = opened(connectBase(server.url, () => (person.shown = client.localQueryResult('users:me', {})?.name)));
    // What the product's page does: after a logout there is no other token to bring.
    client.setAuth(async ({ forceRefreshToken }) => (forceRefreshToken && person.ended ? null : token),
      (is) => (person.signedIn = is));
    client.subscribe('users:me', {});
    return person;
  };
  const [leaving, staying] = [enter(here), enter(there)];
  await until(() => leaving.shown === 'Zoe' && staying.shown === 'Zoe', 'both to be shown', 30_000);
  leaving.ended = true;
  await logOut(server, here);
  await until(() => leaving.signedIn === false, 'the end of the login', 20_000);
  const ask = ({ token }) => fetch(`${server.url}/api/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ path: 'users:me', args: [{}] }),
  });
  assert.equal((await ask(here)).status, 401);
  assert.equal((await ask(there)).status, 200);
  assert.equal(staying.signedIn, true);
  // A token that was copied before the logout does not come to life with the next process.
  await server.restart('SIGKILL');
  assert.equal((await ask(here)).status, 401);
  assert.equal((await ask(there)).status, 200);
});

test('what needs an account says so with a code', async () => {
  const client = opened(connect(server.url));
  await assert.rejects(client.query('demandes:mine', firstPage()), (error) => error.data.code === 'unauthenticated');
});
