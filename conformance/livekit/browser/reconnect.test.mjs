// A browser whose signalling drops, or that is told to start over, while media goes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { remoteVideo, remoteVoice } from '../../../e2e/support/media.mjs';
import { until } from '../../../e2e/support/wait.mjs';
import { roomName, startRelay, startServer } from '../support.mjs';
import { startBrowser } from './support.mjs';

let server, browser;
before(async () => { [server, browser] = await Promise.all([startServer(), startBrowser()]); });
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
});

const tokenOf = (target) => new URL(target, 'http://x').searchParams.get('access_token');

// 'leave-full-reconnect' is an order that the client asks the server for; 'full-reconnect' it decides itself.
for (const [mode, single, scenario] of [['one transport', '1', 'leave-full-reconnect'], ['two transports', '0', 'full-reconnect']]) {
  test(`a cut socket is resumed, and ${scenario} starts over, with pictures and sound (${mode})`, { timeout: 90_000 }, async () => {
    const relay = await startRelay(server.host);
    const room = roomName('resume');
    const amina = await browser.open(relay.wsUrl, 'amina', room, { query: { single } });
    const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { single } });
    for (const { page } of [amina, bruno]) await remoteVideo(page);
    const { sid } = (await amina.seen()).local;
    await until('another token', () => amina.page.evaluate(() => window.room.engine.token !== new URL(location).searchParams.get('token')));

    relay.cut();
    await amina.sees('coming back', (seen) => seen.events.includes('signalReconnecting') && seen.events.includes('reconnected'));
    assert.equal((await amina.seen()).local.sid, sid, 'it was a resume, not a new join');
    assert.deepEqual((await bruno.seen()).events, [], 'the other saw nothing of it');
    const joins = relay.targets.filter((target) => target.startsWith('/rtc'));
    assert.notEqual(tokenOf(joins.at(-1)), tokenOf(joins[0]), 'the resume came with the refreshed token');
    for (const { page } of [amina, bruno]) assert.ok((await remoteVideo(page)).fps >= 10, 'frames after the resume');
    await amina.say('still here', true);
    await bruno.sees('her words', (seen) => seen.messages.some(([text]) => text === 'still here'));
    await amina.page.evaluate(() => window.room.localParticipant.setMicrophoneEnabled(false));
    await bruno.sees('her microphone muted', (seen) => seen.muted['amina microphone'] === true);
    await amina.page.evaluate(() => window.room.localParticipant.setMicrophoneEnabled(true));

    await amina.page.evaluate((name) => {
      window.seen.events.length = 0;
      return window.room.simulateScenario(name);
    }, scenario);
    await amina.sees('being a new participant', (seen) => seen.events.includes('reconnected') && seen.state === 'connected' && seen.local.sid !== sid, 30_000);
    await bruno.sees('her tracks, once each', (seen) => ['camera', 'microphone'].every((what) => seen.tracks.filter((track) => track === `amina ${what}`).length === 1));
    for (const { page } of [amina, bruno]) {
      assert.ok((await remoteVideo(page)).fps >= 10, 'frames after starting over');
      await remoteVoice(page);
    }
    await amina.leave();
    await bruno.leave();
    await relay.stop();
  });
}
