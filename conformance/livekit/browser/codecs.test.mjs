// Each codec that this Chromium can send is forwarded as it is, and decoded by the other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { remoteVideo } from '../../../e2e/support/media.mjs';
import { until } from '../../../e2e/support/wait.mjs';
import { roomName, startServer } from '../support.mjs';
import { startBrowser } from './support.mjs';

let server, browser;
before(async () => { [server, browser] = await Promise.all([startServer(), startBrowser()]); });
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
});

test('VP8, H.264, VP9 and AV1 are forwarded where this Chromium has them', { timeout: 90_000 }, async (context) => {
  const room = roomName('codecs');
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
  for (const codec of ['vp8', 'h264', 'vp9', 'av1']) {
    const [sends, decodes] = await bruno.page.evaluate((name) => [RTCRtpSender, RTCRtpReceiver].map((end) =>
      end.getCapabilities('video').codecs.some(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`)), codec);
    if (!sends || !decodes) {
      context.diagnostic(`${codec}: this Chromium ${sends ? 'does not decode' : 'does not encode'} it`);
      continue;
    }
    const amina = await browser.open(server.wsUrl, `amina-${codec}`, room, { query: { codec } });
    const isIts = async () => {
      const reports = await bruno.stats('inbound-rtp', 'codec');
      const of = ({ codecId }) => reports.find(({ id }) => id === codecId)?.mimeType.toLowerCase();
      return reports.find((report) => report.kind === 'video' && of(report) === `video/${codec}` && report.framesDecoded > 0);
    };
    const { id } = await until(`a picture in ${codec}`, isIts);
    const { fps, width } = await remoteVideo(bruno.page, { isWanted: (report) => report.id === id });
    context.diagnostic(`${codec}: ${fps.toFixed(1)} frames a second, ${width} wide`);
    assert.ok(fps >= (codec === 'av1' ? 5 : 10), `${codec}: ${fps} frames a second`); // AV1 in software, two cores
    await amina.leave();
  }
  await bruno.leave();
});

test('a voice travels in RED, each packet with the one before it', { timeout: 60_000 }, async () => {
  const room = roomName('red');
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
  const amina = await browser.open(server.wsUrl, 'amina', room, { query: { mono: '1' } });
  // Statistics name Opus either way; the copies show as packets that were not needed.
  const copies = async () => {
    const voice = (await bruno.stats('inbound-rtp')).find(({ kind }) => kind === 'audio');
    return voice?.totalAudioEnergy > 0 && voice.packetsReceived > 50 && voice.packetsDiscarded > voice.packetsReceived / 2;
  };
  await until('a voice whose copies are discarded', copies);
  await Promise.all([amina.leave(), bruno.leave()]);
});
