// Where no UDP gets through, media takes the TCP port (RFC 6544), and comes back after the connection broke.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { remoteVideo, remoteVoice } from '../../../e2e/support/media.mjs';
import { until } from '../../../e2e/support/wait.mjs';
import { roomName, startRelay, startServer } from '../support.mjs';
import { startUdpRelay } from '../udp_relay.mjs';
import { selectedPair, startBrowser } from './support.mjs';

let server, browser, udp, tcp;
const ways = async (person) => new Set((await selectedPair(person)).map(({ remote }) => remote.protocol));
const only = (way) => (found) => found.size === 1 && found.has(way);

before(async () => {
  [udp, tcp] = await Promise.all([startUdpRelay(), startRelay()]);
  udp.link.isDown = true;
  [server, browser] = await Promise.all([startServer({ advertised: { udp: udp.port, tcp: tcp.port } }), startBrowser()]);
  udp.connect(server.udp);
  tcp.connect(`127.0.0.1:${server.tcp}`);
});
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
  udp?.stop();
  await tcp?.stop();
});

for (const [mode, single] of [['one transport', '1'], ['two transports', '0']]) {
  test(`a call over TCP alone, and after a cut (${mode})`, { timeout: 90_000 }, async () => {
    const room = roomName('tcp');
    const amina = await browser.open(server.wsUrl, 'amina', room, { query: { single } });
    const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { single } });
    for (const person of [amina, bruno]) {
      const { fps } = await remoteVideo(person.page);
      assert.ok(fps >= 10, `${fps} frames a second over TCP`);
      await remoteVoice(person.page);
      const pairs = await selectedPair(person);
      assert.ok(pairs.length > 0 && pairs.every(({ remote }) => remote.protocol === 'tcp' && remote.port === tcp.port), JSON.stringify(pairs));
    }

    const sids = await Promise.all([amina, bruno].map(async (person) => (await person.seen()).local.sid));
    tcp.cut();
    // Frames that had arrived before the cut may still be decoded for a moment.
    for (const person of [amina, bruno]) {
      await until('media after the cut', async () => (await remoteVideo(person.page, { frames: 40 })).fps >= 10, { within: 40_000 });
    }
    const now = await Promise.all([amina, bruno].map(async (person) => (await person.seen()).local.sid));
    assert.deepEqual(now, sids, 'nobody had to join again');
    await amina.leave();
    await bruno.leave();
  });
}

test('a client that asks for TCP gets it, and so does one whose UDP dies under it', { timeout: 150_000 }, async () => {
  udp.link.isDown = false;
  const room = roomName('ladder');
  const amina = await browser.open(server.wsUrl, 'amina', room);
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { single: '0' } });
  for (const person of [amina, bruno]) {
    await remoteVideo(person.page);
    assert.ok(only('udp')(await ways(person)), 'UDP where it works');
  }
  const { sid } = (await amina.seen()).local;
  await amina.page.evaluate(() => window.room.simulateScenario('force-tcp'));
  await amina.sees('starting over', (seen) => seen.local.sid !== sid && seen.state === 'connected', 40_000);
  await until('her media over TCP', async () => only('tcp')(await ways(amina)), { within: 30_000 });
  for (const { page } of [amina, bruno]) await remoteVideo(page);

  udp.link.isDown = true;
  await until('his media over TCP', async () => only('tcp')(await ways(bruno)), { within: 60_000 });
  for (const { page } of [amina, bruno]) await remoteVideo(page, { frames: 40 });
  await amina.leave();
  await bruno.leave();
});
