import { useEffect, useState } from 'react';
import { useWords } from '../../i18n/words';

const bars = 5;
const readEvery = 80; // ms
const heardAt = 2; // bars: above the noise of a quiet room

/** The loudness of a track from 0 to 5, on a scale of about 6 dB a bar. */
function useLevel(track: MediaStreamTrack | null): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (track === null || typeof AudioContext === 'undefined') return;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      setLevel(rms < 0.002 ? 0 : Math.min(bars, Math.max(1, Math.round(Math.log2(rms / 0.004)))));
    }, readEvery);
    return () => {
      clearInterval(timer);
      void context.close();
      setLevel(0);
    };
  }, [track]);
  return level;
}

export function LevelMeter({ track }: { track: MediaStreamTrack }) {
  const { t } = useWords();
  const level = useLevel(track);
  const [wasHeard, setHeard] = useState(false);
  if (level >= heardAt && !wasHeard) setHeard(true);
  return (
    <div className="flex items-center gap-3">
      <div role="meter" aria-label={t('lobby.level')} aria-valuemin={0} aria-valuemax={bars} aria-valuenow={level} className="flex items-end gap-1">
        {Array.from({ length: bars }, (_, bar) => (
          <span key={bar} className={`h-4 w-1.5 rounded-full ${bar < level ? 'bg-mark' : 'bg-line'}`} />
        ))}
      </div>
      <span className="text-sm text-muted">{t(wasHeard ? 'lobby.hear' : 'lobby.speak')}</span>
    </div>
  );
}
