// Everyone, everywhere: each screen and state of the product under axe-core, light and dark, at three widths (320 px is
// a page of 1280 px at 400 %) and without motion; in forced colours; with words 40 % longer than ours; and in English.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { bareControls, motion, stretchWords, violations } from '../support/axe.mjs';
import { launch, openPerson, sizes } from '../support/chromium.mjs';
import { layoutProblems } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';
import { tour } from '../support/tour.mjs';
import { until } from '../support/wait.mjs';

const height = 800;
const widths = { desktop: 1280, tablet: 768, phone: 320 };

describe('every screen and state, for everyone', { timeout: 480_000 }, () => {
  let server, browser, people;

  before(async () => {
    server = await startServer({ flags: ['--dev'] });
    browser = await launch();
    people = {};
    for (const name of ['amina', 'bruno', 'visitor', 'diane', 'chloe']) {
      people[name] = await openPerson(browser);
      // Colours change at once then, and what is measured is what stays.
      await people[name].page.emulateMedia({ reducedMotion: 'reduce' });
    }
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** What is wrong with the state a page is in now, in every way it can be looked at. */
  async function examine(page, { only, isStage = false }) {
    const problems = [];
    const note = (found, where) => problems.push(...found.map((each) => `${where}: ${each}`));
    const chosen = Object.entries(widths).filter(([size]) => only === undefined || only === size);
    const fit = async (where) => {
      await until('a layout', async () => (await layoutProblems({ page })).length === 0, { within: 2_000 }).catch(() => undefined);
      note(await layoutProblems({ page }), where);
    };
    for (const [, width] of chosen) {
      await page.setViewportSize({ width, height });
      await fit(`${width} px`);
      note(await violations(page), `${width} px`);
      if (!isStage) {
        await page.emulateMedia({ colorScheme: 'dark' });
        note(await violations(page, { only: 'colours' }), `${width} px, dark`);
        await page.emulateMedia({ colorScheme: 'light' });
      }
    }
    note(await motion(page), 'motion');
    await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
    note(await bareControls(page), 'forced colours');
    await page.emulateMedia({ forcedColors: 'none', colorScheme: 'light' });
    const asBefore = await stretchWords(page);
    for (const [, width] of chosen) {
      await page.setViewportSize({ width, height });
      await fit(`longer words, ${width} px`);
    }
    await asBefore();
    // As if it had been chosen in another tab. The narrowest is looked at last.
    const speak = (locale) => page.evaluate((newValue) => window.dispatchEvent(new StorageEvent('storage', { key: 'visavis.locale', newValue })), locale);
    await speak('en');
    await fit('in English');
    note(await violations(page), 'in English');
    await speak('fr');
    if (only === undefined) await page.setViewportSize(sizes.desktop);
    return problems;
  }

  test('in one encounter from the first page to the last', async (encounter) => {
    const show = ({ page }, state, options = {}) =>
      encounter.test(state, async () => assert.deepEqual(await examine(page, options), []));
    await tour({ url: server.url, people, show });
  });

  test('in English, by its own language', async () => {
    const { page } = await openPerson(browser, { locale: 'en-GB' });
    await page.goto(`${server.url}/`);
    await page.getByRole('heading', { name: 'Open requests' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    assert.deepEqual(await violations(page), []);
  });

  test('nothing complained', () => {
    for (const { complaints } of Object.values(people)) assert.deepEqual(complaints, []);
  });
});
