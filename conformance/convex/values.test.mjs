// Scenario 20, and what of 9 and 16 the product's own functions cannot show: every kind of value through the client,
// the wire and a row; an action that leaves a trace; a result of several megabytes.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { ConvexHttpClient } from 'convex/browser';
import { complaints, connect, LAB, startProxy, startServer, until, wire } from './support.mjs';

let server;
const open = [];
const opened = (client) => (open.push(client), client);
before(async () => {
  server = await startServer({ binary: LAB });
});
after(async () => assert.equal(await server.stop(), 0));
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  assert.deepEqual(complaints.splice(0), []);
  wire.length = 0;
});

const bytes = (count) => Uint8Array.from({ length: count }, (_, i) => i * 7).buffer;
const nested = (depth) => (depth === 0 ? [] : { a: [nested(depth - 1)] });

const values = {
  'nothing and truth': [null, true, false],
  'numbers': [0, -0, 1, -1.5, 1e21, 1e-7, 0.1 + 0.2, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON],
  'numbers that JSON has not': [NaN, Infinity, -Infinity],
  'whole numbers of 64 bits': [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)],
  'texts': ['', 'é', '🚲', '\u0000\u0001\u001f\u007f', '"\\/\b\f\n\r\t', '\u2028\u2029\ufeff\ufffd\u{10ffff}', '$float', 'x'.repeat(100_000)],
  'bytes': [bytes(0), bytes(1), bytes(2), bytes(3), bytes(256), bytes(100_000)],
  'lists': [[], [[]], [null, [1n, [NaN, ['é']]]], Array.from({ length: 8192 }, (_, i) => i)],
  'objects': [{}, { a: {} }, { ' ': 1, '"\\/': 2, _under: 3, constructor: 4, toString: 5, '0': 6, 'a.b:c': 7 }, { [`n${'x'.repeat(1000)}`]: -0 },
    Object.fromEntries(Array.from({ length: 1024 }, (_, i) => [`f${i}`, i]))],
  'all of them, nested': [{ a: [1n, -0, NaN, bytes(5), null, { b: 'é', c: [[{}]] }] }, nested(15)],
};

test('20: every kind of value comes back through a query, an action and HTTP', async () => {
  const client = opened(connect(server.url));
  const http = new ConvexHttpClient(server.url, { logger: false });
  for (const [kind, list] of Object.entries(values)) {
    for (const value of [...list, list]) {
      assert.deepStrictEqual(await client.query('lab:echo', { value }), value, kind);
      assert.deepStrictEqual(await client.action('lab:echoAction', { value }), value, kind);
      assert.deepStrictEqual(await http.query('lab:echo', { value }), value, kind);
    }
  }
});

test('20: every kind of value comes back from a row, live, and after a restart', async () => {
  const client = opened(connect(server.url));
  let shown;
  client.onUpdate('lab:kept', { name: 'all' }, (now) => (shown = now));
  const names = Object.keys(values);
  for (const name of names) {
    await client.mutation('lab:keep', { name, value: values[name] });
    await client.mutation('lab:keep', { name: 'all', value: values[name] });
    assert.deepStrictEqual(shown, values[name], name);
  }
  await server.restart();
  for (const name of names) assert.deepStrictEqual(await client.query('lab:kept', { name }), values[name], name);
});

test('9: an action in flight at a cut was done once at most', async () => {
  const proxy = await startProxy(server.port);
  const [client, other] = [opened(connect(proxy.url)), opened(connect(server.url))];
  const counted = () => other.query('lab:kept', { name: 'counted' });
  await client.action('lab:count', { name: 'counted' });
  proxy.deaf = true;
  const lost = client.action('lab:count', { name: 'counted' }).then(() => 'resolved', (error) => error.message);
  let now;
  other.onUpdate('lab:kept', { name: 'counted' }, (value) => (now = value));
  await until(() => now === 2, 'the trace of the action');
  proxy.deaf = false;
  proxy.cut();
  assert.match(await lost, /Connection lost while action was in flight/);
  await client.action('lab:count', { name: 'counted' });
  assert.equal(await counted(), 3);
  proxy.close();
});

test('16: megabytes come in parts that join up, whatever stands where they are cut', async () => {
  const client = opened(connect(server.url));
  const value = Array.from({ length: 20 }, (_, i) => '🚲é"\\'.repeat(12_000 + i));
  assert.deepStrictEqual(await client.query('lab:echo', { value }), value);
  const types = wire.filter(({ from }) => from === 'server').map(({ type }) => type);
  const [first, last] = [types.indexOf('TransitionChunk'), types.lastIndexOf('TransitionChunk')];
  assert.ok(last - first >= 2, `${types}`);
  assert.ok(types.slice(first, last).every((type) => type === 'TransitionChunk' || type === 'Ping'));
});
