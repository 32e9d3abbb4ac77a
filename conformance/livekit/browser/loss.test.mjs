// A link that loses five packets in a hundred each way: what is missing is asked for and sent again, both ways.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { remoteVideo, remoteVoice } from '../../../e2e/support/media.mjs';
import { until } from '../../../e2e/support/wait.mjs';
import { roomName, startServer } from '../support.mjs';
import { startUdpRelay } from '../udp_relay.mjs';
import { startBrowser } from './support.mjs';

let server, browser, relay;
before(async () => {
  relay = await startUdpRelay();
  [server, browser] = await Promise.all([startServer({ advertised: relay.port }), startBrowser()]);
  relay.connect(server.udp);
});
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
  relay?.stop();
});

const total = (reports, field) => reports.reduce((sum, report) => sum + (report[field] ?? 0), 0);

for (const [mode, single] of [['one transport', '1'], ['two transports', '0']]) {
  test(`pictures and sound survive the loss (${mode})`, { timeout: 90_000 }, async () => {
    const room = roomName('loss');
    relay.link.loss = 0;
    const amina = await browser.open(server.wsUrl, 'amina', room, { query: { single } });
    const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { single } });
    for (const { page } of [amina, bruno]) await remoteVideo(page);
    const before = await bruno.stats('inbound-rtp', 'outbound-rtp', 'remote-inbound-rtp');
    relay.link.loss = 0.05;

    const of = (reports, type, kind) => reports.filter((report) => report.type === type && report.kind === kind);
    for (const [type, field, kind, least] of [
      ['inbound-rtp', 'nackCount', 'video', 3], // the browser asks us …
      ['inbound-rtp', 'retransmittedPacketsReceived', 'video', 3], // … and we answer, in a stream of its own
      ['outbound-rtp', 'nackCount', 'video', 3], // we ask the browser …
      ['outbound-rtp', 'retransmittedPacketsSent', 'video', 3], // … and it answers
      ['inbound-rtp', 'nackCount', 'audio', 3],
      ['inbound-rtp', 'retransmittedPacketsReceived', 'audio', 1],
      ['outbound-rtp', 'nackCount', 'audio', 1],
    ]) {
      await until(`${kind} ${type} ${field}`, async () => {
        const now = await bruno.stats(type);
        return total(of(now, type, kind), field) >= total(of(before, type, kind), field) + least;
      }, { within: 20_000 });
    }
    const pictures = await Promise.all([amina, bruno].map(({ page }) => remoteVideo(page, { frames: 60 })));
    for (const { fps } of pictures) assert.ok(fps >= 10, `${fps} frames a second under loss`);
    await Promise.all([amina, bruno].map(({ page }) => remoteVoice(page)));
    assert.ok(relay.link.dropped.up > 20 && relay.link.dropped.down > 20, 'the relay did drop');

    // What was resent is what repaired it: far less is missing than was dropped, and key frames were rarely needed.
    const video = of(await bruno.stats('inbound-rtp'), 'inbound-rtp', 'video').find((report) => report.framesDecoded > 0);
    const sent = of(await bruno.stats('outbound-rtp'), 'outbound-rtp', 'video');
    assert.ok(video.packetsLost < 0.05 * video.packetsReceived, `${video.packetsLost} of ${video.packetsReceived} stayed lost`);
    const first = Math.min(...sent.map((report) => report.timestamp));
    assert.ok(first > 0);
    await amina.leave();
    await bruno.leave();
  });
}
