// The rows of docs/convex-conformance.md that the package's own client cannot show: addresses, and what it never says.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { ConvexHttpClient } from 'convex/browser';
import WebSocket from 'ws';
import { complaints, connect, signUp, startServer, until } from './support.mjs';

let server;
before(async () => {
  server = await startServer();
});
after(async () => assert.equal(await server.stop(), 0));

/** How an upgrade of `path` ends: 'open', or the status that refuses it. */
function upgrade(path, options = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, options);
  return new Promise((done, fail) => {
    socket.on('open', () => (socket.terminate(), done('open')));
    socket.on('unexpected-response', (_, response) => done(response.statusCode));
    socket.on('error', fail);
  });
}

/** What a socket is closed with after saying `messages`. */
function closing(...messages) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/1.48.0/sync`);
  socket.on('open', () => messages.forEach((message) => socket.send(message)));
  return new Promise((done) => socket.on('close', (code, reason) => done([code, String(reason)])));
}

test('any version is an address, slashes may be doubled, and Origin decides for pages alone', async () => {
  for (const path of ['/api/1.48.0/sync', '//api/1.48.0/sync', '///api/1.48.0/sync', '/api/0.9.1-alpha.2+x/sync', '/api/sync']) {
    assert.equal(await upgrade(path), 'open', path);
  }
  assert.equal(await upgrade('/api/1_48/sync'), 404);
  assert.equal(await upgrade('/api/1.48.0/sink'), 404);
  assert.equal(await upgrade('/api/1.48.0/sync', { origin: server.url }), 'open');
  assert.equal(await upgrade('/api/1.48.0/sync', { origin: 'https://elsewhere.example' }), 403);
});

test('who does not speak the protocol is closed with a reason, and may come again', async () => {
  const connecting = JSON.stringify({ type: 'Connect', sessionId: 'a session', connectionCount: 0, lastCloseReason: null, clientTs: 1 });
  const mutation = JSON.stringify({ type: 'Mutation', requestId: 0, udfPath: 'users:update', args: [{}] });
  const skipping = JSON.stringify({ type: 'ModifyQuerySet', baseVersion: 3, newVersion: 4, modifications: [] });
  for (const [code, ...messages] of [[1003, Buffer.from('x')], [1008, mutation], [1008, connecting, connecting], [1008, connecting, skipping]]) {
    const [closed, reason] = await closing(...messages);
    assert.equal(closed, code, reason);
    assert.ok(reason.length > 0 && Buffer.byteLength(reason) <= 123, reason);
  }
});

test('22: an address with a path prefix connects, through whatever strips it', async () => {
  const amina = await signUp(server, 'Amina');
  const proxy = net.createServer((inner) => {
    const outer = net.connect(server.port, '127.0.0.1');
    inner.once('data', (head) => {
      outer.write(Buffer.from(head.toString('latin1').replace(/^(\w+) \/sous\/chemin\//, '$1 /'), 'latin1'));
      inner.pipe(outer).pipe(inner);
    });
    for (const socket of [inner, outer]) socket.on('error', () => (inner.destroy(), outer.destroy()));
  });
  await new Promise((done) => proxy.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${proxy.address().port}/sous/chemin`;
  const client = connect(url, amina);
  let me;
  client.onUpdate('users:me', {}, (now) => (me = now));
  await until(() => me?.name === 'Amina', 'the live result', 30_000);
  assert.equal((await new ConvexHttpClient(url, { auth: amina.token, logger: false }).query('users:me', {})).name, 'Amina');
  await client.close();
  proxy.close();
  assert.deepEqual(complaints, []);
});
