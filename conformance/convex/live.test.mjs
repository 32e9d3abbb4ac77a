// Scenarios 1-5 and 16-17, 19, 22 of docs/protocols/convex.md: queries and mutations on a healthy network.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ConvexError } from 'convex/values';
import { complaints, connect, connectBase, demande, firstPage, pause, signUp, socketsOpened, startServer, until, wire } from './support.mjs';

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

test('1: a resolved mutation is in the live result, in the same tick', async () => {
  const client = opened(connectBase(server.url, () => {}, amina));
  client.subscribe('demandes:mine', firstPage());
  const shown = () => client.localQueryResult('demandes:mine', firstPage());
  await until(() => shown() !== undefined, 'the first result');
  const id = await client.mutation('demandes:create', demande('Une table'));
  assert.ok(shown().page.some((one) => one._id === id));
});

test('2: a mutation that touches nothing subscribed resolves at once', async () => {
  const client = opened(connectBase(server.url, () => {}, amina));
  client.subscribe('demandes:mine', firstPage());
  await until(() => client.localQueryResult('demandes:mine', firstPage()) !== undefined, 'the first result');
  const took = [];
  for (let i = 0; i < 10; ++i) {
    const start = performance.now();
    assert.equal(await client.mutation('users:update', { locale: 'fr' }), null);
    took.push(performance.now() - start);
  }
  // A Transition that waited for a timer of the server's would cost each of them 100 ms and more.
  assert.ok(Math.min(...took) < 100, `${took}`);
});

test('3: an optimistic row never stands beside the real one', async () => {
  const seen = [];
  let client;
  const look = () => seen.push(client.localQueryResult('demandes:mine', firstPage())?.page.map((one) => one.titre));
  client = opened(connectBase(server.url, look, amina));
  client.subscribe('demandes:mine', firstPage());
  await until(() => seen.at(-1) !== undefined, 'the first result');
  for (let i = 0; i < 20; ++i) {
    const titre = `Optimiste ${i}`;
    await client.mutation('demandes:create', demande(titre), {
      optimisticUpdate: (local) => {
        const now = local.getQuery('demandes:mine', firstPage());
        local.setQuery('demandes:mine', firstPage(), { ...now, page: [{ titre }, ...now.page] });
      },
    });
    for (const titres of seen.splice(0)) assert.ok(titres.filter((one) => one === titre).length <= 1, `${titres}`);
  }
});

test('4: failures reject with their data, or plainly, and leave nothing', async () => {
  const client = opened(connect(server.url, amina));
  const id = await client.mutation('demandes:create', demande('À moi'));
  await assert.rejects(client.mutation('offres:create', { demandeId: id, prixPropose: 1, message: 'moi' }), (error) => {
    assert.ok(error instanceof ConvexError);
    assert.ok(['forbidden', 'conflict', 'invalid'].includes(error.data.code), error.data.code);
    return true;
  });
  for (const [name, args] of [['demandes:nope', {}], ['demandes:mine', firstPage()], ['demandes:create', { titre: 7 }]]) {
    await assert.rejects(client.mutation(name, args), (error) => !(error instanceof ConvexError));
  }
  await assert.rejects(client.query('demandes:get', { demandeId: id, surplus: 1 }), /ArgumentValidationError/);
});

test('5: of a burst of subscriptions only the survivors are answered', async () => {
  const client = opened(connectBase(server.url, () => {}, amina));
  const keep = [];
  for (let i = 0; i < 200; ++i) {
    const { unsubscribe } = client.subscribe('demandes:list', { ...firstPage(), recherche: `mot ${i}` });
    if (i % 20 === 0) keep.push(i);
    else unsubscribe();
  }
  await until(() => keep.every((i) => client.localQueryResult('demandes:list', { ...firstPage(), recherche: `mot ${i}` })), 'the survivors');
  const answered = wire.filter((frame) => frame.type === 'Transition').flatMap((frame) => frame.modifications)
    .filter((one) => one.type === 'QueryUpdated');
  assert.ok(new Set(answered.map((one) => one.queryId)).size <= keep.length + 5);
});

test('one person sees what the other changes', async () => {
  const [a, b] = [opened(connect(server.url, amina)), opened(connect(server.url, bruno))];
  const demandeId = await a.mutation('demandes:create', demande('Une armoire'));
  let offres;
  a.onUpdate('offres:listForDemande', { demandeId }, (now) => (offres = now));
  await until(() => offres?.length === 0, 'the empty list');
  const offreId = await b.mutation('offres:create', { demandeId, prixPropose: 9000, message: 'Volontiers' });
  await until(() => offres.length === 1, 'the offre');
  const pair = await a.mutation('offres:updateOffreStatus', { offreId, status: 'accepted' });
  assert.match(pair.callId, /^meet_/);
  assert.deepEqual(await a.mutation('offres:updateOffreStatus', { offreId, status: 'accepted' }), pair);
  const sessions = await b.query('meetSessions:getUserActiveMeetSessions', {});
  assert.equal(sessions[0]._id, pair.meetSessionId);
  const ticket = await b.action('video:join', { sessionId: pair.meetSessionId });
  assert.equal(ticket.roomName, pair.callId);
});

test('16: a large result comes in parts, with nothing but pings between', async () => {
  const client = opened(connect(server.url, bruno));
  const description = 'é'.repeat(3900);
  await Promise.all(Array.from({ length: 200 }, (_, i) => client.mutation('demandes:create', demande(`Grande ${i}`, { description }))));
  const page = await client.query('demandes:mine', firstPage(200));
  assert.equal(page.page.length, 200);
  assert.equal(page.page[0].description, description);
  const types = wire.filter((frame) => frame.from === 'server').map((frame) => frame.type);
  const [first, last] = [types.indexOf('TransitionChunk'), types.lastIndexOf('TransitionChunk')];
  assert.ok(last > first && first >= 0);
  assert.ok(types.slice(first, last).every((type) => type === 'TransitionChunk' || type === 'Ping'));
});

test('17, shortened: an idle socket is pinged and lives', async () => {
  const client = opened(connect(server.url));
  await client.query('demandes:list', firstPage(1));
  const sockets = socketsOpened();
  await pause(16_500);
  assert.ok(wire.some((frame) => frame.type === 'Ping'));
  assert.equal(socketsOpened(), sockets);
});

test('19: what cannot be read fails its own request and nothing else', async () => {
  const client = opened(connect(server.url, amina));
  const sockets = socketsOpened();
  await client.query('users:me', {});
  await assert.rejects(client.mutation('demandes:create', demande('seul \ud800 demi')));
  await assert.rejects(client.mutation('demandes:create', demande('trop', { description: 'x'.repeat(20_000_000) })));
  await assert.rejects(client.query('demandes:list', { ...firstPage(), recherche: '\udc00' }));
  let deep = 1;
  for (let i = 0; i < 500; ++i) deep = [deep];
  await assert.rejects(client.mutation('demandes:create', { titre: deep }));
  assert.equal((await client.query('users:me', {})).name, 'Amina');
  assert.equal(socketsOpened(), sockets + 0);
});

test('22: an address with a trailing slash connects', async () => {
  const client = opened(connect(`${server.url}/`));
  assert.equal(await client.query('users:me', {}), null);
});
