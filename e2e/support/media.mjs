// What really arrives, from the receiver's own inbound-rtp statistics: never the self view.
import { until } from './wait.mjs';

const inbound = (page) => page.evaluate(() => window.visavisTest.inbound());

/**
 * A remote picture that moves: decoded frames a second, over at least `frames` of them. Any stream will do, since a
 * connection that starts over brings new ones.
 * @returns {Promise<{fps: number, width: number, height: number}>}
 */
export async function remoteVideo(page, { frames = 30, isWanted = () => true, within = 15_000 } = {}) {
  const seen = new Map();
  return until(`${frames} more decoded remote frames`, async () => {
    for (const report of await inbound(page)) {
      const { id, kind, framesDecoded = 0, timestamp, frameWidth, frameHeight } = report;
      if (kind !== 'video' || framesDecoded === 0 || !isWanted(report)) continue;
      const first = seen.get(id) ?? { framesDecoded, timestamp };
      seen.set(id, first);
      const decoded = framesDecoded - first.framesDecoded;
      if (decoded >= frames) return { fps: (decoded * 1000) / (timestamp - first.timestamp), width: frameWidth, height: frameHeight };
    }
    return false;
  }, { within });
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
