// One conversation a deal, in two real browsers: before the call, in it, with a file, through a reload and after.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as within } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, openPerson, sizes } from '../support/chromium.mjs';
import { join, layoutProblems, meetUp, signUp } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

const out = new URL('../out/', import.meta.url).pathname;
const photo = new URL('../../docs/images/card.png', import.meta.url).pathname;

describe('the conversation of a deal', { timeout: 60_000 }, () => {
  let server, browser, amina, bruno, sessionId, dealPath, folder;
  const box = ({ page }) => page.getByRole('textbox', { name: 'Écrire un message' });
  const log = ({ page }) => page.getByRole('log');
  const write = async (person, text) => {
    await box(person).fill(text);
    await box(person).press('Enter');
    await log(person).getByText(text).waitFor();
  };
  const attach = async ({ page }, files) => page.locator('input[type=file]').setInputFiles(files);

  before(async () => {
    mkdirSync(out, { recursive: true });
    folder = mkdtempSync(within(tmpdir(), 'visavis-files-'));
    server = await startServer();
    browser = await launch();
    [amina, bruno] = await Promise.all([openPerson(browser), openPerson(browser)]);
    await Promise.all([signUp(amina, server.url, 'Amina Benali', 'amina@test.example'), signUp(bruno, server.url, 'Bruno Lefèvre', 'bruno@test.example')]);
    sessionId = await meetUp(amina, bruno, server.url);
    dealPath = new URL(bruno.page.url()).pathname;
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  test('both write on the deal’s page before the call, live', async () => {
    await bruno.page.goto(server.url + dealPath);
    await bruno.page.getByText('Écrivez le premier message').waitFor();
    await write(bruno, 'Bonjour, quel étage exactement ?');
    await amina.page.goto(server.url + dealPath);
    await log(amina).getByText('Bonjour, quel étage exactement ?').waitFor();
    await write(amina, 'Le troisième, voir https://a.example/plan.');
    const link = log(bruno).getByRole('link', { name: 'https://a.example/plan' });
    await link.waitFor();
    assert.equal(await link.getAttribute('rel'), 'noopener noreferrer nofollow');
    await log(amina).getByText('Envoyé').waitFor();
  });

  test('what was typed survives a reload, and a lost network', async () => {
    await box(amina).fill('Je réfléchis encore');
    await amina.context.setOffline(true);
    await box(amina).press('End');
    await box(amina).pressSequentially(' un peu');
    await amina.context.setOffline(false);
    await amina.page.reload();
    await box(amina).waitFor();
    assert.equal(await box(amina).inputValue(), 'Je réfléchis encore un peu');
  });

  test('without a network it waits, says so, and leaves by itself once', async () => {
    await bruno.context.setOffline(true);
    await write(bruno, 'Écrit hors ligne');
    await bruno.page.getByText('En attente du réseau…').waitFor();
    assert.equal(server.sql("select count(*) from messages where texte = 'Écrit hors ligne'"), '0');
    await bruno.context.setOffline(false);
    await log(bruno).getByText('Envoyé').waitFor();
    await log(amina).getByText('Écrit hors ligne').waitFor();
    assert.equal(server.sql("select count(*) from messages where texte = 'Écrit hors ligne'"), '1');
  });

  test('in the call the draft is there, and unread messages are counted', async () => {
    await Promise.all([amina, bruno].map(async (person) => {
      await person.page.goto(`${server.url}/meet/${sessionId}`);
      await join(person);
    }));
    await amina.page.getByRole('button', { name: 'Discussion', exact: true }).click();
    assert.equal(await box(amina).inputValue(), 'Je réfléchis encore un peu');
    await write(amina, 'Vous me voyez ?');
    await bruno.page.getByRole('button', { name: 'Discussion, 1 nouveau message' }).click();
    await log(bruno).getByText('Vous me voyez ?').waitFor();
    await bruno.page.getByRole('button', { name: 'Discussion', exact: true }).waitFor();
    await bruno.page.keyboard.press('Escape');
    await bruno.page.getByRole('complementary').waitFor({ state: 'detached' });
    await write(amina, 'Et maintenant ?');
    await bruno.page.getByRole('button', { name: 'Discussion, 1 nouveau message' }).waitFor();
    await bruno.page.screenshot({ path: `${out}chat-unread.png`, animations: 'disabled' });
    await bruno.page.getByRole('button', { name: 'Discussion, 1 nouveau message' }).click();
  });

  test('a file is shown to the other and downloads as it was; one too big is refused in words', async () => {
    const film = within(folder, 'film.mp4');
    writeFileSync(film, '');
    truncateSync(film, 25 * 1024 * 1024 + 1);
    await attach(bruno, [film]);
    await bruno.page.getByText(/film\.mp4.*dépasse 25.Mo/).waitFor();
    await attach(bruno, [photo]);
    await bruno.page.getByLabel(/Légende/).fill('La carte');
    await attach(bruno, { name: 'devis.html', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') });
    await bruno.page.screenshot({ path: `${out}chat-attach.png`, animations: 'disabled' });
    await bruno.page.getByRole('button', { name: 'Envoyer' }).click();

    const picture = log(amina).getByRole('link', { name: /Ouvrir l’image.*La carte/ }).locator('img');
    await picture.waitFor();
    await until('the picture', () => picture.evaluate((img) => img.naturalWidth > 0));
    const [saved] = await Promise.all([
      amina.page.waitForEvent('download'),
      log(amina).getByRole('link', { name: /Télécharger.*card\.png/ }).click(),
    ]);
    assert.equal(saved.suggestedFilename(), 'card.png');
    assert.deepEqual(readFileSync(await saved.path()), readFileSync(photo));
    const [page] = await Promise.all([amina.page.waitForEvent('download'), log(amina).getByRole('link', { name: /Télécharger.*devis/ }).click()]);
    assert.equal(page.suggestedFilename(), 'devis.html');
  });

  test('panel and page fit every size of screen', async () => {
    const all = { ...sizes, small: { width: 320, height: 568 }, landscape: { width: 844, height: 390 } };
    for (const [name, size] of Object.entries(all)) {
      await amina.page.setViewportSize(size);
      await until(`a layout for ${name}`, async () => (await layoutProblems(amina)).length === 0, { within: 3_000 }).catch(() => undefined);
      assert.deepEqual(await layoutProblems(amina), [], name);
      assert.ok(await box(amina).isVisible(), name);
      await amina.page.screenshot({ path: `${out}chat-call-${name}.png`, animations: 'disabled' });
    }
    await amina.page.setViewportSize(sizes.desktop);
  });

  test('after the call the deal’s page holds all of it', async () => {
    await amina.page.getByRole('button', { name: 'Raccrocher' }).click();
    await bruno.page.getByRole('heading', { name: 'Amina Benali a raccroché' }).waitFor();
    await bruno.page.getByRole('link', { name: 'Monter une armoire' }).click();
    for (const text of ['Bonjour, quel étage exactement ?', 'Vous me voyez ?', 'La carte']) await log(bruno).getByText(text).first().waitFor();
    await write(bruno, 'Merci pour l’appel.');
    for (const [name, size] of Object.entries(sizes)) {
      await bruno.page.setViewportSize(size);
      await log(bruno).scrollIntoViewIfNeeded();
      assert.deepEqual(await layoutProblems(bruno), [], name);
      await bruno.page.screenshot({ path: `${out}chat-deal-${name}.png`, animations: 'disabled' });
    }
  });

  test('nothing was refused by the content security policy, and nothing complained', async () => {
    for (const { page, complaints } of [amina, bruno]) {
      assert.deepEqual(await page.evaluate(() => window.visavisTest.violations), []);
      assert.deepEqual(complaints.filter((line) => !/WebSocket/.test(line)), []);
    }
  });
});
