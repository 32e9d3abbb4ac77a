// What really arrives, from the receiver's own inbound-rtp statistics: never the self view.
import { until } from './wait.mjs';

const inbound = (page) => page.evaluate(() => window.visavisTest.inbound());

/** The picture of at least `minFrames` decoded frames, newest stream first. */
async function videoNow(page, isWanted) {
  const videos = (await inbound(page)).filter((report) => report.kind === 'video' && isWanted(report));
  return videos.sort((a, b) => (b.framesDecoded ?? 0) - (a.framesDecoded ?? 0))[0];
}

/**
 * Decoded frames of the remote picture a second, over at least `frames` of them.
 * @returns {Promise<{fps: number, width: number, height: number}>}
 */
export async function remoteVideo(page, { frames = 30, isWanted = () => true, within = 15_000 } = {}) {
  const first = await until('a first decoded remote frame', async () => {
    const report = await videoNow(page, isWanted);
    return report?.framesDecoded > 0 && report;
  }, { within });
  const last = await until(`${frames} more decoded remote frames`, async () => {
    const report = (await inbound(page)).find(({ id }) => id === first.id);
    return report?.framesDecoded >= first.framesDecoded + frames && report;
  }, { within });
  const seconds = (last.timestamp - first.timestamp) / 1000;
  return {
    fps: (last.framesDecoded - first.framesDecoded) / seconds,
    width: last.frameWidth,
    height: last.frameHeight,
  };
}

/** How much the energy of the remote voice rises, once it does. */
export async function remoteVoice(page) {
  const energy = async () =>
    (await inbound(page)).filter(({ kind }) => kind === 'audio').reduce((sum, { totalAudioEnergy = 0 }) => sum + totalAudioEnergy, 0);
  const before = await energy();
  return until('remote audio energy rising', async () => {
    const now = await energy();
    return now > before + 1e-6 && now - before;
  });
}

/** Every video stream that is being decoded now. */
export async function videoStreams(page) {
  return (await inbound(page)).filter(({ kind, framesDecoded }) => kind === 'video' && framesDecoded > 0);
}
