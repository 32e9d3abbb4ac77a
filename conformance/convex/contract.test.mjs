// Section 3 of the contract as a stranger reads it: names of results, who may not, limits, through the real clients.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ConvexHttpClient } from 'convex/browser';
import { ConvexError } from 'convex/values';
import { complaints, connect, demande, firstPage, signUp, startServer, until } from './support.mjs';

let server;
let nobody;
let amina;
let bruno;
let chloe;

async function person(name) {
  const account = await signUp(server, name);
  return Object.assign(new ConvexHttpClient(server.url, { auth: account.token, logger: false }), { account });
}

before(async () => {
  server = await startServer();
  nobody = new ConvexHttpClient(server.url, { logger: false });
  [amina, bruno, chloe] = [await person('Amina'), await person('Bruno'), await person('Chloe')];
});
after(async () => assert.equal(await server.stop(), 0));
afterEach(() => assert.deepEqual(complaints.splice(0), []));

const names = (object) => Object.keys(object).sort().join(' ');
const refused = (promise, code, field) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof ConvexError, `${error}`);
    assert.equal(error.data.code, code);
    assert.equal(typeof error.data.message, 'string');
    if (field) assert.equal(error.data.field, field);
    return true;
  });

/** A demande of Amina's with an offre of Bruno's. */
async function offered() {
  const demandeId = await amina.mutation('demandes:create', demande('Réparer un vélo'));
  const offreId = await bruno.mutation('offres:create', { demandeId, prixPropose: 9000, message: ' Bonjour ' });
  return { demandeId, offreId };
}
const move = (who, offreId, status) => who.mutation('offres:updateOffreStatus', { offreId, status });

test('texts are trimmed and measured, prices are whole minor units', async () => {
  const create = (more) => amina.mutation('demandes:create', demande('T', more));
  for (const titre of ['', '  ', 'x'.repeat(121)]) await refused(create({ titre }), 'invalid', 'titre');
  for (const prix of [-1, 1e9 + 1, 1.5, NaN, Infinity]) await refused(create({ prix }), 'invalid', 'prix');
  await refused(create({ description: 'x'.repeat(4001) }), 'invalid', 'description');
  await refused(create({ devise: 'euro' }), 'invalid', 'devise');
  const id = await create({ titre: ` ${'é'.repeat(120)} `, prix: 1e9, description: 'x'.repeat(4000) });
  assert.equal((await amina.query('demandes:get', { demandeId: id })).titre, 'é'.repeat(120));
});

test('results carry exactly the names of the contract', async () => {
  const { demandeId, offreId } = await offered();
  assert.equal(names(await amina.query('users:me', {})), '_id avatarUrl email locale name');
  const shown = await nobody.query('demandes:get', { demandeId });
  assert.equal(names(shown), '_creationTime _id demandeur description devise nombreOffres prix status titre');
  assert.equal(names(shown.demandeur), '_id avatarUrl name');
  const [offre] = await amina.query('offres:listForDemande', { demandeId });
  assert.equal(names(offre), '_creationTime _id demandeId devise meetSessionId message offreur prixPropose status');
  assert.equal(offre.message, 'Bonjour');
  const received = await amina.query('offres:received', firstPage());
  assert.equal(names(received.page[0].demande), '_id devise prix status titre');
  const pair = await move(amina, offreId, 'accepted');
  assert.equal(names(pair), 'callId meetSessionId');
  assert.match(pair.callId, /^meet_/);
  const [active] = await bruno.query('meetSessions:getUserActiveMeetSessions', {});
  assert.equal(names(active), '_id autre callId createdAt demande present ring ringAutre role status');
  const session = await amina.query('meetSessions:getMeetSession', { sessionId: pair.meetSessionId });
  assert.equal(names(session), '_id autre callId createdAt demande endedAt endedBy offre present ring ringAutre role status');
  assert.deepEqual([session.role, active.role, session.endedAt, session.endedBy], ['demandeur', 'offreur', null, null]);
});

test('the address that people use is the one they are sent to', async () => {
  const { offreId } = await offered();
  const { meetSessionId, callId } = await move(amina, offreId, 'accepted');
  for (const host of ['localhost', '127.0.0.1']) {
    const client = new ConvexHttpClient(`http://${host}:${server.port}`, { auth: bruno.account.token, logger: false });
    const ticket = await client.action('video:join', { sessionId: meetSessionId });
    assert.equal(names(ticket), 'engine expiresAt roomName serverUrl token');
    assert.equal(ticket.serverUrl, `ws://${host}:${server.port}`);
    const claims = JSON.parse(Buffer.from(ticket.token.split('.')[1], 'base64url'));
    assert.deepEqual([ticket.roomName, claims.video.room, claims.sub], [callId, callId, bruno.account.id]);
  }
});

test('who may not is told so, or nothing at all', async () => {
  const { demandeId, offreId } = await offered();
  await refused(nobody.mutation('demandes:create', demande('x')), 'unauthenticated');
  await refused(amina.mutation('offres:create', { demandeId, prixPropose: 1, message: '' }), 'forbidden');
  await refused(bruno.mutation('offres:create', { demandeId, prixPropose: 1, message: '' }), 'conflict');
  await refused(move(bruno, offreId, 'accepted'), 'forbidden');
  await refused(move(chloe, offreId, 'accepted'), 'not_found');
  const { meetSessionId: sessionId } = await move(amina, offreId, 'accepted');
  assert.equal(await chloe.query('meetSessions:getMeetSession', { sessionId }), null);
  await refused(chloe.action('video:join', { sessionId }), 'not_found');
  await refused(chloe.mutation('meetSessions:endMeetSession', { sessionId }), 'not_found');
  assert.equal(await nobody.query('demandes:get', { demandeId }), null, 'strangers see open ones');
  assert.equal((await chloe.query('demandes:get', { demandeId })).status, 'assigned', 'people see any');
});

test('accepting, ending and starting again is seen live by the other', async () => {
  const { offreId } = await offered();
  const client = connect(server.url, bruno.account);
  let meets;
  client.onUpdate('meetSessions:getUserActiveMeetSessions', {}, (now) => (meets = now));
  await until(() => meets, 'the first answer');
  const pair = await move(amina, offreId, 'accepted');
  await until(() => meets.some(({ callId }) => callId === pair.callId), 'the card');
  const sessionId = pair.meetSessionId;
  assert.equal(await amina.mutation('meetSessions:endMeetSession', { sessionId }), null);
  assert.equal(await bruno.mutation('meetSessions:endMeetSession', { sessionId }), null);
  await until(() => !meets.some(({ callId }) => callId === pair.callId), 'its end');
  await refused(bruno.action('video:join', { sessionId }), 'conflict');
  assert.deepEqual(await move(amina, offreId, 'accepted'), pair, 'the same pair, also after the end');
  const again = () => Promise.all([amina, bruno].map((who) => who.mutation('meetSessions:start', { offreId })));
  const [first, second] = await again();
  assert.deepEqual(first, second);
  assert.notEqual(first.callId, pair.callId);
  await bruno.mutation('meetSessions:cancel', { sessionId: first.meetSessionId });
  const { page } = await amina.query('meetSessions:history', firstPage());
  assert.deepEqual(page.slice(0, 2).map(({ status }) => status), ['cancelled', 'completed']);
  await client.close();
});
