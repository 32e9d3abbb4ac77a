// Spatial and temporal layers inside one stream (VP9, AV1): each layer asked for comes alone, and decodes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../../../e2e/support/wait.mjs';
import { roomName, startServer } from '../support.mjs';
import { startBrowser } from './support.mjs';

let server, browser;
before(async () => { [server, browser] = await Promise.all([startServer(), startBrowser()]); });
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
});

const video = async (person) => (await person.stats('inbound-rtp')).find(({ kind, framesDecoded }) => kind === 'video' && framesDecoded > 0);
const ask = (person, quality) => person.page.evaluate((wanted) => {
  for (const { videoTrackPublications } of window.room.remoteParticipants.values()) {
    for (const publication of videoTrackPublications.values()) publication.setVideoQuality(wanted);
  }
}, quality);

/** Pictures of a width that `fits` come, and more of them; how wide they are. */
async function shows(person, what, fits) {
  const first = await until(`${what}: a picture of that size`, async () => {
    const report = await video(person);
    return fits(report?.frameWidth) && report;
  }, { within: 45_000 });
  return until(`${what}: more of them`, async () => {
    const { frameWidth, framesDecoded } = await video(person);
    return fits(frameWidth) && framesDecoded >= first.framesDecoded + 20 && frameWidth;
  }, { within: 45_000 });
}

for (const [codec, mode, width] of [['vp9', 'L3T3_KEY', 960], ['vp9', 'L3T3', 640], ['av1', 'L2T1', 640]]) {
  test(`${codec} ${mode}: each spatial layer that is asked for`, { timeout: 240_000 }, async (context) => {
    const room = roomName(`svc-${codec}`);
    const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
    const sends = await bruno.page.evaluate((name) => RTCRtpSender.getCapabilities('video').codecs.some(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`), codec);
    if (!sends) {
      context.diagnostic(`this Chromium does not encode ${codec}`);
      return bruno.leave();
    }
    const amina = await browser.open(server.wsUrl, 'amina', room, { query: { codec, mode, width } });
    await until('a picture', async () => video(bruno), { within: 45_000 });
    const modes = await amina.page.evaluate(() => [...window.room.localParticipant.videoTrackPublications.values()]
      .flatMap(({ track }) => track.sender.getParameters().encodings.map(({ scalabilityMode }) => scalabilityMode)));
    context.diagnostic(`encodings: ${modes}`);
    // A machine that is too busy makes the picture smaller, and with it the number of layers.
    await shows(bruno, 'at first', (width) => width >= 600);
    await ask(bruno, 0);
    const low = await shows(bruno, 'low', (width) => width <= 400);
    await ask(bruno, 1);
    const medium = await shows(bruno, 'medium', (width) => width >= low * 1.5);
    await ask(bruno, 2);
    const high = await shows(bruno, 'high', (width) => width >= 600);
    context.diagnostic(`${low}, ${medium} and ${high} wide`);
    const { freezeCount, totalFreezesDuration, framesDropped, pliCount, nackCount } = await video(bruno);
    context.diagnostic(JSON.stringify({ freezeCount, totalFreezesDuration, framesDropped, pliCount, nackCount }));
    await amina.leave();
    await bruno.leave();
  });
}

for (const [codec, mode] of [['vp8', 'L1T3'], ['vp9', 'L1T3']]) {
  test(`${codec} ${mode}: as many frames a second as are asked for`, { timeout: 240_000 }, async (context) => {
    const room = roomName(`fps-${codec}`);
    const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
    const amina = await browser.open(server.wsUrl, 'amina', room, { query: { codec, mode } });
    const askFrames = (frames) => bruno.page.evaluate((wanted) => {
      for (const { videoTrackPublications } of window.room.remoteParticipants.values()) {
        for (const publication of videoTrackPublications.values()) publication.setVideoFPS(wanted);
      }
    }, frames);
    /** The share of the publisher's frames that is decoded, of three seconds. */
    const share = async () => {
      const read = async () => [
        (await video(bruno))?.framesDecoded ?? 0,
        Math.max(...(await amina.stats('outbound-rtp')).filter(({ kind }) => kind === 'video').map(({ framesSent }) => framesSent ?? 0)),
      ];
      const before = await read();
      await new Promise((done) => setTimeout(done, 3_000));
      const after = await read();
      return (after[0] - before[0]) / Math.max(after[1] - before[1], 1);
    };
    await until('all frames', async () => (await share()) > 0.8, { within: 60_000 });
    await askFrames(5);
    await until('few of them', async () => { const part = await share(); return part > 0 && part < 0.5; }, { within: 60_000 });
    await askFrames(30);
    await until('all frames again', async () => (await share()) > 0.8, { within: 60_000 });
    const { pliCount, freezeCount } = await video(bruno);
    context.diagnostic(JSON.stringify({ pliCount, freezeCount }));
    await amina.leave();
    await bruno.leave();
  });
}
