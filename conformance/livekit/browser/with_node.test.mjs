// The two published clients with each other: Chromium and @livekit/rtc-node in one room.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dispose } from '@livekit/rtc-node';
import { remoteVideo, remoteVoice } from '../../../e2e/support/media.mjs';
import { until } from '../../../e2e/support/wait.mjs';
import { enter, publishPicture, publishTone, roomName, startServer, watch } from '../support.mjs';
import { startBrowser } from './support.mjs';

let server, browser;
before(async () => { [server, browser] = await Promise.all([startServer(), startBrowser()]); });
after(async () => {
  await browser?.stop();
  await dispose();
  assert.equal(await server?.stop(), 0, 'the server ends well');
});

for (const [mode, single] of [['one transport', '1'], ['two transports', '0']]) {
  test(`media, data and calls between Node and Chromium (${mode})`, { timeout: 90_000 }, async () => {
    const room = roomName('mixed');
    const bruno = await enter(server.wsUrl, 'bruno', room);
    const seen = watch(bruno);
    const sources = [await publishTone(bruno), await publishPicture(bruno)];
    const amina = await browser.open(server.wsUrl, 'amina', room, { query: { single } });
    assert.ok((await remoteVideo(amina.page)).fps >= 10, 'his picture in Chromium');
    await remoteVoice(amina.page);
    await until('her picture and sound in Node', () => seen.frames > 30 && seen.samples > 9_600);
    await amina.sees('bruno speaking', ({ spoken }) => spoken.includes('bruno'));

    const got = [];
    bruno.on('dataReceived', (payload, participant, kind, topic) => got.push([Buffer.from(payload).toString(), participant?.identity, topic]));
    for (const reliable of [true, false]) {
      await bruno.localParticipant.publishData(Buffer.from(`to her ${reliable}`), { reliable, topic: 'talk' });
      await amina.say(`to him ${reliable}`, reliable);
    }
    await until('her words', () => got.length === 2);
    assert.deepEqual(got.sort(), [['to him false', 'amina', 'talk'], ['to him true', 'amina', 'talk']]);
    await amina.sees('his words', ({ messages }) => messages.filter(([, from]) => from === 'bruno').map(([text]) => text).sort().join() === 'to her false,to her true');

    bruno.localParticipant.registerRpcMethod('greet', async ({ payload, callerIdentity }) => `bonjour ${payload}, ${callerIdentity}`);
    const answer = await amina.page.evaluate(() => {
      const { localParticipant } = window.room;
      localParticipant.registerRpcMethod('shout', async ({ payload }) => payload.toUpperCase());
      return localParticipant.performRpc({ destinationIdentity: 'bruno', method: 'greet', payload: 'toi' });
    });
    assert.equal(answer, 'bonjour toi, amina');
    assert.equal(await bruno.localParticipant.performRpc({ destinationIdentity: 'amina', method: 'shout', payload: 'ohé' }), 'OHÉ');

    await amina.leave();
    await until('her leaving seen', () => !bruno.remoteParticipants.has('amina'));
    for (const source of sources) await source.stop();
    await bruno.disconnect();
  });
}
