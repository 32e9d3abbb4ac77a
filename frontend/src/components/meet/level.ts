/** Reads the loudness of a track, as the root mean square of its last samples, until `close()`. */
export interface LevelReader {
  read: () => number;
  close: () => void;
}

export function levelReader(track: MediaStreamTrack): LevelReader | null {
  if (typeof AudioContext === 'undefined') return null;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    read: () => {
      analyser.getFloatTimeDomainData(samples);
      return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    },
    close: () => void context.close(),
  };
}

export const levelBars = 5;

/** From 0 to 5, about 6 dB a bar; the noise of a quiet room is none or one. */
export function barsOf(rms: number): number {
  return rms < 0.002 ? 0 : Math.min(levelBars, Math.max(1, Math.round(Math.log2(rms / 0.004))));
}
