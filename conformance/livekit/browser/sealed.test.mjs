// What passes through the server unread: media and data that the pages encrypt, and data tracks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { remoteVideo, remoteVoice } from '../../../e2e/support/media.mjs';
import { until } from '../../../e2e/support/wait.mjs';
import { roomName, startServer } from '../support.mjs';
import { startBrowser } from './support.mjs';

let server, browser;
before(async () => { [server, browser] = await Promise.all([startServer(), startBrowser()]); });
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
});

test('encrypted end to end: who has the key sees, hears and reads; who has not gets nothing', { timeout: 120_000 }, async () => {
  const room = roomName('sealed');
  const amina = await browser.open(server.wsUrl, 'amina', room, { query: { key: 'rose des vents' } });
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { key: 'rose des vents' } });
  await remoteVideo(bruno.page);
  await remoteVoice(bruno.page);
  const kinds = await bruno.page.evaluate(() => [...window.room.remoteParticipants.get('amina').trackPublications.values()]
    .map((publication) => publication.trackInfo.encryption));
  assert.deepEqual(kinds, [1, 1], 'GCM, both');
  await amina.say('entre nous', true);
  await bruno.sees('her words', (seen) => seen.messages.some(([text, from]) => text === 'entre nous' && from === 'amina'));
  assert.equal((await bruno.seen()).undecipherable, undefined);

  // What the server plays to the others for a second after a mute is no frame of hers, and says so.
  const heard = async () => (await bruno.stats('inbound-rtp')).find(({ kind }) => kind === 'audio').packetsReceived;
  await amina.page.evaluate(() => window.room.localParticipant.setMicrophoneEnabled(false));
  await bruno.sees('her microphone muted', (seen) => seen.muted['amina microphone'] === true);
  const before = await heard();
  await until('the silence', async () => (await heard()) >= before + 25);
  await amina.page.evaluate(() => window.room.localParticipant.setMicrophoneEnabled(true));
  await remoteVoice(bruno.page);
  assert.equal((await bruno.seen()).undecipherable, undefined, 'nothing of it was taken for hers');

  const carla = await browser.open(server.wsUrl, 'carla', room, { query: { key: 'rose des sables', publish: '0' } });
  await carla.sees('what she cannot read', (seen) => seen.undecipherable > 0, 40_000);
  await amina.say('toujours entre nous', true);
  await bruno.sees('more of her words', (seen) => seen.messages.some(([text]) => text === 'toujours entre nous'));
  assert.deepEqual((await carla.seen()).messages, []);
  for (const person of [amina, bruno, carla]) await person.leave();
});

test('frames of a data track reach whoever subscribes', { timeout: 90_000 }, async () => {
  const room = roomName('frames');
  const amina = await browser.open(server.wsUrl, 'amina', room, { query: { publish: '0' } });
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
  await bruno.page.evaluate(() => {
    window.frames_ = [];
    window.room.on('dataTrackPublished', async (track) => {
      window.trackName = track.info.name;
      const reader = track.subscribe().getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) window.frames_.push([...next.value.payload]);
    });
    window.room.on('dataTrackUnpublished', () => { window.trackGone = true; });
  });
  await amina.page.evaluate(async () => {
    window.track = await window.room.localParticipant.publishDataTrack({ name: 'pose' });
    let count = 0;
    window.pushing = setInterval(() => window.track.tryPush({ payload: new Uint8Array(3_000).fill(++count % 256) }).catch(() => {}), 50);
  });
  await until('frames', () => bruno.page.evaluate(() => window.frames_.length >= 10), { within: 30_000 });
  const frames = await bruno.page.evaluate(() => window.frames_);
  assert.equal(await bruno.page.evaluate(() => window.trackName), 'pose');
  for (const frame of frames) {
    assert.equal(frame.length, 3_000, 'whole, though it took several packets');
    assert.ok(frame.every((byte) => byte === frame[0]));
  }
  await amina.page.evaluate(() => {
    clearInterval(window.pushing);
    return window.track.unpublish();
  });
  await until('its end', () => bruno.page.evaluate(() => window.trackGone === true), { within: 20_000 });
  await amina.leave();
  await bruno.leave();
});
