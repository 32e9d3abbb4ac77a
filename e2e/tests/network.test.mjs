// A network that loses and is cut: what the call says, and that it goes on by itself (product.md, section 8.9). What a
// narrow link does is asked of the layers themselves (conformance/livekit/browser/layers.test.mjs).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
// The relay of the protocol's own tests: the same bad network under the product.
import { startUdpRelay } from '../../conformance/livekit/udp_relay.mjs';
import { launch, openPerson } from '../support/chromium.mjs';
import { remoteVideo, remoteVoice } from '../support/media.mjs';
import { join, meetUp, signUp } from '../support/people.mjs';
import { startServer } from '../support/server.mjs';

// The browser takes its time to believe that a path is gone, and the server to trust one again.
const weak = /connexion (est )?faible|(envoi|réception) est lente?/;
const noticed = { timeout: 60_000 };

describe('a bad network', { timeout: 300_000 }, () => {
  let server, browser, relay, amina, bruno;

  before(async () => {
    relay = await startUdpRelay();
    server = await startServer({ advertisedUdp: relay.port });
    relay.connect(server.udp);
    browser = await launch();
    [amina, bruno] = [await openPerson(browser), await openPerson(browser)];
    await signUp(amina, server.url, 'Amina', 'amina@test.example');
    await signUp(bruno, server.url, 'Bruno', 'bruno@test.example');
    const sessionId = await meetUp(amina, bruno, server.url);
    await join(amina);
    await bruno.page.goto(`${server.url}/meet/${sessionId}`);
    await join(bruno);
    await remoteVideo(amina.page);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    relay?.stop();
  });

  const says = (text, state = 'visible') => amina.page.getByText(text).first().waitFor({ state, ...noticed });

  test('many losses are said as a weak connection, and no longer once they stop', async () => {
    relay.link.loss = 0.25;
    await says(weak);
    await remoteVoice(amina.page);
    relay.link.loss = 0;
    await says(weak, 'detached');
    assert.ok((await remoteVideo(amina.page, { frames: 10, within: 60_000 })).width > 0);
  });

  test('a path that is cut is said, the place is kept, and the call comes back by itself', async () => {
    relay.link.isDown = true;
    await says(/Reconnexion… Votre place est gardée/);
    relay.link.isDown = false;
    await says(/Reconnexion… Votre place est gardée/, 'detached');
    await says('Connexion rétablie');
    await amina.page.getByText('2 participants').waitFor(noticed);
    assert.ok((await remoteVideo(amina.page, { frames: 10, within: 60_000 })).width > 0);
    await remoteVoice(bruno.page);
  });
});
