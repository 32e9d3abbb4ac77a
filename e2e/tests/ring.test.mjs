// Ringing that tells the truth: one person's devices, the caller's screen, and what remains afterwards.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { launch, openPerson, sizes } from '../support/chromium.mjs';
import { layoutProblems, meetUp, offer, publish, signIn, signUp } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

const out = new URL('../out/', import.meta.url).pathname;
const card = ({ page }) => page.getByRole('alertdialog');
const isGone = (device) => until('the card goes', async () => (await card(device).count()) === 0, { within: 30_000 });

describe('ringing', { timeout: 300_000 }, () => {
  let server, browser, amina, chloe, desk, phone, missed;
  const ringOf = (sessionId) => server.sql(`select status from rings where meetSessionId = '${sessionId}' and times > 0`);

  /** Bruno's devices are on their dashboards, and may make sounds. */
  async function waitAtHome() {
    for (const device of [desk, phone]) {
      await device.page.goto(`${server.url}/dashboard`);
      await device.page.getByRole('heading', { name: 'À faire maintenant' }).click();
    }
  }
  /** Amina calls Bruno, whose devices ring. @returns the meeting */
  async function call(suffix) {
    const sessionId = await meetUp(amina, desk, server.url, suffix);
    await waitAtHome();
    for (const device of [desk, phone]) await card(device).getByText(`Monter une armoire${suffix}`).waitFor();
    return sessionId;
  }

  before(async () => {
    mkdirSync(out, { recursive: true });
    server = await startServer({ flags: ['--dev'] });
    browser = await launch();
    amina = await openPerson(browser);
    chloe = await openPerson(browser);
    desk = await openPerson(browser);
    phone = await openPerson(browser, { size: sizes.phone });
    await signUp(amina, server.url, 'Amina Benali', 'amina@test.example');
    await signUp(chloe, server.url, 'Chloé Roux', 'chloe@test.example');
    await signUp(desk, server.url, 'Bruno Lefèvre', 'bruno@test.example');
    await signIn(phone, server.url, 'bruno@test.example');
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('whoever has no device open is not said to be ringing', async () => {
    const demande = await publish(amina, server.url, { titre: 'Tailler une haie', description: 'Vingt mètres.', prix: '60' });
    await offer(chloe, demande, { prix: '55', message: 'Demain matin.' });
    await chloe.page.goto('about:blank');
    missed = await amina.context.newPage(); // stays on the meeting's page until the end
    await missed.goto(`${server.url}/offres`);
    await missed.getByRole('button', { name: 'Accepter' }).first().click();
    await missed.waitForURL('**/meet/*');
    await missed.getByText('Aucun appareil joignable pour l’instant.').waitFor({ timeout: 30_000 });
  });

  test('both devices show it, one sound is heard, and the caller is told so', async () => {
    const sessionId = await call(' un');
    const devices = () => server.sql(`select sign, count(*) from ringDevices group by sign`);
    await until('two devices ring', () => devices() === 'rings|2');
    const tab = await desk.context.newPage();
    await tab.goto(`${server.url}/dashboard`);
    await tab.getByRole('alertdialog').waitFor();
    assert.equal(devices(), 'rings|2', 'a second tab is no second device, and makes no second sound');
    await tab.close();
    assert.equal(ringOf(sessionId), 'ringing');
    await amina.page.getByText('Ça sonne chez Bruno Lefèvre.').waitFor();
    for (const device of [desk, phone]) {
      await until('the tab says who waits', async () => (await device.page.title()) === 'Amina Benali vous attend · Visavis');
      assert.deepEqual(await layoutProblems(device), []);
    }
    await desk.page.screenshot({ path: `${out}ring-desktop.png`, animations: 'disabled' });
    await phone.page.screenshot({ path: `${out}ring-phone.png`, animations: 'disabled' });
    await desk.page.setViewportSize(sizes.tablet);
    await desk.page.screenshot({ path: `${out}ring-tablet.png`, animations: 'disabled' });
    await desk.page.setViewportSize(sizes.desktop);
  });

  test('× hides it on this device and refuses nothing', async () => {
    await card(phone).getByRole('button', { name: /^Fermer/ }).click();
    await isGone(phone);
    assert.equal(await phone.page.title(), 'Tableau de bord · Visavis');
    assert.equal(await card(desk).count(), 1);
    await phone.page.getByRole('heading', { name: /^Rendez-vous en cours/ }).first().waitFor();
    await card(desk).getByRole('button', { name: 'Rejoindre le Meet' }).click();
    await desk.page.waitForURL('**/meet/*');
  });

  test('answered on one device, it stops on the other', async () => {
    const sessionId = await call(' deux');
    assert.equal(await phone.page.title(), 'Amina Benali vous attend · Visavis');
    await card(desk).getByRole('button', { name: 'Rejoindre le Meet' }).click();
    await isGone(phone);
    assert.equal(await phone.page.title(), 'Tableau de bord · Visavis');
    assert.equal(ringOf(sessionId), 'answered');
    await amina.page.getByText('Bruno Lefèvre arrive…').waitFor();
  });

  test('« dans 5 minutes » stops every device, and the caller reads it', async () => {
    const sessionId = await call(' trois');
    await card(phone).getByRole('button', { name: 'Pas maintenant' }).click();
    await card(phone).getByRole('button', { name: 'Me rappeler dans 5 minutes' }).waitFor();
    assert.deepEqual(await layoutProblems(phone), []);
    await phone.page.screenshot({ path: `${out}ring-choices-phone.png`, animations: 'disabled' });
    await card(phone).getByRole('button', { name: 'Me rappeler dans 5 minutes' }).click();
    await amina.page.getByText('Bruno Lefèvre demande quelques minutes.').waitFor();
    for (const device of [desk, phone]) await until('nothing rings', async () => !(await device.page.title()).includes('vous attend'));
    assert.equal(ringOf(sessionId), 'snoozed');
  });

  test('a refusal reaches the caller in words, with those that came with it', async () => {
    const sessionId = await call(' quatre');
    await card(desk).getByRole('button', { name: 'Pas maintenant' }).click();
    await card(desk).getByRole('button', { name: /^Refuser/ }).click();
    await card(desk).getByLabel(/^Un mot pour Amina/).fill('Je suis sur la route, demain plutôt.');
    await desk.page.screenshot({ path: `${out}ring-decline-desktop.png`, animations: 'disabled' });
    await card(desk).getByRole('button', { name: 'Refuser l’appel' }).click();
    await amina.page.getByRole('heading', { name: 'Bruno Lefèvre n’est pas disponible maintenant.' }).waitFor();
    await amina.page.getByText(/Je suis sur la route, demain plutôt/).waitFor();
    await amina.page.screenshot({ path: `${out}ring-declined-caller.png`, animations: 'disabled' });
    assert.equal(server.sql(`select status from meetSessions where _id = '${sessionId}'`), 'cancelled');
    await until('the phone stops too', async () => !(await card(phone).allInnerTexts()).join().includes('quatre'));
  });

  test('after 45 s without an answer the caller has choices, and the call is on the other’s list', async () => {
    await missed.getByText('Pas de réponse.').waitFor({ timeout: 90_000 });
    await missed.screenshot({ path: `${out}ring-missed-caller.png`, animations: 'disabled' });
    assert.ok(await missed.getByRole('button', { name: 'Annuler le rendez-vous' }).isVisible());
    await chloe.page.goto(`${server.url}/dashboard`);
    await chloe.page.getByRole('heading', { name: /^Appel manqué.*Amina Benali/ }).waitFor();
    await chloe.page.screenshot({ path: `${out}ring-missed-dashboard.png`, animations: 'disabled' });
    await chloe.page.setViewportSize(sizes.phone);
    assert.deepEqual(await layoutProblems(chloe), []);
    await missed.getByRole('button', { name: 'Relancer l’appel' }).click();
    await missed.getByText(/Ça sonne chez Chloé Roux|Chloé Roux a reçu la notification/).waitFor();
    await chloe.page.getByRole('heading', { name: /^Appel manqué/ }).waitFor({ state: 'detached' });
  });

  test('nothing went wrong on the way', () => {
    for (const { complaints } of [amina, chloe, desk, phone]) assert.deepEqual(complaints, []);
  });
});
