// Firefox: two people meet, see each other, and hang up; then the same two on a page made of the published LiveKit client, in
// both connection modes and in each codec that this Firefox decodes. One file, because two Firefoxes are dear to start.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { servePage } from '../../conformance/livekit/browser/support.mjs';
import { dispose, enter, publishPicture, roomName, token } from '../../conformance/livekit/support.mjs';
import { openFirefoxPerson } from '../support/firefox.mjs';
import { remoteVideo, remoteVoice } from '../support/media.mjs';
import { startServer } from '../support/server.mjs';
import { until } from '../support/wait.mjs';

const password = 'une phrase assez longue';

let amina, bruno;
before(async () => {
  [amina, bruno] = await Promise.all([openFirefoxPerson(), openFirefoxPerson()]);
});
after(async () => {
  await Promise.all([amina?.close(), bruno?.close()]);
});

describe('the main path in Firefox', { timeout: 150_000 }, () => {
  let server, sessionId;

  before(async () => {
    server = await startServer();
  });
  after(async () => {
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

describe('the published LiveKit client in Firefox', { timeout: 240_000 }, () => {
  let server, site;

  before(async () => {
    [server, site] = await Promise.all([startServer({ flags: ['--dev'] }), servePage()]);
  });
  after(async () => {
    site?.stop();
    await dispose();
    await server?.stop();
  });

  const join = async (person, identity, room, query) => {
    const address = new URL(site.url);
    for (const [name, value] of Object.entries({ url: server.url.replace('http', 'ws'), token: await token(identity, room), ...query })) address.searchParams.set(name, value);
    await person.open(address.href);
    await until(`${identity} being connected`, () => person.page.evaluate(() => window.seen?.state === 'connected'), { within: 40_000 });
  };
  /** Pictures in that codec that are being decoded. */
  const pictureIn = (person, codec) => person.page.evaluate(async (name) => {
    const reports = await window.visavisTest.reports('inbound-rtp', 'codec');
    const of = ({ codecId }) => reports.find(({ id }) => id === codecId)?.mimeType.toLowerCase();
    return reports.find((report) => report.kind === 'video' && of(report) === `video/${name}` && report.framesDecoded > 0)?.id;
  }, codec);

  test('both connection modes, and each codec that this Firefox decodes', async (context) => {
    await amina.open(site.url);
    const codecs = await amina.page.evaluate(() => ['vp8', 'vp9', 'h264', 'av1'].filter((name) =>
      RTCRtpReceiver.getCapabilities('video').codecs.some(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`)));
    context.diagnostic(`this Firefox has ${codecs.join(', ')}; the client publishes VP8 from it, whatever is asked for`);
    assert.ok(codecs.includes('vp8') && codecs.includes('vp9'), codecs.join());
    for (const [mode, single] of [['one transport', '1'], ['two transports', '0']]) {
      const room = roomName('firefox');
      await join(amina, 'amina', room, { single });
      await join(bruno, 'bruno', room, { single });
      const seesPicture = async (person, codec) => {
        const id = await until(`a picture in ${codec} (${mode})`, () => pictureIn(person, codec), { within: 40_000 });
        const { fps, width } = await remoteVideo(person.page, { isWanted: (report) => report.id === id });
        context.diagnostic(`${codec}, ${mode}: ${fps.toFixed(1)} frames a second, ${width} wide`);
      };
      for (const person of [amina, bruno]) {
        await seesPicture(person, 'vp8');
        await remoteVoice(person.page);
      }
      await bruno.page.evaluate(() => window.room.disconnect());
      for (const codec of codecs.filter((each) => each !== 'vp8')) {
        const chloe = await enter(server.url.replace('http', 'ws'), `chloe-${codec}`, room);
        const picture = await publishPicture(chloe, { width: 320, height: 180, simulcast: false, codec: codec.toUpperCase() });
        await seesPicture(amina, codec);
        await picture.stop();
        await chloe.disconnect();
      }
      await amina.page.evaluate(() => window.room.disconnect());
    }
  });
});
