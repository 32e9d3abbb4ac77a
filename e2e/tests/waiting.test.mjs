// The waiting room and the tests, in Chromium: speaker, echo through the server, connection, choices of the call.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { launch, openPerson } from '../support/chromium.mjs';
import { remoteVideo, remoteVoice } from '../support/media.mjs';
import { join, meetUp, signUp } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

describe('before and during the call, by choice', { timeout: 240_000 }, () => {
  let server, browser, amina, bruno, sessionId;

  before(async () => {
    server = await startServer();
    browser = await launch();
    [amina, bruno] = [await openPerson(browser), await openPerson(browser)];
    await signUp(amina, server.url, 'Amina', 'amina@test.example');
    await signUp(bruno, server.url, 'Bruno', 'bruno@test.example');
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('the waiting room hears one through the server', async () => {
    const { page } = amina;
    sessionId = await meetUp(amina, bruno, server.url);
    await page.getByLabel('Votre aperçu').waitFor();
    await page.getByRole('button', { name: 'Tester le haut-parleur' }).click();
    await page.getByRole('button', { name: 'Non' }).click();
    await page.getByText('Montez le volume').waitFor();
    await page.getByRole('button', { name: 'S’écouter pendant 5 secondes' }).click();
    await page.getByText('Écoutez').waitFor({ timeout: 30_000 });
    await remoteVoice(page);
    await page.getByText('fonctionnent.').waitFor({ timeout: 30_000 });
  });

  test('the connection test ends with a sentence and a report', async () => {
    const { page } = bruno;
    await page.goto(`${server.url}/test`);
    await page.getByLabel('Votre aperçu').waitFor();
    await page.getByRole('button', { name: 'Tester ma connexion' }).click();
    await page.getByRole('button', { name: 'Annuler le test' }).click();
    await page.getByRole('button', { name: 'Tester ma connexion' }).click();
    await page.getByText(/^Votre connexion convient à un appel/).waitFor({ timeout: 60_000 });
    const [report] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Télécharger le rapport' }).click(),
    ]);
    const text = readFileSync(await report.path(), 'utf8');
    assert.match(text, /Envoi : .*kbit\/s/);
    assert.match(text, /Relais : .*\(UDP\)/);
  });

  test('one joins without a camera, and can turn it on inside', async () => {
    await bruno.page.goto(`${server.url}/meet/${sessionId}`);
    await bruno.page.getByLabel('Votre aperçu').waitFor();
    await bruno.page.getByRole('button', { name: 'Rejoindre sans caméra' }).click();
    await bruno.page.getByRole('button', { name: 'Raccrocher' }).waitFor(); // the waiting room has a camera button, too
    await bruno.page.getByRole('button', { name: 'Activer la caméra' }).click();
    await join(amina);
    assert.ok((await remoteVideo(amina.page)).width > 0);
  });

  test('« Basse 180p » is what is sent, and « Audio seul » what is received', async () => {
    const more = async (page, name) => {
      await page.getByRole('button', { name: 'Plus d’options' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    const sent = () => bruno.page.evaluate(() => window.visavisTest.reports('outbound-rtp'));
    await more(bruno.page, 'Qualité vidéo');
    await bruno.page.getByRole('radio', { name: 'Basse 180p' }).check();
    await until('only the smallest layer is sent', async () => {
      const layers = (await sent()).filter(({ kind, active }) => kind === 'video' && active !== false);
      return layers.length > 0 && layers.every(({ frameHeight }) => (frameHeight ?? 0) <= 180);
    }, { within: 30_000 });
    await bruno.page.getByRole('radio', { name: 'Audio seul' }).check();
    await bruno.page.keyboard.press('Escape');
    await bruno.page.getByRole('button', { name: 'Afficher l’image' }).click();
    await bruno.page.getByLabel('Image de Amina').waitFor();
    await remoteVoice(bruno.page);
    await more(bruno.page, 'Qualité vidéo');
    await bruno.page.getByRole('radio', { name: 'Automatique', exact: true }).check();
    await bruno.page.keyboard.press('Escape');
  });

  test('the statistics begin with a sentence, and have a table', async () => {
    await amina.page.getByRole('button', { name: 'Plus d’options' }).click();
    await amina.page.getByRole('menuitem', { name: 'Statistiques réseau' }).click();
    const panel = amina.page.getByRole('complementary', { name: 'Statistiques réseau' });
    await panel.getByText(/Votre connexion est/).waitFor();
    await panel.getByRole('table', { name: 'Son · Réception' }).waitFor();
    await panel.locator('canvas').first().waitFor();
    await amina.page.keyboard.press('Escape');
  });

  test('the preview is sent to a corner by its menu, and the keys work', async () => {
    const { page } = amina;
    const self = page.getByRole('figure', { name: 'Vous' });
    const before = await self.boundingBox();
    await self.hover();
    await page.getByRole('button', { name: 'Déplacer l’aperçu' }).click();
    await page.getByRole('menuitem', { name: 'En haut à gauche' }).click();
    await until('the preview has moved', async () => {
      const box = await self.boundingBox();
      return box.x < before.x && box.y < before.y;
    });
    await page.keyboard.press('Control+d');
    await page.getByRole('button', { name: 'Réactiver le micro' }).waitFor();
    await page.keyboard.press('Control+d');
    await page.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await page.keyboard.press('Control+Shift+M');
    await page.getByRole('complementary', { name: 'Discussion' }).waitFor();
  });

  test('the call goes on in the dock while one is elsewhere', async () => {
    const { page } = bruno;
    await page.getByRole('link', { name: /Réduire l’appel/ }).click();
    await page.waitForURL('**/dashboard');
    const dock = page.getByRole('region', { name: 'Appel en cours' });
    await dock.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await remoteVoice(amina.page);
    await dock.getByRole('link', { name: 'Revenir à l’appel' }).click();
    await page.getByRole('button', { name: 'Raccrocher' }).waitFor();
    assert.ok((await remoteVideo(amina.page)).width > 0);
  });

  test('one can leave without ending, and come back', async () => {
    const { page } = bruno;
    await page.getByRole('button', { name: 'Autres façons de quitter' }).click();
    await page.getByRole('menuitem', { name: 'Quitter sans terminer (je reviens)' }).click();
    await page.waitForURL('**/dashboard');
    await amina.page.getByRole('figure', { name: 'Bruno' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Rejoindre le Meet' }).first().click();
    await join(bruno);
    await remoteVoice(amina.page);
  });

  test('a floating window keeps picture, microphone, camera and hanging up above all others', async () => {
    const { page } = bruno;
    await page.getByRole('button', { name: 'Plus d’options' }).click();
    await page.getByRole('menuitem', { name: 'Fenêtre flottante' }).click();
    const inWindow = (name) =>
      page.waitForFunction(
        (wanted) => {
          const opened = window.documentPictureInPicture.window;
          return [...(opened?.document.querySelectorAll('button, a, video') ?? [])].find((element) => element.getAttribute('aria-label') === wanted);
        },
        name,
      );
    await inWindow('Image de Amina');
    await inWindow('Désactiver la caméra');
    await inWindow('Raccrocher');
    await (await inWindow('Couper le micro')).evaluate((button) => button.click());
    await inWindow('Réactiver le micro');
    await page.getByRole('button', { name: 'Réactiver le micro' }).click();
    await inWindow('Couper le micro');
    await (await inWindow('Raccrocher')).evaluate((button) => button.click());
    await page.getByRole('heading', { level: 1, name: /Appel terminé/ }).waitFor();
    await page.waitForFunction(() => window.documentPictureInPicture.window === null);
  });
});
