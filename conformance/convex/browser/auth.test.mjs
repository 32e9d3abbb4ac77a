// Scenarios 10 to 13 of the catalogue under `ConvexProviderWithAuth`: what a signed-in page shows while its
// tokens are renewed, refused or somebody else's.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { demande, endingToken, signUp, startServer } from '../support.mjs';
import { ask, startBrowser, until } from './support.mjs';

let server;
let browser;
const people = {};
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  for (const name of ['Amina', 'Bruno']) {
    people[name] = await signUp(server, name);
    await ask(server, 'mutation', 'demandes:create', demande(`De ${name}`), people[name].token);
  }
});
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
});
afterEach(async () => assert.deepEqual(await browser.closeAll(), []));

const isOf = (name) => ({ me, mine }) => me === name && String(mine).startsWith(`De ${name}`);
const isIn = ({ isAuthenticated, isLoading }) => isAuthenticated && !isLoading;

/** What is shown to `name` is that person's and no longer loads; their two views come together. */
async function onlyShows(tab, name) {
  for (const shown of await tab.seen('private')) assert.ok(isOf(name)(shown), JSON.stringify(shown));
}

for (const strict of [false, true]) {
  test(`10: somebody who is signed in is never shown as nobody first${strict ? ', in StrictMode too' : ''}`, async () => {
    const tab = await browser.open({ tokens: (name) => people[name].token });
    await tab.show(server.url, 'Account', {}, { person: 'Amina', strict });
    await tab.sees('her own', 'private', isOf('Amina'));
    const auth = await tab.seen('auth');
    assert.ok(auth.every((one) => one.isLoading || one.isAuthenticated), JSON.stringify(auth));
    assert.deepEqual(auth.at(-1), { isLoading: false, isAuthenticated: true, isRefreshing: false });
    assert.ok((await tab.seen('private')).every(({ me }) => me !== 'nobody'));
  });
}

test('12: tokens that are renewed before they end change nothing that is shown', async () => {
  let asked = 0;
  const tab = await browser.open({ tokens: (name) => (++asked, endingToken(server, people[name], 603, 0)) });
  await tab.show(server.url, 'Account', {}, { person: 'Amina', authRefreshTokenLeewaySeconds: 600 }); // every 3 s
  await tab.sees('her own', 'private', isOf('Amina'));
  await tab.forget('private');
  const first = asked;
  await until('two more tokens', () => asked >= first + 2, { within: 60_000 });
  assert.ok((await tab.call('create', 'De Amina, après')).value);
  await onlyShows(tab, 'Amina');
  assert.equal((await tab.seen('auth')).filter(isIn).length, 1, 'confirmed once, as it stays');
  assert.equal(tab.sockets.length, 1);
});

test('12: a token that ends on a live page is replaced under it', async () => {
  let asked = 0;
  // Two that end soon and leave the client no reason to renew them; what it fetches on the server's word is good.
  const tab = await browser.open({ tokens: (name) => (++asked > 2 ? people[name].token : endingToken(server, people[name], 6)) });
  await tab.show(server.url, 'Account', {}, { person: 'Bruno' });
  await tab.sees('his own', 'private', isOf('Bruno'));
  await tab.forget('private');
  await until('another token', () => asked > 2, { within: 60_000 });
  assert.ok((await tab.call('create', 'De Bruno, après')).value, 'what is done meanwhile is done once');
  await tab.sees('the new row', 'private', ({ mine }) => mine[0] === 'De Bruno, après');
  await onlyShows(tab, 'Bruno');
  const auth = await tab.seen('auth');
  assert.ok(auth.slice(auth.findIndex(isIn)).every((one) => one.isAuthenticated), JSON.stringify(auth));
});

test('11: bad tokens end as signed out, and a good one then signs in', async () => {
  let isGood = false;
  const tab = await browser.open({ tokens: (name) => (isGood ? people[name].token : `not.a.token${Math.random()}`) });
  await tab.show(server.url, 'Account', {}, { person: 'Amina' });
  await tab.sees('being signed out', 'auth', ({ isLoading, isAuthenticated }) => !isLoading && !isAuthenticated, 60_000);
  assert.deepEqual(await tab.seen('private'), [], 'nothing private was shown');
  isGood = true;
  await tab.call('signIn', 'Bruno');
  await tab.sees('being signed in', 'auth', isIn, 60_000);
  await tab.sees('his own', 'private', isOf('Bruno'), 60_000);
});

test('13: of two people on one page nothing is ever mixed', async () => {
  const tab = await browser.open({ tokens: (name) => people[name].token });
  await tab.show(server.url, 'Account', {}, { person: 'Amina' });
  await tab.sees('her own', 'private', isOf('Amina'));
  for (const [name, other] of [['Bruno', 'Amina'], ['Amina', 'Bruno'], ['Bruno', 'Amina']]) {
    await tab.forget('private');
    await tab.call('signIn', name);
    await tab.sees(`what is ${name}'s`, 'private', isOf(name));
    const shown = await tab.seen('private');
    const change = shown.findIndex(({ me, mine }) => me !== other || !String(mine).startsWith(`De ${other}`));
    for (const { me, mine } of shown.slice(change)) {
      assert.ok(me === 'loading' || me === name, JSON.stringify(shown));
      assert.ok(mine === 'loading' || String(mine).startsWith(`De ${name}`), JSON.stringify(shown));
    }
  }
  await tab.call('signIn', null);
  await tab.sees('being signed out', 'auth', ({ isLoading, isAuthenticated }) => !isLoading && !isAuthenticated);
});
