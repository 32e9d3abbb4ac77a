// Messages and files as a page handles them: an upload URL, a plain POST of the blob, a message that
// names it, and a live list whose links download it (convex-wire section 7).
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ConvexError } from 'convex/values';
import { complaints, connect, demande, firstPage, signUp, startServer, until, wire } from './support.mjs';

const MAX_FILE = 25 * 1024 * 1024;
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);

let server;
let people;
let clients;
let conversation;

before(async () => {
  server = await startServer();
  people = { amina: await signUp(server, 'Amina'), bruno: await signUp(server, 'Bruno'), chloe: await signUp(server, 'Chloé') };
  clients = Object.fromEntries(Object.entries(people).map(([name, person]) => [name, connect(server.url, person)]));
  const demandeId = await clients.amina.mutation('demandes:create', demande('Un plan'));
  const offreId = await clients.bruno.mutation('offres:create', { demandeId, prixPropose: 1, message: 'moi' });
  const { meetSessionId } = await clients.amina.mutation('offres:updateOffreStatus', { offreId, status: 'accepted' });
  conversation = { offreId, sessionId: meetSessionId };
});
after(async () => {
  for (const client of Object.values(clients)) await client.close();
  assert.equal(await server.stop(), 0);
});
afterEach(() => {
  assert.deepEqual(complaints.splice(0), []);
  wire.length = 0;
});

async function upload(client, body, type = 'application/octet-stream') {
  const url = await client.mutation('files:generateUploadUrl', {});
  const response = await fetch(url, { method: 'POST', headers: { 'Content-Type': type }, body });
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()).storageId;
}
const by = (name) => ({ [name]: conversation[name] });
const listOf = (client) => client.query('messages:list', { ...by('offreId'), ...firstPage() });
const refused = (code) => (error) => {
  assert.ok(error instanceof ConvexError, String(error));
  assert.equal(error.data.code, code);
  return true;
};

test('a message is live for the other, and named by offre or session', async () => {
  let seen;
  const stop = clients.bruno.onUpdate('messages:list', { ...by('sessionId'), ...firstPage() }, (list) => (seen = list.page));
  await until(() => seen !== undefined, 'the first result');
  await clients.amina.mutation('messages:send', { ...by('offreId'), texte: ' Bonjour ' });
  await until(() => seen[0]?.texte === 'Bonjour', 'the message');
  assert.equal(seen[0].auteurId, people.amina.id);
  assert.equal(typeof seen[0]._creationTime, 'number');
  stop();
});

test('a file is uploaded, sent, seen live and downloaded by the other', async () => {
  let seen;
  const stop = clients.bruno.onUpdate('messages:list', { ...by('offreId'), ...firstPage() }, (list) => (seen = list.page));
  await until(() => seen !== undefined, 'the first result');
  const storageId = await upload(clients.amina, new Blob([PNG]), 'text/html');
  await clients.amina.mutation('messages:send', { ...by('sessionId'), storageId, nomFichier: 'le plan.png' });
  await until(() => seen[0]?.fichier, 'the file');
  const { url, ...rest } = seen[0].fichier;
  assert.deepEqual(rest, { nom: 'le plan.png', taille: PNG.length, type: 'image/png' });
  assert.ok(url.startsWith(`${server.url}/api/files/${storageId}?`), url);

  const response = await fetch(url);
  assert.equal(response.status, 200);
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), PNG);
  assert.equal(response.headers.get('content-type'), 'image/png');
  assert.equal(response.headers.get('content-disposition'), "inline; filename*=UTF-8''le%20plan.png");
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.match(response.headers.get('content-security-policy'), /sandbox/);
  assert.match(response.headers.get('cache-control'), /^private, max-age=\d{1,3}, immutable$/);
  stop();
});

