// Where no UDP gets through, media takes the TCP port (RFC 6544), and comes back after the connection broke.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { remoteVideo, remoteVoice } from '../../../e2e/support/media.mjs';
import { until } from '../../../e2e/support/wait.mjs';
import { roomName, startRelay, startServer } from '../support.mjs';
import { startUdpRelay } from '../udp_relay.mjs';
import { selectedPair, startBrowser } from './support.mjs';

let server, browser, udp, tcp;
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
