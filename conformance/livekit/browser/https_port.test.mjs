// A network that lets nothing through but the port of HTTPS: signalling is TLS there, media RTC over TCP on the same port.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { remoteVideo, remoteVoice } from '../../../e2e/support/media.mjs';
import { freePort, roomName, startServer } from '../support.mjs';
import { selectedPair, startBrowser } from './support.mjs';

let server, browser;

before(async () => {
  // Nobody answers on the port that UDP is said to have, and there is no other one for TCP.
  const nowhere = await freePort();
  [server, browser] = await Promise.all([
    startServer({ secure: true, advertised: { udp: nowhere }, tcp: 0 }),
    startBrowser(),
  ]);
});
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
});

for (const [mode, single] of [['one transport', '1'], ['two transports', '0']]) {
  test(`a call over the port of HTTPS alone (${mode})`, { timeout: 90_000 }, async () => { // covers F11
    const room = roomName('https');
    const amina = await browser.open(server.wsUrl, 'amina', room, { query: { single } });
    const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { single } });
    for (const person of [amina, bruno]) {
      const { fps } = await remoteVideo(person.page);
      assert.ok(fps > 0, 'a moving picture');
      await remoteVoice(person.page);
      const pairs = await selectedPair(person);
      assert.ok(pairs.length > 0 && pairs.every(({ remote }) => remote.protocol === 'tcp' && remote.port === server.http), JSON.stringify(pairs));
    }
    // Whoever asks for HTTPS is answered as ever beside them.
    const answer = await amina.page.request.get(`${server.httpUrl}/healthz`);
    assert.equal(answer.status(), 200);
    await amina.leave();
    await bruno.leave();
  });
}
