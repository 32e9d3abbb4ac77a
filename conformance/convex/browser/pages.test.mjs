// Scenarios 14 and 15 of the catalogue: what `usePaginatedQuery` shows while its list changes at both ends,
// in the middle and where its pages meet. Each commit of React must be the beginning of a list that was.
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

/** Every list that has been, so that what is shown can be held against them. */
class Lists {
  constructor(first) {
    this.all = [first];
  }
  get now() {
    return this.all.at(-1);
  }
  /** Each of `shown` is the beginning of a list, of the same or a later one than the last; at the end, of the newest. */
  judge(shown) {
    let at = 0;
    for (const { status, ids } of shown) {
      const fits = (list) => ids.every((id, i) => list[i] === id) && (status !== 'Exhausted' || ids.length === list.length);
      while (at < this.all.length && !fits(this.all[at])) ++at;
      assert.ok(at < this.all.length, `no list begins like this: ${status} ${ids}\n${this.all.map(String).join('\n')}`);
    }
  }
}

const isWhole = (lists) => ({ status, ids }) => status === 'Exhausted' && String(ids) === String(lists.now);

test('14: no row is missing or doubled while open demandes come and go anywhere', async () => {
  const made = [];
  for (let i = 0; i < 12; ++i) made.unshift(await ask(server, 'mutation', 'demandes:create', demande(`L${i}`), amina.token));
  const lists = new Lists([...made]);
  const proxy = await startProxy(server.port);
  const tab = await browser.open();
  await tab.show(proxy.url, 'Pages', { query: 'demandes:list', args: {}, items: 4 });
  await tab.sees('the first page', 'pages', ({ status, ids }) => status === 'CanLoadMore' && ids.length === 4);
  await tab.call('loadMore', 4);
  await tab.sees('the second page', 'pages', ({ status, ids }) => status === 'CanLoadMore' && ids.length === 8);

  const remove = async (id) => {
    lists.all.push(lists.now.filter((one) => one !== id));
    await ask(server, 'mutation', 'demandes:cancel', { demandeId: id }, amina.token);
  };
  const add = async (titre) => {
    const id = await ask(server, 'mutation', 'demandes:create', demande(titre), amina.token);
    lists.all.push([id, ...lists.now]);
  };
  await tab.forget('pages');
  await remove(made[3]); // where the first page ends
  await remove(made[4]); // where the second begins
  await add('tête');
  await remove(made[0]); // the head of the first answer
  await remove(made[7]); // the end of what is shown
  await remove(made[8]); // the first that is not shown
  await tab.sees('what is left of two pages', 'pages', ({ ids }) => String(ids) === String(lists.now.slice(0, 5)));
  proxy.cut();
  await add('après la coupure');
  await tab.sees('the row on top', 'pages', ({ ids }) => ids[0] === lists.now[0]);
  await tab.call('loadMore', 10);
  await tab.sees('the whole list', 'pages', isWhole(lists));
  await remove(made[11]); // the end of the list
  for (let i = 0; i < 12; ++i) await add(`crue ${i}`); // the first page grows past its double, and is split
  await remove(lists.now[6]);
  await server.restart();
  await add('après le redémarrage');
  await tab.sees('the grown list', 'pages', isWhole(lists));
  lists.judge(await tab.seen('pages'));
  proxy.close();
});

test('14: a row that comes into the middle, at the end or between two pages is shown there, and nothing else moves', async () => {
  // A history is in the order of the meetings' beginnings: whichever ends comes in at its place.
  const sessions = [];
  for (let i = 0; i < 12; ++i) {
    const demandeId = await ask(server, 'mutation', 'demandes:create', demande(`H${i}`), amina.token);
    const offreId = await ask(server, 'mutation', 'offres:create', { demandeId, prixPropose: 1, message: '' }, bruno.token);
    const { meetSessionId } = await ask(server, 'mutation', 'offres:updateOffreStatus', { offreId, status: 'accepted' }, amina.token);
    sessions.unshift(meetSessionId);
  }
  const lists = new Lists([]);
  const end = async (...which) => {
    for (const at of which) {
      lists.all.push(sessions.filter((id) => id === sessions[at] || lists.now.includes(id)));
      await ask(server, 'mutation', 'meetSessions:endMeetSession', { sessionId: sessions[at] }, bruno.token);
    }
  };
  await end(2, 4, 7, 9); // two pages of two: their border lies between 4 and 7
  const tab = await browser.open({ tokens: () => amina.token });
  await tab.show(server.url, 'Pages', { query: 'meetSessions:history', args: {}, items: 2 }, { person: 'amina' });
  await tab.sees('the first page', 'pages', ({ status, ids }) => status === 'CanLoadMore' && ids.length === 2);
  await tab.call('loadMore', 2);
  await tab.sees('the second page', 'pages', ({ ids }) => ids.length === 4);
  await end(5); // between the pages
  await end(3, 8); // in the middle of each
  await end(10); // the end
  await end(0); // the top
  await tab.call('loadMore', 2);
  await tab.sees('the whole history', 'pages', isWhole(lists));
  await end(11); // after the last of a list that is exhausted
  await end(6, 1);
  await tab.sees('all twelve', 'pages', isWhole(lists));
  assert.equal(lists.now.length, 12);
  lists.judge(await tab.seen('pages'));
});

test('15: a cursor that no longer opens starts the list again by itself', async () => {
  const tab = await browser.open();
  await tab.show(server.url, 'Pages', { query: 'demandes:list', args: { recherche: 'crue' }, items: 3 });
  await tab.sees('the first page', 'pages', ({ status, ids }) => status === 'CanLoadMore' && ids.length >= 1);
  // The next page asks with a cursor that somebody has touched on its way.
  await tab.page.evaluate(() => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function spoil(text) {
      const isNext = text.includes('"numItems":2');
      send.call(this, isNext ? text.replace(/"cursor":"..../, '"cursor":"AAAA') : text);
      if (isNext) WebSocket.prototype.send = send;
    };
  });
  await tab.forget('pages');
  await tab.call('loadMore', 2);
  await tab.sees('the first page again', 'pages', ({ status, ids }) => status === 'CanLoadMore' && ids.length === 3);
  assert.ok((await tab.seen('pages')).some(({ status }) => status === 'LoadingFirstPage'), 'it started again');
});
