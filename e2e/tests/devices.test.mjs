// Devices that are refused, missing, busy, pulled out and taken away (product.md, section 7), in Chromium.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, openPerson } from '../support/chromium.mjs';
import { remoteVideo, remoteVoice } from '../support/media.mjs';
import { join, meetUp, signUp } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';

describe('devices that fail', { timeout: 180_000 }, () => {
  let server, browser, amina, bruno, sessionId;

  before(async () => {
    server = await startServer();
    browser = await launch();
    [amina, bruno] = [await openPerson(browser), await openPerson(browser)];
    await signUp(amina, server.url, 'Amina', 'amina@test.example');
    await signUp(bruno, server.url, 'Bruno', 'bruno@test.example');
    sessionId = await meetUp(amina, bruno, server.url);
    await bruno.page.goto(`${server.url}/meet/${sessionId}`);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const refuse = ({ page }, errors) => page.evaluate((wanted) => window.visavisTest.devices.refuse(wanted), errors);
  const lobbyWith = async (person, errors) => {
    await refuse(person, errors);
    await person.page.reload();
  };

  test('each refusal has its sentence in the waiting room, and its way out', async () => {
    const { page } = bruno;
    await page.getByLabel('Votre aperçu').waitFor();
    await lobbyWith(bruno, { video: 'NotFoundError' });
    await page.getByText('Aucune caméra détectée.').waitFor();
    await page.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await lobbyWith(bruno, { audio: 'NotReadableError' });
    await page.getByText('Une autre application utilise votre micro.').waitFor();
    await lobbyWith(bruno, { video: 'NotAllowedError', audio: 'NotAllowedError' });
    // The browser's own permission is given: only the system can have refused.
    await page.getByText('les réglages de votre appareil bloquent l’accès').waitFor();
    await refuse(bruno, {});
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.getByLabel('Votre aperçu').waitFor();
  });

  test('a missing camera works by itself once it is there', async () => {
    await lobbyWith(bruno, { video: 'NotFoundError' });
    await bruno.page.getByText('Aucune caméra détectée.').waitFor();
    await refuse(bruno, {});
    await bruno.page.evaluate(() => window.visavisTest.devices.changed());
    await bruno.page.getByLabel('Votre aperçu').waitFor();
  });

  test('without any device one still hears and sees the other', async () => {
    await join(amina);
    await lobbyWith(bruno, { video: 'NotFoundError', audio: 'NotFoundError' });
    await bruno.page.getByText('Vous pouvez écouter et écrire dans la discussion.').waitFor();
    await bruno.page.getByRole('button', { name: 'Rejoindre', exact: true }).click();
    await bruno.page.getByRole('button', { name: 'Raccrocher' }).waitFor();
    assert.ok((await remoteVideo(bruno.page)).width > 0);
    await remoteVoice(bruno.page);
    await bruno.page.getByRole('button', { name: 'Réactiver le micro' }).click();
    await bruno.page.getByText('Aucun micro détecté.').waitFor();
    await refuse(bruno, {});
    await bruno.page.evaluate(() => window.visavisTest.devices.changed());
    await bruno.page.getByRole('button', { name: 'Couper le micro' }).waitFor();
    await remoteVoice(amina.page);
  });

  test('a microphone pulled out is replaced in the call, and one without a successor is said', async () => {
    await amina.page.evaluate(() => window.visavisTest.devices.unplug('audio'));
    await remoteVoice(bruno.page);
    await refuse(amina, { audio: 'NotFoundError' });
    await amina.page.evaluate(() => window.visavisTest.devices.unplug('audio'));
    await amina.page.getByText('Nous avons perdu votre micro.').waitFor();
    await refuse(amina, {});
    await amina.page.getByRole('button', { name: 'Choisir' }).click();
    await amina.page.getByRole('dialog', { name: 'Appareils' }).getByRole('button', { name: 'Fermer' }).click();
    await amina.page.getByRole('button', { name: 'Réactiver le micro' }).click();
    await amina.page.getByText('Nous avons perdu votre micro.').waitFor({ state: 'detached' });
    await remoteVoice(bruno.page);
  });

  test('a device that the system takes away is said, and resumed with one touch', async () => {
    await amina.page.evaluate(() => window.visavisTest.devices.say('video', 'mute'));
    await amina.page.getByRole('button', { name: 'Reprendre', exact: true }).click();
    await amina.page.getByRole('button', { name: 'Reprendre', exact: true }).waitFor({ state: 'detached' });
    assert.ok((await remoteVideo(bruno.page)).width > 0);
  });
});
