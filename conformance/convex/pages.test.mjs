// Scenarios 14 and 15 of docs/protocols/convex.md: lists that are read page by page while they change.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { complaints, connect, demande, signUp, startProxy, startServer, until } from './support.mjs';

let server;
const open = [];
const opened = (client) => (open.push(client), client);

before(async () => {
  server = await startServer();
});
after(async () => assert.equal(await server.stop(), 0));
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  assert.deepEqual(complaints.splice(0), []);
});

const page = (cursor, numItems = 3, more = {}) => ({ paginationOpts: { numItems, cursor, id: 1, ...more } });

/** Pages as the paginated hook holds them: each a live query, the next begins where the last ended. */
function pagedList(client, name, numItems) {
  const pages = [];
  const list = {
    pages,
    loadMore() {
      const entry = { now: undefined };
      pages.push(entry);
      const cursor = pages.length === 1 ? null : pages.at(-2).now.continueCursor;
      client.onUpdate(name, page(cursor, numItems), (now) => (entry.now = now));
      return until(() => entry.now, 'a page');
    },
    titres: () => pages.flatMap((one) => one.now.page.map((row) => row.titre)),
    done: () => pages.at(-1).now.isDone,
  };
  return list;
}

test('14: pages together are the list, through inserts, deletions and a reconnect', async () => {
  const person = await signUp(server, 'Pages');
  const proxy = await startProxy(server.port);
  const client = opened(connect(proxy.url, person));
  const ids = [];
  for (let i = 0; i < 8; ++i) ids.push(await client.mutation('demandes:create', demande(`D${i}`)));
  const list = pagedList(client, 'demandes:mine', 3);
  await list.loadMore();
  await list.loadMore();
  await list.loadMore();
  assert.deepEqual(list.titres(), ['D7', 'D6', 'D5', 'D4', 'D3', 'D2', 'D1', 'D0']);
  assert.ok(list.done());

  await client.mutation('demandes:create', demande('D8'));
  await until(() => list.titres()[0] === 'D8', 'the new row on top');
  assert.equal(list.pages[0].now.page.length, 4);
  assert.deepEqual(list.titres(), ['D8', 'D7', 'D6', 'D5', 'D4', 'D3', 'D2', 'D1', 'D0']);

  await client.mutation('demandes:cancel', { demandeId: ids[5] });
  proxy.cut();
  await client.mutation('demandes:create', demande('D9'));
  await until(() => list.titres()[0] === 'D9', 'the row made after a reconnect');
  assert.equal(list.titres().length, new Set(list.titres()).size);
  assert.equal(list.titres().length, 10);
  assert.equal(list.pages[0].now.page.length, 5);
  proxy.close();
});

test('14: a long page is split by the client and stays whole', async () => {
  const person = await signUp(server, 'Coupe');
  const client = opened(connect(server.url, person));
  for (let i = 0; i < 3; ++i) await client.mutation('demandes:create', demande(`S${i}`));
  let shown;
  client.onPaginatedUpdate_experimental('demandes:mine', {}, { initialNumItems: 3 }, (now) => (shown = now));
  await until(() => shown?.results?.length === 3, 'the first page');
  for (let i = 3; i < 12; ++i) await client.mutation('demandes:create', demande(`S${i}`));
  await until(() => shown.results.length === 12, 'all rows on split pages');
  assert.deepEqual(shown.results.map((row) => row.titre), Array.from({ length: 12 }, (_, i) => `S${11 - i}`));
});

test('15: a cursor that is tampered with or of another list is refused as the hooks expect', async () => {
  const person = await signUp(server, 'Curseur');
  const client = opened(connect(server.url, person));
  for (let i = 0; i < 4; ++i) await client.mutation('demandes:create', demande(`C${i}`));
  const { continueCursor } = await client.query('demandes:mine', page(null, 2));
  const refused = (error) => error.data.isConvexSystemError === true && error.data.paginationError === 'InvalidCursor';
  const changed = (continueCursor[5] === 'A' ? 'B' : 'A') + continueCursor.slice(1);
  await assert.rejects(client.query('demandes:mine', page(changed)), refused);
  await assert.rejects(client.query('demandes:list', page(continueCursor)), refused);
  await assert.rejects(client.query('demandes:mine', page('nonsense')), refused);
  const other = opened(connect(server.url, await signUp(server, 'Autre')));
  await assert.rejects(other.query('demandes:mine', page(continueCursor)), refused);
});
