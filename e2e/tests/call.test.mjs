// The whole encounter in real browsers against the real binary: publish, offer, accept, meet, hang up.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { launch, openPerson, sizes } from '../support/chromium.mjs';
import { remoteVideo, remoteVoice, videoStreams } from '../support/media.mjs';
import { accept, join, layoutProblems, offer, publish, signUp } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

const out = new URL('../out/', import.meta.url).pathname;

describe('from an accepted offer to a real call', { timeout: 180_000 }, () => {
  let server, browser, amina, bruno, demandeUrl, sessionId;

  before(async () => {
    mkdirSync(out, { recursive: true });
    server = await startServer();
    browser = await launch();
    amina = await openPerson(browser);
    bruno = await openPerson(browser);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('both sign up, and come to their dashboard', async () => {
    await signUp(amina, server.url, 'Amina Benali', 'amina@test.example');
    await signUp(bruno, server.url, 'Bruno Lefèvre', 'bruno@test.example');
    assert.equal(server.sql('select count(*) from users'), '2');
  });

  test('a demande is published and appears to the other without a reload', async () => {
    await bruno.page.goto(`${server.url}/`);
    await bruno.page.getByRole('heading', { name: 'Demandes ouvertes' }).waitFor();
    demandeUrl = await publish(amina, server.url, {
      titre: 'Monter une armoire',
      description: 'Trois portes, troisième étage.',
      prix: '100,50',
    });
    await bruno.page.getByRole('link', { name: 'Monter une armoire' }).waitFor();
    assert.equal(server.sql('select titre, prix, devise, status from demandes'), 'Monter une armoire|10050|EUR|open');
  });

  test('an offre reaches the owner live, on the dashboard’s modal too', async () => {
    await amina.page.goto(`${server.url}/dashboard`);
    await amina.page.getByText('Aucune offre à examiner').or(amina.page.getByText('Rien à faire')).first().waitFor();
    await offer(bruno, demandeUrl, { prix: '85', message: 'Je peux venir samedi matin.' });
    await amina.page.getByText('1 offre à examiner').waitFor();
    await amina.page.getByRole('button', { name: 'Offres reçues' }).click();
    const dialog = amina.page.getByRole('dialog', { name: 'Offres reçues' });
    await dialog.getByText('Bruno Lefèvre').waitFor();
    assert.ok(await dialog.getByRole('button', { name: 'Décliner' }).isVisible());
    await dialog.getByRole('button', { name: 'Fermer' }).click();
  });

  test('accepting redirects at once, and the other’s card comes up, bottom right', async () => {
    await bruno.page.goto(`${server.url}/dashboard`);
    await bruno.page.getByRole('heading', { name: 'À faire maintenant' }).waitFor();
    sessionId = await accept(amina, server.url);
    const card = bruno.page.getByRole('alertdialog');
    await card.waitFor({ timeout: 5_000 });
    const text = (await card.innerText()).replace(/\s+/g, ' ');
    assert.match(text, /Votre offre a été acceptée !/);
    assert.match(text, /Monter une armoire/);
    assert.match(text, /Amina Benali/);
    assert.ok(await card.getByRole('button', { name: /^Fermer/ }).isVisible());
    await until('the card has slid in', async () => {
      const box = await card.boundingBox();
      const { width, height } = sizes.desktop;
      return width - (box.x + box.width) === 24 && height - (box.y + box.height) === 24;
    });
    await bruno.page.screenshot({ path: `${out}card-desktop.png`, animations: 'disabled' });
    assert.equal(await amina.page.getByRole('alertdialog').count(), 0, 'not on the page of that meeting');
  });

  test('on a phone the card is a bar at the top', async () => {
    await bruno.page.setViewportSize(sizes.phone);
    const card = bruno.page.getByRole('alertdialog');
    await until('a bar over the whole width', async () => {
      const box = await card.boundingBox();
      return box.x === 0 && box.y === 0 && box.width === sizes.phone.width;
    });
    assert.deepEqual(await layoutProblems(bruno), []);
    await bruno.page.screenshot({ path: `${out}card-phone.png`, animations: 'disabled' });
    await bruno.page.setViewportSize(sizes.desktop);
  });

  test('both join from the waiting room and see each other move', async () => {
    await join(amina);
    await amina.page.getByText(/Ça sonne chez Bruno Lefèvre|Bruno Lefèvre a reçu la notification/).waitFor();
    await bruno.page.getByRole('button', { name: 'Rejoindre le Meet' }).click();
    await bruno.page.getByText('Amina Benali est déjà dans la salle.').waitFor();
    await join(bruno);
    const pictures = await Promise.all([amina, bruno].map(({ page }) => remoteVideo(page)));
    for (const { fps, width, height } of pictures) {
      assert.ok(fps >= 10, `${fps} frames a second`);
      assert.ok(width >= 160 && height >= 90, `${width}×${height}`);
    }
    for (const { page } of [amina, bruno]) {
      await page.getByText('En direct').waitFor();
      await page.getByText('2 participants').waitFor();
    }
    assert.ok(await amina.page.getByLabel('Image de Bruno Lefèvre').isVisible());
    assert.ok(await bruno.page.getByLabel('Image de Amina Benali').isVisible());
  });

  test('both hear each other', async () => {
    await Promise.all([amina, bruno].map(({ page }) => remoteVoice(page)));
  });

  test('the call fits every size of screen', async () => {
    for (const [name, size] of Object.entries(sizes)) {
      await amina.page.setViewportSize(size);
      await until(`a layout for ${name}`, async () => (await layoutProblems(amina)).length === 0, { within: 5_000 }).catch(() => undefined);
      assert.deepEqual(await layoutProblems(amina), [], name);
      await amina.page.screenshot({ path: `${out}call-${name}.png`, animations: 'disabled' });
    }
    await amina.page.setViewportSize(sizes.desktop);
  });

  test('a muted microphone is seen by the other, and heard again afterwards', async () => {
    await amina.page.getByRole('button', { name: 'Couper le micro' }).click();
    const her = bruno.page.getByRole('figure', { name: 'Amina Benali' });
    await her.getByRole('img', { name: 'Micro coupé' }).waitFor();
    await amina.page.getByRole('button', { name: 'Réactiver le micro' }).click();
    await her.getByRole('img', { name: 'Micro coupé' }).waitFor({ state: 'detached' });
    await remoteVoice(bruno.page);
  });

  test('a camera that is off shows the name instead, and comes back', async () => {
    await bruno.page.getByRole('button', { name: 'Désactiver la caméra' }).click();
    await amina.page.getByLabel('Image de Bruno Lefèvre').waitFor({ state: 'detached' });
    await bruno.page.getByRole('button', { name: 'Activer la caméra' }).click();
    await amina.page.getByLabel('Image de Bruno Lefèvre').waitFor();
    assert.ok((await remoteVideo(amina.page)).fps >= 10);
  });

  test('a shared screen is seen by the other', async () => {
    const before = new Set((await videoStreams(amina.page)).map(({ ssrc }) => ssrc));
    await bruno.page.getByRole('button', { name: /Partager l.écran/ }).click();
    await bruno.page.getByText('Vous partagez votre écran').waitFor();
    await amina.page.getByLabel('Écran de Bruno Lefèvre').waitFor();
    await amina.page.getByText('Bruno Lefèvre partage son écran').waitFor();
    const screen = await remoteVideo(amina.page, { frames: 3, isWanted: ({ ssrc }) => !before.has(ssrc) });
    assert.ok(screen.width > 0 && screen.height > 0);
    await amina.page.screenshot({ path: `${out}share-desktop.png`, animations: 'disabled' });
    await bruno.page.getByRole('button', { name: 'Arrêter le partage' }).click();
    await amina.page.getByLabel('Écran de Bruno Lefèvre').waitFor({ state: 'detached' });
  });

  test('the browser’s own stop button ends the share, and sharing again works', async () => {
    const share = () => bruno.page.getByRole('button', { name: /Partager l.écran/ }).click();
    await bruno.page.evaluate(() => {
      const { mediaDevices } = navigator;
      const ask = mediaDevices.getDisplayMedia.bind(mediaDevices);
      mediaDevices.getDisplayMedia = async (wish) => {
        const given = await ask(wish);
        // What the bar of the browser does: the track is over, and says so.
        window.sharedScreen = given;
        window.pressBrowsersStop = () => {
          for (const track of given.getTracks()) {
            track.stop();
            track.dispatchEvent(new Event('ended'));
          }
        };
        return given;
      };
    });
    await share();
    await amina.page.getByLabel('Écran de Bruno Lefèvre').waitFor();
    await bruno.page.evaluate(() => window.pressBrowsersStop());
    await amina.page.getByLabel('Écran de Bruno Lefèvre').waitFor({ state: 'detached' });
    await bruno.page.getByText('Vous partagez votre écran').waitFor({ state: 'detached' });
    await share();
    await amina.page.getByLabel('Écran de Bruno Lefèvre').waitFor();
  });

  test('the shared screen can have a window of its own, and whoever comes late sees it sharp', async () => {
    const { page } = amina;
    const opening = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Ouvrir dans une fenêtre' }).click();
    const popup = await opening;
    const playing = (video) => video.videoWidth > 0 && video.readyState >= 2;
    const inPopup = popup.getByLabel('Écran de Bruno Lefèvre');
    await until('the screen moves in its window', () => inPopup.evaluate(playing));
    await page.getByRole('button', { name: 'Ramener ici' }).click();
    await page.getByLabel('Écran de Bruno Lefèvre').waitFor();
    assert.ok(popup.isClosed());

    const full = await bruno.page.evaluate(() => window.sharedScreen.getVideoTracks()[0].getSettings().height);
    await page.reload();
    const screen = page.getByLabel('Écran de Bruno Lefèvre');
    await screen.waitFor();
    await until('the screen is whole and sharp', async () => (await screen.evaluate((video) => video.videoHeight)) >= full, { within: 30_000 });
    await bruno.page.getByRole('button', { name: 'Arrêter le partage' }).click();
    await amina.page.getByLabel('Écran de Bruno Lefèvre').waitFor({ state: 'detached' });
  });

  test('a lost network is said, and the call goes on when it is back', async () => {
    await bruno.context.setOffline(true);
    await bruno.page.getByText(/Vous êtes hors ligne/).waitFor();
    await bruno.context.setOffline(false);
    await bruno.page.getByText(/Vous êtes hors ligne/).waitFor({ state: 'detached' });
    assert.ok((await remoteVideo(bruno.page)).fps >= 10);
    assert.ok((await remoteVideo(amina.page)).fps >= 10);
  });

  test('a second tab takes over, and the first says so', async () => {
    const second = await bruno.context.newPage();
    await second.goto(`${server.url}/meet/${sessionId}`);
    await join({ page: second });
    await bruno.page.getByText('L’appel continue sur un autre appareil.').waitFor();
    assert.ok((await remoteVideo(second)).fps >= 10);
    await bruno.page.getByRole('button', { name: 'Reprendre ici' }).click();
    await bruno.page.getByRole('button', { name: 'Raccrocher' }).waitFor();
    await second.getByText('L’appel continue sur un autre appareil.').waitFor();
    await second.close();
  });

  test('a reload in the call comes straight back to it', async () => {
    await bruno.page.reload();
    await bruno.page.getByRole('button', { name: 'Raccrocher' }).waitFor();
    assert.ok((await remoteVideo(bruno.page)).width > 0);
    assert.ok((await remoteVideo(amina.page)).width > 0);
  });

  test('closing the tab is not hanging up', async () => {
    await bruno.page.goto(`${server.url}/historique`);
    await amina.page.getByText('Bruno Lefèvre a quitté l’appel.').waitFor();
    assert.equal(server.sql('select status from meetSessions'), 'active');
    await bruno.page.getByRole('button', { name: 'Rejoindre le Meet' }).click();
    await join(bruno);
    assert.ok((await remoteVideo(amina.page)).fps >= 10);
  });

  test('hanging up ends the meeting for both, who say what came of it and how it was', async () => {
    await amina.page.getByRole('button', { name: 'Raccrocher' }).click();
    await amina.page.getByRole('heading', { level: 1, name: 'Appel terminé' }).waitFor();
    await bruno.page.getByRole('heading', { level: 1, name: 'Amina Benali a raccroché' }).waitFor();
    await bruno.page.getByText(/\d+\s(s|min).* ensemble/).waitFor();
    assert.equal(server.sql('select status from meetSessions'), 'completed');
    assert.equal(server.sql('select status from offres'), 'accepted');
    assert.equal(server.sql('select status from demandes'), 'assigned');
    await bruno.page.getByRole('radio', { name: 'Accord conclu' }).check();
    await bruno.page.getByRole('group', { name: 'Son', exact: true }).getByText('4').click();
    await bruno.page.getByRole('group', { name: 'Image', exact: true }).getByText('5').click();
    await bruno.page.getByLabel(/^Pourquoi/).fill('Très net.');
    await bruno.page.getByRole('button', { name: 'Enregistrer' }).click();
    await until('his answers are kept', () => server.sql('select outcome, sound, picture, remark from meetReviews where outcome is not null') === 'agreed|4|5|Très net.');
    for (const [name, size] of Object.entries(sizes)) {
      await bruno.page.setViewportSize(size);
      assert.deepEqual(await layoutProblems(bruno), [], name);
      await bruno.page.screenshot({ path: `${out}end-${name}.png`, animations: 'disabled', fullPage: true });
    }
    await bruno.page.setViewportSize(sizes.desktop);
  });

  test('the way back is one click, and no card is left', async () => {
    await amina.page.getByRole('link', { name: 'Retour au tableau de bord' }).click();
    await amina.page.waitForURL('**/dashboard');
    await until('no card is left', async () => (await amina.page.getByRole('alertdialog').count()) === 0);
  });

  test('the call is taken up again from the end screen, and the other is called', async () => {
    await bruno.page.getByRole('button', { name: /Reprendre l.appel/ }).click();
    await bruno.page.waitForURL((at) => at.pathname.startsWith('/meet/') && !at.pathname.endsWith(sessionId));
    await amina.page.getByRole('alertdialog').waitFor();
    await join(bruno);
    await bruno.page.getByText(/Ça sonne chez Amina Benali|Amina Benali a reçu la notification/).waitFor();
    await bruno.page.getByRole('button', { name: 'Raccrocher' }).click();
    await bruno.page.getByRole('heading', { level: 1, name: 'La rencontre n’a pas eu lieu' }).waitFor();
    await bruno.page.getByText('Amina Benali n’a pas rejoint l’appel.').waitFor();
    await amina.page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await bruno.page.getByRole('link', { name: 'Retour au tableau de bord' }).click();
    await bruno.page.waitForURL('**/dashboard');
  });

  test('history keeps the calls with their duration', async () => {
    await amina.page.goto(`${server.url}/historique`);
    await amina.page.getByRole('link', { name: 'Monter une armoire' }).first().waitFor();
    await amina.page.getByText(/\d+\s(s|min)/).first().waitFor();
    await amina.page.getByRole('searchbox').fill('armoire bruno');
    await amina.page.getByRole('link', { name: 'Monter une armoire' }).nth(1).waitFor();
    await amina.page.getByRole('searchbox').fill('guitare');
    await amina.page.getByText('Aucun appel ne correspond').waitFor();
  });

  test('a session’s page holds who came, how long, how it was, and the conversation', async () => {
    const { page } = bruno;
    await page.goto(`${server.url}/historique/${sessionId}`);
    await page.getByRole('heading', { level: 1, name: 'Monter une armoire' }).waitFor();
    await page.getByText(/, par Amina Benali/).waitFor();
    assert.ok(await page.getByRole('radio', { name: 'Accord conclu' }).isChecked());
    await page.getByText(/^Connexion (bonne|moyenne|faible) pendant/).waitFor();
    await page.getByRole('log').waitFor();
    for (const [name, size] of Object.entries(sizes)) {
      await page.setViewportSize(size);
      assert.deepEqual(await layoutProblems(bruno), [], name);
      await page.screenshot({ path: `${out}session-${name}.png`, animations: 'disabled', fullPage: true });
    }
    await page.setViewportSize(sizes.desktop);
  });

  test('a stranger learns nothing of it', async () => {
    const carla = await openPerson(browser);
    await signUp(carla, server.url, 'Carla', 'carla@test.example');
    await carla.page.goto(`${server.url}/historique/${sessionId}`);
    await carla.page.getByRole('heading', { name: /ne vous est pas destiné/ }).waitFor();
    await carla.context.close();
  });

  test('nothing was refused by the content security policy, and nothing complained', async () => {
    for (const { page, complaints } of [amina, bruno]) {
      assert.deepEqual(await page.evaluate(() => window.visavisTest.violations), []);
      assert.deepEqual(complaints, []);
    }
  });
});
