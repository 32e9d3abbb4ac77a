// Every screen and state at phone, tablet and desktop size, light and dark, to look at: one picture each in
// out/states/, and all of them on one sheet, out/contact-sheet.png. From the real product.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as within } from 'node:path';
import { launch, openPerson, sizes } from './support/chromium.mjs';
import { amina as aminasFace, bruno as brunosFace, drawPortrait } from './support/portraits.mjs';
import { startServer } from './support/server.mjs';
import { tour } from './support/tour.mjs';

const out = new URL('./out/', import.meta.url).pathname;
const states = within(out, 'states');
rmSync(states, { recursive: true, force: true });
mkdirSync(states, { recursive: true });
const cameras = mkdtempSync(within(tmpdir(), 'visavis-sheet-'));
process.chdir(cameras); // a camera is called by its file's name, and the waiting room shows that
const shots = []; // [{state, cells: [{size, file}]}]

async function browserOf(face, file) {
  const draughtsman = await launch();
  await drawPortrait(await draughtsman.newPage(), face, file);
  await draughtsman.close();
  return launch({ camera: file });
}

async function picture({ page }, state, { only, isStage = false } = {}) {
  const cells = [];
  for (const [size, viewport] of Object.entries(sizes)) {
    if (only !== undefined && only !== size) continue;
    await page.setViewportSize(viewport);
    for (const colorScheme of isStage ? ['dark'] : ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const file = within(states, `${String(shots.length + 1).padStart(2, '0')} ${state}, ${size}${isStage ? '' : `, ${colorScheme}`}.jpg`);
      await page.screenshot({ path: file, type: 'jpeg', quality: 80, animations: 'disabled' });
      cells.push({ size, file });
    }
  }
  shots.push({ state, cells });
  if (only === undefined) await page.setViewportSize(sizes.desktop);
  await page.emulateMedia({ colorScheme: 'light' });
}

/** One row a state; small enough for one picture, the large ones lie beside it. */
async function drawSheet(browser) {
  const height = 190;
  const page = await browser.newPage({ viewport: { width: 1460, height: 1000 } });
  const rows = shots.map(({ state, cells }) => {
    const images = cells.map(({ file }) => `<img src="data:image/jpeg;base64,${readFileSync(file, 'base64')}" height="${height}">`);
    return `<h2>${state}</h2><div>${images.join('')}</div>`;
  });
  await page.setContent(`<style>body{margin:16px;font:15px sans-serif;background:#888;color:#fff}h2{font-size:15px;margin:10px 0 4px}div{display:flex;gap:8px}img{display:block}</style>${rows.join('')}`);
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
  await page.screenshot({ path: within(out, 'contact-sheet.png'), fullPage: true });
  console.log(`${shots.length} states: ${within(out, 'contact-sheet.png')}`);
}

const server = await startServer({ flags: ['--dev'] });
const browsers = [await browserOf(aminasFace, 'Webcam A.y4m'), await browserOf(brunosFace, 'Webcam B.y4m')];
try {
  const people = {};
  for (const name of ['amina', 'visitor', 'diane']) people[name] = await openPerson(browsers[0]);
  for (const name of ['bruno', 'chloe']) people[name] = await openPerson(browsers[1]);
  await tour({ url: server.url, people, show: picture });
} finally {
  if (shots.length > 0) await drawSheet(browsers[0]);
  for (const browser of browsers) await browser.close();
  await server.stop();
  rmSync(cameras, { recursive: true });
}
