// The app as a thing on one's device: it can be installed, and opens without a network.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { launch, openPerson, sizes } from '../support/chromium.mjs';
import { startGate } from '../support/gate.mjs';
import { layoutProblems, signUp } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

// Chromium does not always tell a page that its network was taken away: then it is the server that is silent.
const saysSo = /^(Vous êtes hors ligne|Visavis ne répond pas)$/;
const out = new URL('../out/', import.meta.url).pathname;

describe('the app on a device', { timeout: 240_000 }, () => {
  let server, gate, browser, amina;
  /** What lies in this browser's caches. */
  const kept = () =>
    amina.page.evaluate(async () => {
      const found = [];
      for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
      return found;
    });

  before(async () => {
    mkdirSync(out, { recursive: true });
    server = await startServer({ flags: ['--dev'] });
    gate = await startGate(server.url);
    browser = await launch();
    amina = await openPerson(browser);
    await signUp(amina, gate.url, 'Amina Benali', 'amina@test.example');
  });
  after(async () => {
    await browser?.close();
    await gate?.stop();
    await server?.stop();
  });

  test('it can be installed', async () => {
    const devtools = await amina.context.newCDPSession(amina.page);
    const { errors, url, data } = await devtools.send('Page.getAppManifest');
    await devtools.detach();
    assert.deepEqual(errors, []);
    assert.equal(url, `${gate.url}/manifest.webmanifest`);
    const { display, icons, start_url: start, description_localized: described } = JSON.parse(data);
    assert.equal(display, 'standalone');
    assert.equal(start, '/dashboard');
    assert.ok(described.en, 'in English too');
    assert.ok(icons.some(({ purpose }) => purpose === 'maskable'));
    for (const icon of [...icons.map(({ src }) => src), '/apple-touch-icon.png', '/icon-badge.png']) {
      const answer = await amina.page.request.get(gate.url + icon);
      assert.match(answer.headers()['content-type'], /^image\/(png|svg\+xml)$/, icon);
    }
    const worker = await amina.page.request.get(`${gate.url}/sw.js`);
    assert.equal(worker.headers()['cache-control'], 'no-cache', 'a new version is found at once');
    assert.match(worker.headers()['content-type'], /^text\/javascript/);
  });

  test('nothing that belongs to a person is kept, and no answer of the server’s', async () => {
    const { page } = amina;
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.goto(`${gate.url}/offres`);
    await page.getByRole('heading', { name: 'Offres' }).waitFor();
    await until('the shell is kept', async () => (await kept()).includes('/') && (await page.evaluate(() => navigator.serviceWorker.controller !== null)));
    const paths = await kept();
    assert.ok(paths.some((path) => path.startsWith('/assets/') && path.endsWith('.js')));
    const others = paths.filter((path) => !/^\/($|assets\/|favicon[\w-]*\.svg$|icon-192\.png$|manifest\.webmanifest$|device-settings$)/.test(path));
    assert.deepEqual(others, []);
  });

  test('without a network it opens and says so, and goes on when it is back', async () => {
    const { page, context } = amina;
    await page.goto(`${gate.url}/demandes/nouvelle`);
    await page.getByLabel('Titre').waitFor();
    gate.shut();
    await context.setOffline(true);
    await page.goto(`${gate.url}/offres`);
    await page.getByRole('heading', { name: saysSo }).waitFor();
    await page.getByText(/ce que vous avez écrit est gardé/).waitFor();
    for (const [name, size] of Object.entries(sizes)) {
      await page.setViewportSize(size);
      assert.deepEqual(await layoutProblems(amina), [], name);
      await page.screenshot({ path: `${out}offline-${name}.png`, animations: 'disabled' });
    }
    await page.setViewportSize(sizes.desktop);
    await page.reload();
    await page.getByRole('heading', { name: saysSo }).waitFor();
    gate.open();
    await context.setOffline(false);
    await page.getByRole('heading', { name: 'Offres', exact: true }).waitFor({ timeout: 60_000 });
    // Live again, and not only drawn: what the server is told comes back.
    await page.goto(`${gate.url}/parametres`);
    await page.getByLabel('Nom', { exact: true }).fill('Amina B.');
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByRole('link', { name: /Amina B\.$/ }).waitFor({ timeout: 60_000 });
  });
});
