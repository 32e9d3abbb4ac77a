// Scenarios 1 to 5, 9 and 21 of the catalogue as React shows them: optimistic updates, bursts, actions, the
// HTTP client from another origin, an upload.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { demande, signUp, startProxy, startServer } from '../support.mjs';
import { ask, startBrowser } from './support.mjs';

let server;
let browser;
let amina;
let bruno;
before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  [amina, bruno] = [await signUp(server, 'Amina'), await signUp(server, 'Bruno')];
});
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
});
afterEach(async () => assert.deepEqual(await browser.closeAll(), []));

const tokensOf = (person) => () => person.token;

async function offreFrom(person, owner, titre) {
  const demandeId = await ask(server, 'mutation', 'demandes:create', demande(titre), owner.token);
  const offreId = await ask(server, 'mutation', 'offres:create', { demandeId, prixPropose: 1, message: '' }, person.token);
  return { demandeId, offreId };
}

test('3: an optimistic row is shown at once, replaced once, and never beside the real one', async () => {
  const tab = await browser.open({ tokens: tokensOf(amina) });
  await tab.show(server.url, 'Demandes', {}, { person: 'amina' });
  await tab.sees('the list', 'demandes', ({ status }) => status === 'Exhausted');
  await tab.forget('demandes');
  // One after the other, then all at once, while the same person writes elsewhere.
  const names = Array.from({ length: 20 }, (_, i) => `Optimiste ${i}`);
  for (const titre of names.slice(0, 10)) assert.ok((await tab.call('create', titre)).value);
  const elsewhere = (async () => {
    for (let i = 0; i < 10; ++i) await ask(server, 'mutation', 'demandes:create', demande(`Ailleurs ${i}`), amina.token);
  })();
  const answers = await Promise.all(names.slice(10).map((titre) => tab.call('create', titre)));
  assert.ok(answers.every(({ value }) => value));
  await elsewhere;
  await tab.sees('all rows', 'demandes', ({ titres }) => titres.length === 30);
  const shown = new Set();
  for (const { status, titres } of await tab.seen('demandes')) {
    assert.equal(status, 'Exhausted', 'the list never goes back to loading');
    assert.equal(new Set(titres).size, titres.length, `a row beside itself: ${titres}`);
    for (const titre of shown) assert.ok(titres.includes(titre), `${titre} was shown and went away`);
    for (const titre of titres) shown.add(titre);
  }
});

test('4: a refused mutation rejects with its data, and its optimistic row goes', async () => {
  const tab = await browser.open({ tokens: tokensOf(bruno) });
  const proxy = await startProxy(server.port);
  await tab.show(proxy.url, 'Demandes', {}, { person: 'bruno' });
  await tab.sees('the list', 'demandes', ({ status }) => status === 'Exhausted');
  await tab.forget('demandes');
  proxy.hold();
  const created = tab.call('create', 'Refusée', -1);
  await tab.sees('its row', 'demandes', ({ titres }) => titres[0] === 'Refusée');
  proxy.release();
  const { data } = await created;
  assert.deepEqual([data?.code, data?.field], ['invalid', 'prix']);
  await tab.sees('the list without it', 'demandes', ({ titres }) => titres.length === 0);
  assert.equal((await tab.seen('demandes')).length, 3, 'nothing else was shown');
  proxy.close();
});

test('3: an optimistic answer settles without a flicker', async () => {
  const tab = await browser.open({ tokens: tokensOf(amina) });
  const { demandeId, offreId } = await offreFrom(bruno, amina, 'Une armoire');
  const proxy = await startProxy(server.port);
  await tab.show(proxy.url, 'Offres', { demandeId }, { person: 'amina' });
  await tab.sees('the offre', 'offres', ({ offres, demande: now }) => offres[0] === 'pending' && now === 'open');
  await tab.forget('offres');
  proxy.hold();
  const moved = tab.call('move', offreId, 'accepted');
  await tab.sees('the answer at once', 'offres', ({ offres }) => offres[0] === 'accepted');
  proxy.release();
  assert.match((await moved).value.callId, /^meet_/);
  // With the server's word both views, and between them nothing else.
  await tab.sees('the demande', 'offres', ({ demande: now }) => now === 'assigned');
  assert.deepEqual(await tab.seen('offres'), [
    { offres: ['pending'], demande: 'open' }, { offres: ['accepted'], demande: 'open' }, { offres: ['accepted'], demande: 'assigned' },
  ]);
  proxy.close();
});

