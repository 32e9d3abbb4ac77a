// Scenario 21 of docs/protocols/convex.md: ConvexHttpClient, and the routes under it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ConvexHttpClient } from 'convex/browser';
import { ConvexError } from 'convex/values';
import { demande, firstPage, signUp, startServer } from './support.mjs';

let server;
let amina;
let client;

before(async () => {
  server = await startServer();
  amina = await signUp(server, 'Amina');
  client = new ConvexHttpClient(server.url, { auth: amina.token, logger: false });
});
after(async () => assert.equal(await server.stop(), 0));

const post = (path, body, headers = {}) => fetch(`${server.url}${path}`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

test('queries, mutations and actions answer', async () => {
  assert.equal((await client.query('users:me', {})).name, 'Amina');
  const id = await client.mutation('demandes:create', demande('Par HTTP'));
  assert.equal((await client.query('demandes:get', { demandeId: id })).titre, 'Par HTTP');
  const bruno = new ConvexHttpClient(server.url, { auth: (await signUp(server, 'Bruno')).token, logger: false });
  const offreId = await bruno.mutation('offres:create', { demandeId: id, prixPropose: 1, message: 'Oui' });
  const { meetSessionId, callId } = await client.mutation('offres:updateOffreStatus', { offreId, status: 'accepted' });
  const ticket = await client.action('video:join', { sessionId: meetSessionId });
  assert.equal(ticket.roomName, callId);
  assert.ok(ticket.serverUrl.includes(String(server.port)));
});

test('a consistent query reads one snapshot', async () => {
  assert.equal((await client.consistentQuery('users:me', {})).name, 'Amina');
});

test('failures are 560 with data, and others throw plainly', async () => {
  const id = await client.mutation('demandes:create', demande('À moi'));
  await assert.rejects(client.mutation('offres:create', { demandeId: id, prixPropose: 1, message: 'm' }),
    (error) => error instanceof ConvexError && typeof error.data.code === 'string');
  await assert.rejects(client.query('demandes:nope', {}), /Could not find function/);
  const response = await post('/api/query', { path: 'demandes:mine', format: 'convex_encoded_json', args: [firstPage()] });
  assert.equal(response.status, 560);
  assert.equal((await response.json()).errorData.code, 'unauthenticated');
});

test('a body or a token that is no good is 400 or 401 in plain text', async () => {
  assert.equal((await post('/api/query', '{')).status, 400);
  assert.equal((await post('/api/query', { args: [] })).status, 400);
  const refused = await post('/api/query', { path: 'users:me', args: [{}] }, { Authorization: 'Bearer nonsense' });
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get('content-type'), /text\/plain/);
});

test('names are canonical and bare arguments are taken', async () => {
  const response = await post('/api/query', { path: 'users.js:me', args: {} });
  assert.deepEqual((await response.json()).value, null);
});

test('a page of another origin is told whether it may ask', async () => {
  const preflight = (origin) => fetch(`${server.url}/api/query`, {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,convex-client',
    },
  });
  const allowed = await preflight('http://localhost:5173');
  assert.equal(allowed.headers.get('access-control-allow-origin'), 'http://localhost:5173');
  assert.match(allowed.headers.get('access-control-allow-headers').toLowerCase(), /convex-client/);
  assert.equal((await preflight('https://elsewhere.example')).headers.get('access-control-allow-origin'), null);
});
