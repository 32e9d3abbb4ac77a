// How fast the product is where people notice: prints one table. `--joins N`, `--accepts N` and `--views N` change the
// counts, and 0 leaves one out.
import { parseArgs } from 'node:util';
import { launch, openPerson, sizes } from './support/chromium.mjs';
import { join, meetUp, offer, publish, signUp } from './support/people.mjs';
import { startServer } from './support/server.mjs';
import { until } from './support/wait.mjs';

const { values } = parseArgs({ options: { joins: { type: 'string', default: '20' }, accepts: { type: 'string', default: '100' }, views: { type: 'string', default: '10' } } });
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];

/** From « Rejoindre » to the first decoded frame of the other, seen by polling the receiver's statistics. */
async function joinOnce({ page }) {
  await page.getByLabel('Votre aperçu').waitFor();
  await page.getByRole('button', { name: 'Rejoindre', exact: true }).waitFor();
  return page.evaluate(async () => {
    const button = [...document.querySelectorAll('button')].find((each) => each.textContent === 'Rejoindre');
    const started = performance.now();
    button.click();
    for (;;) {
      const video = (await window.visavisTest.inbound()).find((report) => report.kind === 'video' && report.framesDecoded > 0);
      if (video) return performance.now() - started;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
}

async function joins(browser, url, count) {
  const [amina, bruno] = [await openPerson(browser), await openPerson(browser)];
  await signUp(amina, url, 'Amina', 'amina@measure.example');
  await signUp(bruno, url, 'Bruno', 'bruno@measure.example');
  const sessionId = await meetUp(amina, bruno, url);
  await join(amina);
  const taken = [];
  for (let turn = 0; turn < count; turn++) {
    await bruno.page.goto(`${url}/meet/${sessionId}`);
    await bruno.page.getByText('est déjà dans la salle').waitFor();
    taken.push(await joinOnce(bruno));
    await bruno.page.goto(`${url}/historique`);
    await amina.page.getByText('a quitté l’appel').waitFor();
  }
  await amina.context.close();
  await bruno.context.close();
  return taken.sort((a, b) => a - b);
}

/** From A's press on « Accepter » to B's card in the document, on one clock: both pages report `Date.now()`. */
async function accepts(browser, url, count) {
  const [clara, denis] = [await openPerson(browser), await openPerson(browser)];
  await signUp(clara, url, 'Clara', 'clara@measure.example');
  await signUp(denis, url, 'Denis', 'denis@measure.example');
  const taken = [];
  for (let turn = 0; turn < count; turn++) {
    const demande = await publish(clara, url, { titre: `Demande ${turn}`, description: 'Mesure.', prix: '10' });
    await offer(denis, demande, { prix: '9', message: 'Oui.' });
    await denis.page.evaluate(() => {
      window.cardAt = null;
      const look = () => document.querySelector('[role=alertdialog]') && (window.cardAt ??= performance.timeOrigin + performance.now());
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
    });
    await clara.page.goto(`${url}/offres`);
    await clara.page.getByRole('button', { name: 'Accepter' }).first().waitFor();
    await clara.page.evaluate(() => {
      const note = (event) => {
        if (event.target.closest('button')?.textContent === 'Accepter') sessionStorage.setItem('acceptedAt', String(performance.timeOrigin + performance.now()));
      };
      addEventListener('pointerup', note, true);
    });
    await clara.page.getByRole('button', { name: 'Accepter' }).first().click();
    const cardAt = await until('the card', () => denis.page.evaluate(() => window.cardAt), { every: 20 });
    await clara.page.waitForURL('**/meet/*');
    taken.push(cardAt - Number(await clara.page.evaluate(() => sessionStorage.getItem('acceptedAt'))));
    // Ended through the product's own door, so that the next card is a new one.
    await clara.page.getByRole('button', { name: 'Rejoindre', exact: true }).click();
    await clara.page.getByRole('button', { name: 'Raccrocher' }).click();
    await clara.page.getByRole('link', { name: 'Retour au tableau de bord' }).click();
    await clara.page.waitForURL('**/dashboard');
    await until('the card gone', async () => (await denis.page.getByRole('alertdialog').count()) === 0);
  }
  return taken.sort((a, b) => a - b);
}

// The presets of Chromium's own developer tools, named as there; bytes a second, milliseconds.
const networks = {
  'Fast 4G': { downloadThroughput: (9_000_000 / 8) * 0.9, uploadThroughput: (1_500_000 / 8) * 0.9, latency: 60 * 2.75 },
  'Slow 4G': { downloadThroughput: (1_600_000 / 8) * 0.9, uploadThroughput: (750_000 / 8) * 0.9, latency: 150 * 3.75 },
};

/** From the address to the page's heading with a way to sign in, on a phone four times slower than this machine, nothing cached. */
async function firstViews(browser, url, network, count) {
  const taken = [];
  for (let turn = 0; turn < count; turn++) {
    const { page, context } = await openPerson(browser, { size: sizes.phone });
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', { offline: false, ...networks[network] });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.addInitScript(() => {
      // The way in is there from the start, and shown once it is known that nobody is signed in.
      const isUsable = () =>
        document.querySelector('h1') !== null &&
        [...document.querySelectorAll('a[href="/connexion"]')].some((link) => link.checkVisibility({ visibilityProperty: true }));
      new MutationObserver(() => {
        // Shown with the frame after the one that made it.
        if (isUsable()) requestAnimationFrame(() => setTimeout(() => (window.usableAt ??= performance.now())));
      }).observe(document, { subtree: true, childList: true, attributes: true });
    });
    await page.goto(`${url}/`, { waitUntil: 'commit' });
    taken.push(await until('the first view', () => page.evaluate(() => window.usableAt), { every: 50 }));
    await context.close();
  }
  return taken.sort((a, b) => a - b);
}

const server = await startServer({ flags: ['--dev'] });
const browser = await launch();
try {
  const rows = [
    ['« Rejoindre » → first decoded remote frame', await joins(browser, server.url, Number(values.joins)), 'p50', 600],
    ['« Accepter » → the other’s card in the document', await accepts(browser, server.url, Number(values.accepts)), 'p95', 100],
    ['first view usable, CPU 4 × slower, Fast 4G', await firstViews(browser, server.url, 'Fast 4G', Number(values.views)), 'p50', 2000],
    ['first view usable, CPU 4 × slower, Slow 4G', await firstViews(browser, server.url, 'Slow 4G', Number(values.views)), 'p50', null],
  ];
  console.log('| what | n | p50 ms | p95 ms | max ms | goal |\n| --- | --- | --- | --- | --- | --- |');
  for (const [what, sorted, mark, goal] of rows) {
    if (sorted.length === 0) continue;
    const cells = [quantile(sorted, 0.5), quantile(sorted, 0.95), sorted.at(-1)].map((ms) => ms.toFixed(0));
    console.log(`| ${what} | ${sorted.length} | ${cells.join(' | ')} | ${goal === null ? '' : `${mark} < ${goal}`} |`);
  }
} finally {
  await browser.close();
  await server.stop();
}
