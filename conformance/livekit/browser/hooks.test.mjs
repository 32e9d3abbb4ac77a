// @livekit/components-react as published, in real Chromium: what its hooks and its ready-made conference show.
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

const sorted = (list) => [...(list ?? [])].sort();

for (const [mode, single] of [['one transport', '1'], ['two transports', '0']]) {
  test(`the hooks show a whole call (${mode})`, async () => {
    const room = roomName('hooks');
    const amina = await browser.open(server.wsUrl, 'amina', room, { query: { single } });
    const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { single } });
    for (const person of [amina, bruno]) {
      await person.sees('both people', (seen) => sorted(seen.participants).join() === 'amina,bruno' && sorted(seen.names).join() === 'AMINA,BRUNO');
      await person.sees('four tracks', (seen) => ['amina', 'bruno'].every((who) => ['camera', 'microphone'].every((what) => seen.tracks.includes(`${who} ${what}`))));
      await person.sees('its own devices on', ({ local }) => local.camera && local.microphone && !local.screen);
    }
    assert.equal((await amina.page.evaluate(() => Object.keys(window.room.engine.pcManager).includes('subscriber') && !!window.room.engine.pcManager.subscriber)),
      single === '0', 'the number of transports');
    for (const { fps, width, height } of await Promise.all([amina, bruno].map(({ page }) => remoteVideo(page)))) {
      assert.ok(fps >= 10, `${fps} frames a second`);
      assert.ok(width >= 160 && width * 9 === height * 16, `${width}x${height}`);
    }
    await Promise.all([amina, bruno].map(({ page }) => remoteVoice(page)));
    await bruno.sees('amina speaking', (seen) => seen.spoken.includes('amina'));

    await amina.page.evaluate(() => window.room.localParticipant.setMicrophoneEnabled(false));
    await bruno.sees('her microphone muted', (seen) => seen.muted['amina microphone'] === true);
    await amina.sees('its own microphone off', ({ local }) => !local.microphone);
    await amina.page.evaluate(() => window.room.localParticipant.setMicrophoneEnabled(true));
    await bruno.sees('her microphone open', (seen) => seen.muted['amina microphone'] === false);
    await amina.page.evaluate(() => window.room.localParticipant.setCameraEnabled(false));
    await bruno.sees('her camera muted', (seen) => seen.muted['amina camera'] === true);
    await amina.page.evaluate(() => window.room.localParticipant.setCameraEnabled(true));
    await bruno.sees('her camera open', (seen) => seen.muted['amina camera'] === false);
    assert.ok((await remoteVideo(bruno.page)).fps >= 10, 'after the camera came back');

    const known = new Set((await bruno.stats('inbound-rtp')).map(({ ssrc }) => ssrc));
    await amina.page.evaluate(() => window.room.localParticipant.setScreenShareEnabled(true));
    await bruno.sees('the screen', (seen) => seen.tracks.includes('amina screen_share'));
    const screen = await remoteVideo(bruno.page, { frames: 3, isWanted: ({ ssrc }) => !known.has(ssrc) });
    assert.ok(screen.width >= 640, `the screen is ${screen.width} wide`);
    await amina.page.evaluate(() => window.room.localParticipant.setScreenShareEnabled(false));
    await bruno.sees('no screen', (seen) => !seen.tracks.includes('amina screen_share'));

    await amina.say('sure', true);
    await bruno.say('maybe', false);
    await bruno.sees('her words', (seen) => seen.messages.some(([text, from]) => text === 'sure' && from === 'amina'));
    await amina.sees('his words', (seen) => seen.messages.some(([text, from]) => text === 'maybe' && from === 'bruno'));

    await amina.leave();
    await bruno.sees('nobody else', (seen) => seen.participants.join() === 'bruno' && seen.tracks.every((track) => track.startsWith('bruno')));
    await bruno.page.evaluate(() => window.room.disconnect());
    await bruno.sees('being out', (seen) => seen.state === 'disconnected');
    for (const { complaints } of [amina, bruno]) assert.deepEqual(complaints, []);
    await bruno.leave();
  });
}

test('the ready-made conference works by its own buttons', async () => {
  const room = roomName('conference');
  const query = { look: 'conference', adaptive: '1' };
  const amina = await browser.open(server.wsUrl, 'amina', room, { query });
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query });
  const tile = (person, who) => person.page.locator('.lk-participant-tile', { has: person.page.locator(`[data-lk-participant-name="${who}"], .lk-participant-name:has-text("${who}")`) });
  for (const [person, other] of [[amina, 'BRUNO'], [bruno, 'AMINA']]) {
    await tile(person, other).first().waitFor();
    const video = tile(person, other).first().locator('video');
    await until(`the picture of ${other}`, () => video.evaluate((element) => element.videoWidth >= 160 && !element.paused));
    assert.ok((await remoteVideo(person.page)).fps >= 10);
  }
  await amina.page.locator('button[data-lk-source=microphone]').click();
  await bruno.page.locator('.lk-participant-tile:not([data-lk-local-participant=true]) .lk-track-muted-indicator-microphone[data-lk-muted=true]').first().waitFor();
  await amina.page.locator('button[data-lk-source=microphone]').click();
  await amina.page.locator('button[data-lk-source=screen_share]').click();
  await bruno.page.locator('.lk-focus-layout').waitFor();
  await amina.page.locator('button[data-lk-source=screen_share]').click();
  await bruno.page.locator('.lk-focus-layout').waitFor({ state: 'detached' });

  for (const person of [amina, bruno]) await person.page.locator('.lk-control-bar .lk-chat-toggle').click();
  await amina.page.locator('.lk-chat-form-input').fill('bonjour à tous');
  await amina.page.locator('.lk-chat-form-button').click();
  await bruno.page.locator('.lk-message-body', { hasText: 'bonjour à tous' }).waitFor();

  await amina.page.locator('.lk-disconnect-button').click();
  await bruno.sees('nobody else', (seen) => seen.participants.join() === 'bruno');
  for (const { complaints } of [amina, bruno]) assert.deepEqual(complaints, []);
  await amina.leave();
  await bruno.leave();
});

test('a page of another origin is told why it may not join, and that the server is there', async () => {
  const nobody = await browser.open(server.wsUrl, 'nobody', roomName('refused'), { grants: { roomJoin: false }, waits: false });
  await nobody.sees('the reason', (seen) => seen.events.some((event) => /^error .*permissions denied/.test(event)));
  // What the client does to learn whether the network is back.
  assert.equal(await nobody.page.evaluate((url) => fetch(url, { method: 'HEAD' }).then(({ ok }) => ok), server.httpUrl), true);
  await nobody.leave();
});
