// Each video codec that this Chromium can send is forwarded as it is, and decoded by the other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { remoteVideo } from '../../../e2e/support/media.mjs';
import { roomName, startServer } from '../support.mjs';
import { startBrowser } from './support.mjs';

let server, browser;
before(async () => { [server, browser] = await Promise.all([startServer(), startBrowser()]); });
after(async () => {
  await browser?.stop();
  assert.equal(await server?.stop(), 0, 'the server ends well');
});

for (const codec of ['vp8', 'h264', 'vp9', 'av1']) {
  test(`${codec} is forwarded`, { timeout: 60_000 }, async (context) => {
    const room = roomName(codec);
    const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
    const [sends, decodes] = await bruno.page.evaluate((name) => [RTCRtpSender, RTCRtpReceiver].map((end) =>
      end.getCapabilities('video').codecs.some(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`)), codec);
    context.diagnostic(`this Chromium ${sends ? 'encodes' : 'does not encode'} and ${decodes ? 'decodes' : 'does not decode'} ${codec}`);
    if (sends && decodes) {
      const amina = await browser.open(server.wsUrl, 'amina', room, { query: { codec } });
      const { fps, width } = await remoteVideo(bruno.page);
      context.diagnostic(`${codec}: ${fps.toFixed(1)} frames a second, ${width} wide`);
      assert.ok(fps >= (codec === 'av1' ? 5 : 10), `${fps} frames a second`); // AV1 in software, two cores
      const reports = await bruno.stats('inbound-rtp', 'codec');
      const video = reports.find((report) => report.kind === 'video' && report.framesDecoded > 0);
      assert.equal(reports.find(({ id }) => id === video.codecId).mimeType.toLowerCase(), `video/${codec}`);
      await amina.leave();
    }
    await bruno.leave();
  });
}
