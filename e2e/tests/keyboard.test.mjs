// The whole encounter without a pointer: Tab, Enter, Space, arrows, and the eyes on a ring around what has the focus.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, openPerson } from '../support/chromium.mjs';
import { offer, publish, signUp } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

const furthest = 60; // stops of Tab on one page

describe('by keyboard alone', { timeout: 180_000 }, () => {
  let server, browser, amina, bruno;

  before(async () => {
    server = await startServer();
    browser = await launch();
    [amina, bruno] = [await openPerson(browser), await openPerson(browser)];
    await signUp(bruno, server.url, 'Bruno Lefèvre', 'bruno@test.example');
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Tab until the focus is on what bears this name; each stop on the way shows that it has the focus. */
  async function tabTo(page, role, name, key = 'Tab') {
    const wanted = page.getByRole(role, { name }).first();
    await wanted.waitFor();
    for (let stop = 0; stop < furthest; stop++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press(key);
      const unseen = await page.evaluate(() => {
        const { activeElement } = document;
        if (activeElement === null || activeElement === document.body) return null;
        const ringed = [activeElement, activeElement.closest('label')].some((element) => element !== null && getComputedStyle(element).outlineStyle !== 'none');
        return ringed ? null : (activeElement.getAttribute('aria-label') ?? activeElement.textContent);
      });
      assert.equal(unseen, null, 'the focus is seen');
    }
    assert.fail(`${furthest} stops, and none was ${role} ${name}`);
  }
  async function press(page, role, name, key = 'Enter') {
    await tabTo(page, role, name);
    await page.keyboard.press(key);
  }
  async function type(page, name, text) {
    await tabTo(page, 'textbox', name);
    await page.keyboard.type(text);
  }

  test('signing up and publishing a demande', async () => {
    const { page } = amina;
    await page.goto(`${server.url}/`);
    await press(page, 'link', 'Créer un compte');
    await page.waitForURL('**/inscription');
    await type(page, 'Nom', 'Amina Benali');
    await type(page, 'E-mail', 'amina@test.example');
    await tabTo(page, 'textbox', 'Mot de passe');
    await page.keyboard.type('une phrase assez longue');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/dashboard');
    await press(page, 'link', 'Nouvelle demande');
    await page.waitForURL('**/nouvelle');
    await type(page, /^Titre/, 'Monter une armoire');
    await type(page, 'Description', 'Trois portes.');
    await type(page, /^Prix/, '100');
    await press(page, 'button', 'Publier la demande');
    await page.waitForURL((at) => /^\/demandes\/(?!nouvelle)/.test(at.pathname));
  });

  test('accepting an offre leads to the waiting room, and into the call', async () => {
    await offer(bruno, amina.page.url(), { prix: '85', message: 'Samedi ?' });
    const { page } = amina;
    await press(page, 'link', 'Tableau de bord');
    await page.getByText('1 offre à examiner').waitFor();
    await press(page, 'button', 'Offres reçues');
    await page.getByRole('dialog').waitFor();
    await press(page, 'button', 'Accepter');
    await page.waitForURL('**/meet/*');
    await page.getByLabel('Votre aperçu').waitFor();
    await press(page, 'button', /^Rejoindre$/);
    await page.getByRole('toolbar').waitFor();
  });

  test('the other answers the card', async () => {
    const { page } = bruno;
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('F6');
    await until('F6 leads to the card', () => hasFocus(page, 'Rejoindre le Meet'));
    await page.keyboard.press('Enter');
    await page.waitForURL('**/meet/*');
    await page.getByLabel('Votre aperçu').waitFor();
    await press(page, 'button', /^Rejoindre$/);
    await page.getByText('2 participants').waitFor();
  });

  test('the controls, the discussion, and back to the controls', async () => {
    const { page } = amina;
    await page.getByText('2 participants').waitFor();
    // A toolbar is one stop; the arrows move in it.
    await page.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await tabTo(page, 'button', 'Couper le micro');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Réactiver le micro' }).waitFor();
    await arrowTo(page, /^Partager l.écran/);
    await page.keyboard.press('Enter');
    await page.getByText('Vous partagez votre écran').waitFor();
    await arrowTo(page, 'Arrêter le partage');
    await page.keyboard.press('Enter');
    await page.getByText('Vous partagez votre écran').waitFor({ state: 'detached' });
    await arrowTo(page, 'Plus d’options');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Mosaïque' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await until('the focus is back on the menu’s button', () => hasFocus(page, 'Plus d’options'));
    await arrowTo(page, /^Discussion/);
    await page.keyboard.press('Enter');
    await page.getByRole('complementary').waitFor();
    await type(page, 'Écrire un message', 'Bonjour !');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('Bonjour !').waitFor();
    // The discussion is no trap: Tab leads out of it, and back.
    await tabTo(page, 'button', /^Discussion/);
    await tabTo(page, 'textbox', 'Écrire un message', 'Shift+Tab');
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    await until('the focus is back on its button', () => hasFocus(page, /^Discussion/));
  });

  test('each shortcut does what the help says', async () => {
    const { page } = amina;
    const shown = (name, role = 'button') => page.getByRole(role, { name }).first().waitFor();
    const twice = async (keys, once, again) => {
      await page.keyboard.press(keys);
      await shown(once);
      await page.keyboard.press(keys);
      await shown(again);
    };
    await twice('Control+d', 'Couper le micro', 'Réactiver le micro');
    await page.keyboard.down('v');
    await shown('Couper le micro');
    await page.keyboard.up('v');
    await shown('Réactiver le micro');
    await twice('Control+e', 'Activer la caméra', 'Désactiver la caméra');
    await twice('Control+Shift+E', 'Arrêter le partage', /^Partager l.écran/);
    await page.keyboard.press('Control+Shift+M');
    await page.getByRole('complementary', { name: 'Discussion' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Shift+F');
    await until('the page fills the screen', () => page.evaluate(() => document.fullscreenElement !== null));
    await page.keyboard.press('Control+Shift+F');
    await until('and no longer', () => page.evaluate(() => document.fullscreenElement === null));
    await page.keyboard.press('F2');
    await until('F2 leads to the controls', () => page.evaluate(() => document.activeElement?.closest('[role=toolbar]') !== null));
    const region = () => page.evaluate(() => document.activeElement?.closest('[data-region]')?.dataset.region);
    const bar = await region();
    await page.keyboard.press('F6');
    await until('F6 leads to the next region', async () => (await region()) !== bar);
    await page.keyboard.press('Shift+F6');
    await until('Shift and F6 lead back', async () => (await region()) === bar);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: /Raccourcis/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await shown('Raccrocher');
  });

  const hasFocus = (page, name) => page.getByRole('button', { name }).evaluate((element) => element === document.activeElement);

  async function arrowTo(page, name) {
    const wanted = page.getByRole('toolbar').getByRole('button', { name });
    for (let step = 0; step < 40; step++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press(step < 20 ? 'ArrowRight' : 'ArrowLeft');
    }
    assert.fail(`no arrow leads to ${name}`);
  }

  test('hanging up, saying what came of it, and the dashboard', async () => {
    const { page } = amina;
    await arrowTo(page, 'Raccrocher');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Appel terminé' }).waitFor();
    await page.getByRole('radio', { name: 'Accord conclu' }).waitFor();
    await press(page, 'radio', 'Accord conclu', 'Space');
    await page.keyboard.press('ArrowDown');
    await until('the arrow chose the next', () => page.getByRole('radio', { name: 'À poursuivre' }).isChecked());
    await tabTo(page, 'radio', '1, inutilisable');
    for (let mark = 2; mark <= 4; mark++) await page.keyboard.press('ArrowRight');
    await until('four for the sound', () => server.sql('select outcome, sound from meetReviews where outcome is not null') === 'continued|4');
    await tabTo(page, 'link', 'Retour au tableau de bord', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/dashboard');
  });

  test('nothing complained', () => {
    for (const { complaints } of [amina, bruno]) assert.deepEqual(complaints, []);
  });
});
