// The main path in Firefox: two people meet, see each other, and hang up.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openFirefoxPerson } from '../support/firefox.mjs';
import { remoteVideo, remoteVoice } from '../support/media.mjs';
import { startServer } from '../support/server.mjs';

const password = 'une phrase assez longue';

describe('the main path in Firefox', { timeout: 150_000 }, () => {
  let server, amina, bruno, sessionId;

  before(async () => {
    server = await startServer();
    [amina, bruno] = await Promise.all([openFirefoxPerson(), openFirefoxPerson()]);
  });
  after(async () => {
    await Promise.all([amina?.close(), bruno?.close()]);
    await server?.stop();
  });

  test('from signing up to an accepted offre', async () => {
    for (const [person, name, email] of [[amina, 'Amina', 'amina@test.example'], [bruno, 'Bruno', 'bruno@test.example']]) {
      await person.open(`${server.url}/inscription`);
      await person.fill('name', name);
      await person.fill('email', email);
      await person.fill('password', password);
      await person.press('Créer un compte');
      await person.arrivesAt('/dashboard');
    }
    await amina.open(`${server.url}/demandes/nouvelle`);
    await amina.fill('titre', 'Tondre la pelouse');
    await amina.fill('description', 'Deux cents mètres carrés.');
    await amina.fill('prix', '50');
    await amina.press('Publier la demande');
    await amina.sees('Les offres apparaîtront ici dès qu’elles arrivent.');
    await bruno.open(amina.page.url());
    await bruno.fill('prixPropose', '45');
    await bruno.fill('message', 'Demain matin ?');
    await bruno.press('Proposer une offre');
    await amina.press('Accepter');
    await amina.arrivesAt('/meet/');
    sessionId = new URL(amina.page.url()).pathname.split('/').at(-1);
  });

  test('both see and hear each other', async () => {
    await amina.press('Rejoindre');
    await amina.sees('En attente');
    await bruno.press('Rejoindre le Meet');
    await bruno.arrivesAt(`/meet/${sessionId}`);
    await bruno.press('Rejoindre');
    for (const { page } of [amina, bruno]) {
      const { fps, width } = await remoteVideo(page);
      assert.ok(fps >= 10, `${fps} frames a second`);
      assert.ok(width >= 160, `${width} pixels wide`);
      await remoteVoice(page);
    }
  });

  test('hanging up leads both to the dashboard', async () => {
    await bruno.press('Raccrocher');
    await amina.sees('Bruno a raccroché');
    for (const person of [amina, bruno]) {
      await person.press('Retour au tableau de bord');
      await person.arrivesAt('/dashboard');
    }
    assert.equal(server.sql('select status from meetSessions'), 'completed');
  });
});
