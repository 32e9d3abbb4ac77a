// A publisher sends the layers that somebody wants, in the codecs that somebody needs, and no others.
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

/** The outgoing pictures of which packets left during `seconds`, as `codec rid`. */
async function sent(person) {
  const read = async () => {
    const reports = await person.stats('outbound-rtp', 'codec');
    const codec = ({ codecId }) => reports.find(({ id }) => id === codecId)?.mimeType.slice(6).toLowerCase();
    return reports.filter(({ kind, codecId }) => kind === 'video' && codecId)
      .map((report) => ({ name: `${codec(report)} ${report.rid ?? '-'}`, packets: report.packetsSent, at: report.timestamp, id: report.id }));
  };
  const before = await read();
  await new Promise((done) => setTimeout(done, 1_500));
  const names = (await read()).filter(({ id, packets }) => packets > (before.find((each) => each.id === id)?.packets ?? 0)).map(({ name }) => name);
  return [...new Set(names)].sort().join(', ');
}
const sends = (person, what) => until(`only ${what || 'nothing'} to be sent`, async () => (await sent(person)) === what, { within: 45_000 });
const publications = (person, change) => person.page.evaluate((what) => {
  for (const { videoTrackPublications } of window.room.remoteParticipants.values()) {
    for (const publication of videoTrackPublications.values()) {
      if ('quality' in what) publication.setVideoQuality(what.quality);
      if ('enabled' in what) publication.setEnabled(what.enabled);
    }
  }
}, change);

test('layers that nobody wants are not sent, and come back when somebody does', { timeout: 180_000 }, async () => {
  const room = roomName('dynacast');
  const amina = await browser.open(server.wsUrl, 'amina', room, { query: { dynacast: '1' } });
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
  await sends(amina, 'vp8 h, vp8 q');
  await publications(bruno, { quality: 0 });
  await sends(amina, 'vp8 q');
  await publications(bruno, { enabled: false });
  await sends(amina, '');
  await publications(bruno, { quality: 2, enabled: true });
  await sends(amina, 'vp8 h, vp8 q');
  const wide = async () => (await bruno.stats('inbound-rtp')).some(({ kind, frameWidth }) => kind === 'video' && frameWidth === 640);
  await until('the large picture', wide, { within: 30_000 });
  assert.ok((await remoteVideo(bruno.page)).fps > 0);
  await bruno.leave();
  await sends(amina, '');
  const chloe = await browser.open(server.wsUrl, 'chloe', room, { query: { publish: '0' } });
  assert.ok((await remoteVideo(chloe.page)).fps > 0, 'a newcomer sees a picture that nobody watched before');
  await chloe.leave();
  await amina.leave();
});

test('who cannot decode the first codec makes the publisher send the second', { timeout: 180_000 }, async () => {
  const room = roomName('backup');
  const amina = await browser.open(server.wsUrl, 'amina', room, { query: { dynacast: '1', codec: 'vp9', backup: '1' } });
  const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
  await sends(amina, 'vp9 -');
  const chloe = await browser.open(server.wsUrl, 'chloe', room, { query: { publish: '0', deaf: 'vp9' } });
  const decoded = async (person) => {
    const reports = await person.stats('inbound-rtp', 'codec');
    const video = reports.find(({ kind, framesDecoded }) => kind === 'video' && framesDecoded > 10);
    return video && reports.find(({ id }) => id === video.codecId)?.mimeType.toLowerCase();
  };
  await until('a picture in VP8', async () => (await decoded(chloe)) === 'video/vp8', { within: 45_000 });
  // In a small room what all can decode is sent to all, and the first codec rests.
  await until('the same picture for the other', async () => (await decoded(bruno)) === 'video/vp8', { within: 30_000 });
  assert.ok((await remoteVideo(bruno.page)).fps > 0);
  await until('VP9 to rest', async () => !(await sent(amina)).includes('vp9'), { within: 45_000 });
  for (const person of [chloe, bruno, amina]) await person.leave();
});
