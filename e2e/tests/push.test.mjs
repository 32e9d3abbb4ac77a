// Calls while no page is open, against a push service of our own: from the button in the settings to the notification and
// back to the call. Chromium's own push service lies outside: what ours was given is handed to the service worker through
// the DevTools protocol, byte for byte as the server sealed it.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { launch, openPerson, sizes } from '../support/chromium.mjs';
import { accept, join, layoutProblems, offer, publish, signIn, signUp } from '../support/people.mjs';
import { startPushService } from '../support/pushService.mjs';
import { startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

const out = new URL('../out/', import.meta.url).pathname;
const patience = { within: 30_000 };

/** In the page: a push service that answers, since the browser's own cannot be reached. */
function subscribeElsewhere() {
  if (globalThis.PushManager === undefined) return;
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const asBrowsersDo = (made) => ({
    endpoint: made.endpoint,
    options: { applicationServerKey: bytes(made.serverKey).buffer },
    getKey: (name) => bytes(made[name]).buffer,
    unsubscribe: () => globalThis.pushServiceSays('drop'),
  });
  PushManager.prototype.getSubscription = async () => {
    const made = await globalThis.pushServiceSays('kept');
    return made === null ? null : asBrowsersDo(made);
  };
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (userVisibleOnly !== true) throw new Error('browsers refuse what would stay hidden');
    return asBrowsersDo(await globalThis.pushServiceSays('subscribe', text(applicationServerKey)));
  };
}

