// Scenarios 6 to 9 and 18 of the catalogue in React: connections that are cut at the worst moment, and a server
// that restarts, under a page that goes on showing what it had.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { signUp, startProxy, startServer } from '../support.mjs';
import { ask, startBrowser, until } from './support.mjs';

let server;
let browser;
let proxy;
let person;
let tab;
before(async () => { [server, browser] = await Promise.all([startServer(), startBrowser()]); });
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
});
beforeEach(async () => {
  person = await signUp(server, 'Amina');
  proxy = await startProxy(server.port);
  tab = await browser.open({ tokens: () => person.token });
  await tab.show(proxy.url, 'Board', {}, { person: 'amina' });
  await tab.sees('the board', 'board', ({ loading }) => loading.length === 0);
  await tab.forget('board');
});
afterEach(async () => {
  const complaints = await browser.closeAll();
  proxy.close();
  assert.deepEqual(complaints, []);
});

const mine = async () => (await ask(server, 'query', 'demandes:mine', { paginationOpts: { numItems: 50, cursor: null } }, person.token))
  .page.map((one) => one.titre);

/** Nothing that was shown fell back to loading, and no row was shown and went away. */
async function stayed() {
  let before = [];
  for (const { loading, mine: rows } of await tab.seen('board')) {
    assert.deepEqual(loading, []);
    assert.ok(before.every((row) => rows.includes(row)), `${before} became ${rows}`);
    before = rows;
  }
}

test('6: cut after the commit and before its response, a mutation is done once and resolves', async () => {
  proxy.deaf = true;
  const made = tab.call('create', 'Une seule fois');
  await until('the commit', async () => (await mine()).length === 1, { within: 30_000 });
  proxy.deaf = false;
  proxy.cut();
  const { value } = await made;
  assert.equal((await ask(server, 'query', 'demandes:get', { demandeId: value }, person.token)).titre, 'Une seule fois');
  await tab.sees('the row', 'board', ({ mine: rows }) => rows.length === 1);
  assert.deepEqual(await mine(), ['Une seule fois']);
  await stayed();
});

test('7: cut after the response and before its Transition, the same', async () => {
  for (const titre of ['Un', 'Deux', 'Trois']) {
    proxy.cutAfter = 'MutationResponse';
    assert.ok((await tab.call('create', titre)).value);
    assert.equal(proxy.cutAfter, undefined, 'it was cut');
    await tab.sees('the row', 'board', ({ mine: rows }) => rows[0] === titre);
  }
  assert.deepEqual(await mine(), ['Trois', 'Deux', 'Un']);
  await stayed();
});

test('8: what is pressed offline is done in order, once, when the network is back', async () => {
  proxy.refusing = true;
  proxy.cut();
  const answers = ['Un', '', 'Deux'].map((titre) => tab.call('create', titre));
  await until('a try of the client', () => proxy.refused > 0, { within: 60_000 });
  proxy.refusing = false;
  const [one, refused, two] = await Promise.all(answers);
  assert.ok(one.value && two.value);
  assert.equal(refused.data.code, 'invalid');
  await tab.sees('both rows', 'board', ({ mine: rows }) => String(rows) === 'Deux,Un');
  assert.deepEqual(await mine(), ['Deux', 'Un']);
  await stayed();
});

test('9: an action in flight at a cut rejects, and the page works on', async () => {
  proxy.deaf = true;
  const action = tab.call('join', 'nowhere');
  await until('the action on its way', () => tab.sent.some((text) => text.includes('video:join')), { within: 30_000 });
  proxy.deaf = false;
  proxy.cut();
  assert.match((await action).message, /Connection lost while action was in flight/);
  assert.equal((await tab.call('join', 'nowhere')).data.code, 'not_found');
  await stayed();
});

test('18: a server that restarts, or is killed, is found again with all that was asked meanwhile', async () => {
  const expected = [];
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    const before = tab.call('create', `avant ${signal}`);
    const restarted = server.restart(signal);
    const during = tab.call('create', `pendant ${signal}`);
    await restarted;
    assert.ok((await before).value && (await during).value);
    expected.unshift(`pendant ${signal}`, `avant ${signal}`);
    await tab.sees('both rows', 'board', ({ mine: rows }) => String(rows) === String(expected));
  }
  assert.deepEqual(await mine(), expected);
  await stayed();
});
