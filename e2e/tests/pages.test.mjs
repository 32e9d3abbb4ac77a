// Every main screen at three sizes and in both themes: nothing sticks out, everything can be reached.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { launch, openPerson, sizes } from '../support/chromium.mjs';
import { remoteVideo } from '../support/media.mjs';
import { fillSignIn, join, layoutProblems, meetUp, offer, publish, signIn, signUp } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';

const out = new URL('../out/', import.meta.url).pathname;

describe('the pages', { timeout: 180_000 }, () => {
  let server, browser, amina, bruno, screens;

  before(async () => {
    mkdirSync(out, { recursive: true });
    server = await startServer();
    browser = await launch();
    [amina, bruno] = [await openPerson(browser), await openPerson(browser)];
    await signUp(amina, server.url, 'Amina Benali', 'amina@test.example');
    await signUp(bruno, server.url, 'Bruno Lefèvre', 'bruno@test.example');
    const sessionId = await meetUp(amina, bruno, server.url);
    const open = await publish(amina, server.url, {
      titre: 'Traduction d’un acte de naissance, espagnol vers français',
      description: 'Deux pages manuscrites, à certifier.\nDélai : une semaine.',
      prix: '120,50',
    });
    await offer(bruno, open, { prix: '110', message: 'Traducteur assermenté, je peux commencer demain.' });
    const mine = await publish(bruno, server.url, { titre: 'Cours de piano', description: 'Une heure par semaine.', prix: '35' });
    screens = [
      { name: 'dashboard', path: '/dashboard', shows: 'À faire maintenant' },
      { name: 'offres', path: '/offres', shows: 'Reçues' },
      { name: 'demandes', path: '/', shows: 'Demandes ouvertes' },
      { name: 'nouvelle', path: '/demandes/nouvelle', shows: 'Nouvelle demande' },
      { name: 'demande-owner', path: new URL(open).pathname, shows: 'Traduction' },
      { name: 'demande-visitor', path: new URL(mine).pathname, shows: 'Cours de piano' },
      { name: 'historique', path: '/historique', shows: 'Vos appels' },
      { name: 'lobby', path: `/meet/${sessionId}`, shows: 'Monter une armoire' },
    ];
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const [name, size] of Object.entries(sizes)) {
    test(`of somebody signed in, at ${size.width} pixels`, async () => {
      await amina.page.setViewportSize(size);
      for (const screen of screens) {
        await amina.page.goto(server.url + screen.path);
        await amina.page.getByRole('heading', { name: screen.shows }).first().waitFor();
        assert.equal(await amina.page.getByRole('heading', { level: 1 }).count(), 1, `${screen.name}: one h1`);
        assert.deepEqual(await layoutProblems(amina), [], screen.name);
        await amina.page.screenshot({ path: `${out}${screen.name}-${name}.png`, animations: 'disabled' });
      }
    });

    test(`of a visitor, dark and light, at ${size.width} pixels`, async () => {
      for (const colorScheme of ['light', 'dark']) {
        const visitor = await openPerson(browser, { size, colorScheme });
        for (const [path, shows] of [['/', 'Mettez-vous d’accord'], ['/inscription', 'Bienvenue'], ['/connexion', 'Heureux']]) {
          await visitor.page.goto(server.url + path);
          await visitor.page.getByRole('heading', { name: shows }).waitFor();
          assert.deepEqual(await layoutProblems(visitor), [], `${path} ${colorScheme}`);
          await visitor.page.screenshot({ path: `${out}visitor${path.replace('/', '-')}-${name}-${colorScheme}.png`, animations: 'disabled' });
        }
        assert.deepEqual(await visitor.page.evaluate(() => window.visavisTest.violations), []);
        await visitor.context.close();
      }
    });
  }

  test('without an account, private pages ask to sign in and then come back', async () => {
    const visitor = await openPerson(browser);
    await visitor.page.goto(`${server.url}/offres`);
    await visitor.page.waitForURL('**/connexion?suite=%2Foffres');
    await fillSignIn(visitor, 'bruno@test.example');
    await visitor.page.waitForURL('**/offres');
    await visitor.page.reload();
    await visitor.page.getByRole('button', { name: 'Retirer' }).first().waitFor();
    await visitor.page.getByRole('button', { name: 'Se déconnecter' }).click();
    await visitor.page.waitForURL('**/connexion**');
    await visitor.context.close();
  });

  test('devices that fail are said in words, and one joins all the same', async () => {
    const { page, context } = await openPerson(browser);
    await context.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = ({ video }) =>
        Promise.reject(new DOMException('', video ? 'NotReadableError' : 'NotFoundError'));
    });
    await signIn({ page }, server.url, 'bruno@test.example');
    await page.goto(server.url + screens.at(-1).path);
    await page.getByText('Une autre application utilise votre caméra').waitFor();
    await page.getByText('Aucun micro détecté').waitFor();
    assert.deepEqual(await layoutProblems({ page }), []);
    await page.screenshot({ path: `${out}lobby-no-devices.png`, animations: 'disabled' });
    await page.getByRole('button', { name: 'Rejoindre', exact: true }).click();
    await page.getByRole('button', { name: 'Raccrocher' }).waitFor(); // the waiting room has a microphone button, too
    await page.getByText(/Amina Benali (arrive|n’est pas encore là)/).waitFor();
    await page.getByRole('button', { name: 'Réactiver le micro' }).click();
    await page.getByText('Aucun micro détecté').waitFor();
    await context.close();
  });

  test('whoever joins before the camera has opened is seen and heard all the same', async () => {
    const { page, context } = await openPerson(browser);
    await context.addInitScript(() => {
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      const allowed = new Promise((resolve) => (window.allowDevices = resolve));
      navigator.mediaDevices.getUserMedia = (wanted) => allowed.then(() => ask(wanted));
    });
    await signIn({ page }, server.url, 'bruno@test.example');
    await page.goto(server.url + screens.at(-1).path);
    await page.getByRole('button', { name: 'Rejoindre', exact: true }).click();
    await page.getByRole('button', { name: 'Raccrocher' }).waitFor();
    await page.evaluate(() => window.allowDevices());
    await page.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await page.getByRole('button', { name: 'Désactiver la caméra' }).waitFor();
    await amina.page.goto(server.url + screens.at(-1).path);
    await join(amina);
    const { fps } = await remoteVideo(amina.page);
    assert.ok(fps >= 10, `${fps} frames a second`);
    await context.close();
  });

  test('an English browser reads English', async () => {
    const visitor = await openPerson(browser, { locale: 'en-GB' });
    await visitor.page.goto(server.url);
    await visitor.page.getByRole('link', { name: 'Create an account' }).waitFor();
    assert.equal(await visitor.page.locator('html').getAttribute('lang'), 'en');
    await visitor.context.close();
  });
});
