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
  [server, browser] = await Promise.all([startServer({ advertised: { udp: relay.port } }), startBrowser()]);
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
    for (const person of [amina, bruno]) {
      await person.sees('excellent connections', ({ qualities }) => ['amina', 'bruno'].every((who) => qualities[who] === 'excellent'));
    }
    const before = await bruno.stats('inbound-rtp', 'outbound-rtp', 'remote-inbound-rtp');
    relay.link.loss = 0.05;

    const of = (reports, type, kind) => reports.filter((report) => report.type === type && report.kind === kind);
    for (const [type, field, kind, least] of [
      ['inbound-rtp', 'nackCount', 'video', 3], // the browser asks us …
      ['inbound-rtp', 'retransmittedPacketsReceived', 'video', 3], // … and we answer, in a stream of its own
      ['outbound-rtp', 'nackCount', 'video', 3], // we ask the browser …
      ['outbound-rtp', 'retransmittedPacketsSent', 'video', 3], // … and it answers
      ['inbound-rtp', 'nackCount', 'audio', 3],
      ['outbound-rtp', 'nackCount', 'audio', 3],
      ['outbound-rtp', 'retransmittedPacketsSent', 'audio', 3],
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

    // What was resent repairs it. Pictures get it in a stream of its own; a sound packet that comes late is no longer lost.
    const change = async (kind) => {
      const [was, is] = [of(before, 'inbound-rtp', kind), of(await bruno.stats('inbound-rtp'), 'inbound-rtp', kind)];
      return (field) => total(is, field) - total(was, field);
    };
    const [video, audio] = [await change('video'), await change('audio')];
    assert.ok(video('retransmittedPacketsReceived') > 0.6 * video('packetsLost'), `${video('retransmittedPacketsReceived')} resent of ${video('packetsLost')} lost`);
    assert.ok(audio('packetsLost') < 0.03 * audio('packetsReceived'), `sound: ${audio('packetsLost')} of ${audio('packetsReceived')} stayed lost`);
    for (const person of [amina, bruno]) {
      await person.sees('worse connections', ({ qualities }) => ['amina', 'bruno'].every((who) => ['good', 'poor'].includes(qualities[who])));
    }
    await amina.leave();
    await bruno.leave();
  });
}