test('a page is a download that may do nothing', async () => {
  const storageId = await upload(clients.amina, '<!doctype html><script>alert(1)</script>', 'text/html');
  await clients.amina.mutation('messages:send', { ...by('offreId'), storageId, nomFichier: 'x.html' });
  const { url, type } = (await listOf(clients.bruno)).page[0].fichier;
  assert.equal(type, 'text/plain');
  const response = await fetch(url);
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(response.headers.get('content-disposition'), /^attachment/);
});

test('a third person finds no conversation, and no file through a link of their own', async () => {
  await assert.rejects(listOf(clients.chloe), refused('not_found'));
  await assert.rejects(clients.chloe.mutation('messages:send', { ...by('offreId'), texte: 'x' }), refused('not_found'));
  const storageId = await upload(clients.amina, 'secret');
  await assert.rejects(
    clients.chloe.mutation('users:update', { avatarStorageId: storageId }), refused('not_found'));
  await assert.rejects(
    clients.bruno.mutation('messages:send', { ...by('offreId'), storageId }), refused('not_found'));
});

test('an altered link is refused, whatever is altered', async () => {
  const storageId = await upload(clients.amina, 'bytes');
  await clients.amina.mutation('messages:send', { ...by('offreId'), storageId });
  const { url } = (await listOf(clients.bruno)).page[0].fichier;
  const later = url.replace(/e=(\d+)/, (_, e) => `e=${Number(e) + 1}`);
  const forChloe = url.replace(people.bruno.id, people.chloe.id);
  const otherFile = url.replace(storageId, await upload(clients.amina, 'others'));
  for (const altered of [later, forChloe, otherFile, url.slice(0, -1), `${url}&x=1`, url.split('?')[0]]) {
    const response = await fetch(altered);
    assert.equal(response.status, 403, altered);
    assert.equal((await response.json()).error.code, 'forbidden');
  }
  assert.equal((await fetch(url)).status, 200);
});

test('an upload URL is good once, for a file of the greatest size and no more', async () => {
  const url = await clients.amina.mutation('files:generateUploadUrl', {});
  const tooLarge = await fetch(url, { method: 'POST', body: new Uint8Array(MAX_FILE + 1) }).catch(() => undefined);
  if (tooLarge) assert.equal(tooLarge.status, 413);  // else closed while fetch was still sending
  const greatest = await fetch(url, { method: 'POST', body: new Uint8Array(MAX_FILE) });
  assert.equal(greatest.status, 200, 'a refused size does not use the URL up');
  const again = await fetch(url, { method: 'POST', body: 'x' });
  assert.equal(again.status, 403);
  assert.equal((await fetch(url)).status, 404);
});

test('uploads answer our own origin, and other pages learn nothing', async () => {
  const ask = async (origin) => {
    const url = await clients.amina.mutation('files:generateUploadUrl', {});
    const preflight = await fetch(url, { method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' } });
    const answer = await fetch(url.replace(/s=./, 's=!'), { method: 'POST', headers: { Origin: origin }, body: 'x' });
    assert.equal(answer.status, 403);
    return [preflight, answer].map((one) => one.headers.get('access-control-allow-origin'));
  };
  assert.deepEqual(await ask(server.url), [server.url, server.url]);
  assert.deepEqual(await ask('https://elsewhere.example'), [null, null]);
});

test('a picture is live in every view, and public', async () => {
  let shown;
  const stop = clients.bruno.onUpdate('meetSessions:getUserActiveMeetSessions', {}, (meets) => (shown = meets[0]?.autre));
  await until(() => shown !== undefined, 'the first result');
  assert.equal(shown.avatarUrl, null);
  const storageId = await upload(clients.amina, PNG);
  await clients.amina.mutation('users:update', { avatarStorageId: storageId });
  await until(() => shown.avatarUrl !== null, 'the picture');
  assert.equal((await fetch(shown.avatarUrl)).headers.get('content-type'), 'image/png');
  assert.equal((await clients.amina.query('users:me', {})).avatarUrl, shown.avatarUrl);
  const text = await upload(clients.amina, 'no picture');
  await assert.rejects(clients.amina.mutation('users:update', { avatarStorageId: text }), refused('invalid'));
  stop();
});