test('5: in StrictMode, of 200 views that come and go the survivors alone are shown', async () => {
  for (let i = 0; i < 3; ++i) await ask(server, 'mutation', 'demandes:create', demande(`Rafale ${i}`), bruno.token);
  const tab = await browser.open();
  await tab.show(server.url, 'Burst', {}, { strict: true });
  await tab.page.waitForFunction(() => window.burst !== undefined);
  await tab.page.evaluate(async () => {
    const kept = ['Rafale'];
    for (let i = 0; i < 200; ++i) {
      if (i % 50 === 0) kept.push(`Rafale ${i}`);
      window.burst([...kept, `mot ${i}`]);
      if (i % 20 === 0) await new Promise((done) => setTimeout(done)); // React allows 50 commits in one task
    }
    window.burst(kept);
  });
  const rows = await tab.sees('the first survivor', 'search Rafale', (shown) => shown !== 'loading');
  assert.deepEqual(rows, ['Rafale 2', 'Rafale 1', 'Rafale 0']);
  for (const i of [0, 50, 100, 150]) {
    assert.deepEqual(await tab.sees(`survivor ${i}`, `search Rafale ${i}`, (shown) => shown !== 'loading'), i === 0 ? ['Rafale 0'] : []);
  }
  // They are live, and it is one connection still.
  await ask(server, 'mutation', 'demandes:create', demande('Rafale 50'), bruno.token);
  await tab.sees('the new row', 'search Rafale 50', (shown) => shown[0] === 'Rafale 50');
  assert.equal(tab.sockets.length, 1);
});

test('an action answers, and rejects with its data', async () => {
  const { offreId } = await offreFrom(bruno, amina, 'Un appel');
  const pair = await ask(server, 'mutation', 'offres:updateOffreStatus', { offreId, status: 'accepted' }, amina.token);
  const tab = await browser.open({ tokens: tokensOf(bruno) });
  await tab.show(server.url, 'Board', {}, { person: 'bruno' });
  await tab.sees('the board', 'board', ({ loading }) => loading.length === 0);
  const { value } = await tab.call('join', pair.meetSessionId);
  assert.equal(value.roomName, pair.callId);
  assert.equal((await tab.call('join', 'nowhere')).data.code, 'not_found');
});

test('a failed query reaches the error boundary with its data', async () => {
  const tab = await browser.open();
  await tab.show(server.url, 'Board');
  await tab.page.waitForFunction(() => window.seen.caught !== undefined);
  const caught = await tab.page.evaluate(() => window.seen.caught);
  assert.equal(caught.data.code, 'unauthenticated');
});

test('21: the HTTP client asks from an origin that is allowed, and no other', async () => {
  const tab = await browser.open({ host: 'localhost' });
  const http = (kind, name, args, token) => tab.call('http', server.url, kind, name, args, token);
  assert.equal((await http('query', 'users:me', {}, amina.token)).value.name, 'Amina');
  assert.equal((await http('query', 'users:me', {})).value, null);
  const made = await http('mutation', 'demandes:create', demande('De loin'), amina.token);
  assert.equal((await http('query', 'demandes:get', { demandeId: made.value })).value.titre, 'De loin');
  assert.equal((await http('mutation', 'demandes:create', demande(''), amina.token)).data.code, 'invalid');
  assert.equal((await http('action', 'video:join', { sessionId: 'nowhere' }, amina.token)).data.code, 'not_found');
  // Refusals that are no function's can be read too: without CORS a page sees "network error" alone.
  assert.match((await http('query', 'users:me', {}, 'nonsense')).message, /token/i);
  const stranger = await browser.open({ host: 'elsewhere.test' });
  assert.match((await stranger.call('http', server.url, 'query', 'users:me', {})).message, /Failed to fetch/);
});

test('a page uploads to the URL it is given, and reads where its file went', async () => {
  const { offreId } = await offreFrom(bruno, amina, 'Un plan');
  await ask(server, 'mutation', 'offres:updateOffreStatus', { offreId, status: 'accepted' }, amina.token);
  const target = await ask(server, 'mutation', 'files:generateUploadUrl', {}, amina.token);
  const tab = await browser.open({ host: 'localhost' });
  const { storageId } = await tab.call('upload', target, 'un plan à main levée');
  await ask(server, 'mutation', 'messages:send', { offreId, storageId, nomFichier: 'plan.txt' }, amina.token);
  const { page } = await ask(server, 'query', 'messages:list', { offreId, paginationOpts: { numItems: 1, cursor: null } }, bruno.token);
  assert.equal(await (await fetch(page[0].fichier.url)).text(), 'un plan à main levée');
  const again = await tab.call('upload', target, 'encore');
  assert.ok(again.error, `the refusal can be read: ${JSON.stringify(again)}`);
});