describe('calls while no page is open', { timeout: 300_000 }, () => {
  let kept = null; // Bruno’s subscription, as his browser keeps it
  let server, push, browser, amina, bruno, devtools, registrationId, first;
  const devices = () => server.sql('select count(*) from pushDevices');
  const ringOf = (sessionId) => server.sql(`select status from rings where meetSessionId = '${sessionId}' and times > 0`);
  const shownOn = () => server.sql("select count(*) from ringDevices where sign = 'shown'");
  /** What the push service was given since the last time, of one kind. */
  const next = (kind) =>
    until(`« ${kind} » is sent`, () => {
      const place = push.received.findIndex(({ message }) => message.kind === kind);
      return place >= 0 ? push.received.splice(place, 1)[0] : null;
    }, patience);
  const deliver = ({ text }) => devtools.send('ServiceWorker.deliverPushMessage', { origin: server.url, registrationId, data: text });
  /** Of the notifications that the browser shows. */
  const shown = () =>
    worker().then((one) => one.evaluate(async () => (await self.registration.getNotifications()).map(({ title, body, tag, silent, requireInteraction, actions, data }) => ({ title, body, tag, silent, requireInteraction, actions: (actions ?? []).map(({ action }) => action), path: data.path }))));
  const worker = async () => bruno.context.serviceWorkers()[0] ?? bruno.context.waitForEvent('serviceworker');
  /** As a finger would: the browser gives the worker this event. */
  const press = (sessionId, action) =>
    worker().then((one) =>
      one.evaluate(async ([tag, pressed]) => {
        const [notification] = await self.registration.getNotifications({ tag });
        self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action: pressed }));
      }, [`meet-${sessionId}`, action]),
    );
  /** Bruno’s page is closed; the browser runs on. */
  const closePage = () => bruno.page.goto('about:blank');

  /** Amina accepts Bruno's offer while no page of his is open. @returns the meeting */
  async function call(suffix) {
    const demande = await publish(amina, server.url, { titre: `Monter une armoire${suffix}`, description: 'Trois portes.', prix: '100' });
    await offer(bruno, demande, { prix: '85', message: 'Samedi.' });
    await closePage();
    return accept(amina, server.url);
  }

  before(async () => {
    mkdirSync(out, { recursive: true });
    push = await startPushService();
    server = await startServer({ flags: ['--dev'] });
    browser = await launch();
    amina = await openPerson(browser);
    bruno = await openPerson(browser);
    let made = 0;
    await bruno.context.exposeFunction('pushServiceSays', (what, serverKey) => {
      if (what === 'subscribe') kept = { name: `bruno${++made}`, serverKey, ...push.subscribe(`bruno${made}`, serverKey) };
      if (what === 'drop' && kept !== null) push.drop(kept.name);
      if (what === 'drop') kept = null;
      return kept;
    });
    await bruno.context.addInitScript(subscribeElsewhere);
    await signUp(amina, server.url, 'Amina Benali', 'amina@test.example');
    await signUp(bruno, server.url, 'Bruno Lefèvre', 'bruno@test.example');
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await push?.stop();
  });

  test('a browser that blocks notifications says so; one that does not is asked after the button alone', async () => {
    const { page, context } = bruno;
    const section = page.getByRole('region', { name: 'Appels quand la page est fermée' });
    // Nothing but camera and microphone is allowed in this browser: so it says, and the way out.
    await page.goto(`${server.url}/parametres`);
    await section.getByText(/^Les notifications sont bloquées/).waitFor();
    assert.equal(await section.getByRole('button').count(), 0);
    await section.screenshot({ path: `${out}push-denied-desktop.png`, animations: 'disabled' });
    await context.grantPermissions(['notifications', 'camera', 'microphone']);
    await page.reload();
    await section.getByText(/^Uniquement pour les appels/).waitFor();
    for (const [name, size] of Object.entries(sizes)) {
      await page.setViewportSize(size);
      assert.deepEqual(await layoutProblems(bruno), [], name);
      await section.screenshot({ path: `${out}push-ask-${name}.png`, animations: 'disabled' });
    }
    await page.setViewportSize(sizes.desktop);
    assert.equal(devices(), '0');
    await section.getByRole('button', { name: 'Recevoir les appels même onglet fermé' }).click();
    await section.getByRole('button', { name: 'Ne plus recevoir les appels ici' }).waitFor();
    await section.screenshot({ path: `${out}push-on-desktop.png`, animations: 'disabled' });
    assert.equal(devices(), '1');

    devtools = await context.newCDPSession(page);
    const registered = new Promise((found) => {
      devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        for (const { registrationId: id, scopeURL } of registrations) if (scopeURL === `${server.url}/`) found(id);
      });
    });
    await devtools.send('ServiceWorker.enable');
    registrationId = await registered;
  });

  test('a ring is sealed and signed for this browser, shown, and only then told to the caller', async () => {
    const sessionId = await call(' un');
    const ring = await next('ring');
    assert.deepEqual(push.problems, []);
    assert.ok(ring.ttl > 0 && ring.ttl <= 45, `a ring is of use for its length alone, not ${ring.ttl} s`);
    assert.equal(ring.urgency, 'high');
    assert.ok(!ring.text.includes('85') && !ring.text.includes('@'), 'no price and no address');
    assert.equal(shownOn(), '0', 'sent is not shown');
    await deliver(ring);
    await until('it is shown', async () => (await shown()).length === 1, patience);
    const [notice] = await shown();
    assert.equal(notice.title, 'Amina Benali vous attend');
    assert.match(notice.body, /^Votre offre pour «.Monter une armoire un.» est acceptée\. Touchez pour rejoindre\.$/);
    assert.equal(notice.path, `/meet/${sessionId}`);
    assert.deepEqual(notice.actions, ['join', 'snooze']);
    assert.equal(notice.requireInteraction, true);
    await until('the worker has said so', () => shownOn() !== '0', patience);
    await amina.page.getByText('Bruno Lefèvre a reçu la notification.').waitFor();
    first = sessionId;
  });

  test('the caller gives up: the notification becomes a missed call, without a sound', async () => {
    await join(amina);
    await amina.page.getByRole('button', { name: 'Raccrocher' }).click();
    await until('nothing rings any more', () => ringOf(first) === 'cancelled', patience);
    const missed = await next('missed');
    assert.equal(missed.topic, missed.message.ring.slice(0, 32), 'it takes the place of the ring that was not fetched');
    assert.ok(missed.ttl > 3_600, 'a browser that is off learns of it later');
    await deliver(missed);
    await until('the ring gives way', async () => (await shown()).map(({ title }) => title).join() === 'Appel manqué\u00a0: Amina Benali', patience);
    const [notice] = await shown();
    assert.equal(notice.silent, true);
    assert.deepEqual(notice.actions, []);
  });

  test('« rappeler dans 5 minutes » from the notification reaches the caller', async () => {
    const sessionId = await call(' bis');
    await deliver(await next('ring'));
    await until('it is shown', async () => (await shown()).some(({ path }) => path === `/meet/${sessionId}`), patience);
    await press(sessionId, 'snooze');
    await until('it is put off', () => ringOf(sessionId) === 'snoozed', patience);
    await amina.page.getByText('Bruno Lefèvre demande quelques minutes.').waitFor();
    await deliver(await next('over'));
    assert.deepEqual((await shown()).filter(({ path }) => path === `/meet/${sessionId}`), []);
  });

  test('pressed, it leads an open page to the call, and every other device stops', async () => {
    const sessionId = await call(' deux');
    const ring = await next('ring');
    await deliver(ring);
    await until('it is shown', async () => (await shown()).some(({ path }) => path === `/meet/${sessionId}`), patience);
    await bruno.page.goto(`${server.url}/dashboard`);
    await bruno.page.getByRole('alertdialog').waitFor();
    await press(sessionId, 'join');
    await bruno.page.waitForURL(`**/meet/${sessionId}`);
    await until('the ring is answered', () => ringOf(sessionId) === 'answered', patience);
    await next('over');
  });

  test('a service that asks for patience gets it, and gets the ring when it is over', async () => {
    push.refuseNext(429, { 'retry-after': '2' });
    const sessionId = await call(' trois');
    const ring = await next('ring');
    assert.equal(ring.message.session, sessionId);
    assert.ok(ring.ttl <= 43, `two seconds of the ring are over: ${ring.ttl}`);
  });

  test('who signs out is rung no more, and a browser that let go is forgotten', async () => {
    const { page } = bruno;
    await page.goto(`${server.url}/dashboard`);
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await until('the server forgets this browser', () => devices() === '0', patience);
    await signIn(bruno, server.url, 'bruno@test.example');
    await page.goto(`${server.url}/parametres`);
    await page.getByRole('button', { name: 'Recevoir les appels même onglet fermé' }).click();
    await until('it is known again', () => devices() === '1', patience);
    push.drop(kept.name);
    await call(' quatre');
    await until('410 Gone: it is forgotten', () => devices() === '0', patience);
    assert.deepEqual(push.problems, []);
    assert.deepEqual(bruno.complaints, []);
  });
});
