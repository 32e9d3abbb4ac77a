// Which layer of a simulcast picture a subscriber gets: by what its link carries, and by what it shows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { remoteVideo } from '../../../e2e/support/media.mjs';
import { until } from '../../../e2e/support/wait.mjs';
import { roomName, startServer } from '../support.mjs';
import { startUdpRelay } from '../udp_relay.mjs';
import { startBrowser } from './support.mjs';

let server, browser, relay;
before(async () => {
  relay = await startUdpRelay();
  [server, browser] = await Promise.all([startServer({ advertised: { udp: relay.port } }), startBrowser()]);
  relay.connect(server.udp);
});
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
  relay?.stop();
});

const widthBecomes = (person, width, within) => until(`a picture ${width} wide`, async () =>
  (await person.stats('inbound-rtp')).some((report) => report.kind === 'video' && report.frameWidth === width), { within });

/** What each layer of somebody's picture takes, in bit/s, smallest first: how much a fake camera needs differs from machine to machine. */
async function layerRates(person) {
  const read = async () => (await person.stats('outbound-rtp')).filter(({ kind }) => kind === 'video').map(({ rid, frameWidth, bytesSent, timestamp }) => ({ rid, frameWidth, bytesSent, timestamp }));
  const before = await read();
  let after;
  await until('3 s of picture', async () => (after = await read()).every((layer) => layer.timestamp - before[0].timestamp >= 3_000));
  return after.sort((a, b) => a.frameWidth - b.frameWidth).map((layer) => {
    const earlier = before.find(({ rid }) => rid === layer.rid);
    return ((layer.bytesSent - earlier.bytesSent) * 8_000) / (layer.timestamp - earlier.timestamp);
  });
}

test('a narrow link gets the small layer before it drops anything, and the large one again when it is wide', { timeout: 120_000 }, async () => {
  Object.assign(relay.link, { rate: Infinity, queue: 1_500 });
  const room = roomName('narrow');
  const amina = await browser.open(server.wsUrl, 'amina', room);
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
  await widthBecomes(bruno, 640, 20_000);
  const [small, large] = await layerRates(amina);
  assert.ok(large > small * 1.4, `the layers take ${Math.round(small)} and ${Math.round(large)} bit/s`);
  const sound = 45_000;
  relay.link.rate = sound + (small * 2 + large) / 3;
  await widthBecomes(bruno, 320, 20_000);
  // Now and then it tries whether more fits, which costs a moment.
  const { fps } = await remoteVideo(bruno.page, { frames: 120 });
  assert.ok(fps >= 10, `${fps} frames a second over the narrow link`);
  relay.link.rate = Infinity;
  await widthBecomes(bruno, 640, 60_000);
  await amina.leave();
  await bruno.leave();
});

test('a link too narrow for any picture keeps the sound, says so, and shows the picture again', { timeout: 120_000 }, async () => {
  Object.assign(relay.link, { rate: Infinity, queue: 1_500 });
  const room = roomName('starved');
  const amina = await browser.open(server.wsUrl, 'amina', room);
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
  await widthBecomes(bruno, 640, 20_000);
  const state = () => bruno.page.evaluate(() => [...window.room.remoteParticipants.values()]
    .flatMap((person) => [...person.videoTrackPublications.values()]).map(({ track }) => track?.streamState)[0]);
  const [small] = await layerRates(amina);
  const sound = 45_000;
  relay.link.rate = sound + small / 3;
  await until('the picture to be paused', async () => (await state()) === 'paused', { within: 30_000 });
  const heard = async () => (await bruno.stats('inbound-rtp')).find(({ kind }) => kind === 'audio').packetsReceived;
  const before = await heard();
  await until('4 s of sound', async () => (await heard()) > before + 200, { within: 20_000 });
  relay.link.rate = Infinity;
  await until('the picture to be active', async () => (await state()) === 'active', { within: 60_000 });
  await widthBecomes(bruno, 640, 60_000);
  await amina.leave();
  await bruno.leave();
});

test('a client may ask for a narrow link, and for the real one again', { timeout: 90_000 }, async () => {
  Object.assign(relay.link, { rate: Infinity, queue: 150 });
  const room = roomName('simulated');
  const amina = await browser.open(server.wsUrl, 'amina', room);
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
  await widthBecomes(bruno, 640, 20_000);
  const [small, large] = await layerRates(amina);
  const limit = (bits) => bruno.page.evaluate((most) => window.room.simulateScenario('subscriber-bandwidth', most), bits);
  await limit(Math.round(45_000 + (small * 2 + large) / 3));
  await widthBecomes(bruno, 320, 30_000);
  await limit(0);
  await widthBecomes(bruno, 640, 60_000);
  await amina.leave();
  await bruno.leave();
});

test('what is shown small is sent small, and what is hidden not at all', { timeout: 60_000 }, async () => {
  Object.assign(relay.link, { rate: Infinity, queue: 150 });
  const room = roomName('shown');
  const amina = await browser.open(server.wsUrl, 'amina', room);
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
  await widthBecomes(bruno, 640, 20_000);
  const set = (change) => bruno.page.evaluate((what) => {
    for (const { videoTrackPublications } of window.room.remoteParticipants.values()) {
      for (const publication of videoTrackPublications.values()) {
        if (what.size) publication.setVideoDimensions(what.size);
        if ('enabled' in what) publication.setEnabled(what.enabled);
      }
    }
  }, change);
  await set({ size: { width: 160, height: 90 } });
  await widthBecomes(bruno, 320, 15_000);
  await set({ enabled: false });
  await until('no more frames', async () => {
    const frames = async () => (await bruno.stats('inbound-rtp')).filter(({ kind }) => kind === 'video').reduce((sum, { framesDecoded }) => sum + framesDecoded, 0);
    const then = await frames();
    await new Promise((done) => setTimeout(done, 1_000));
    return (await frames()) === then;
  });
  await set({ enabled: true, size: { width: 640, height: 360 } });
  await widthBecomes(bruno, 640, 15_000);
  assert.ok((await remoteVideo(bruno.page)).fps >= 10);
  await amina.leave();
  await bruno.leave();
});
