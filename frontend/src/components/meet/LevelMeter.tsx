import { useEffect, useState } from 'react';
import { useWords } from '../../i18n/words';
import { barsOf, levelBars, levelReader } from './level';

const readEvery = 80; // ms
const heardAt = 2; // bars: above the noise of a quiet room

function useLevel(track: MediaStreamTrack | null): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    const reader = track && levelReader(track);
    if (!reader) return;
    const timer = setInterval(() => setLevel(barsOf(reader.read())), readEvery);
    return () => {
      clearInterval(timer);
      reader.close();
      setLevel(0);
    };
  }, [track]);
  return level;
}

/** Five bars, and in words whether anything is heard. */
export function LevelMeter({ track }: { track: MediaStreamTrack }) {
  const { t } = useWords();
  const level = useLevel(track);
  const [wasHeard, setHeard] = useState(false);
  if (level >= heardAt && !wasHeard) setHeard(true);
  return (
    <div className="flex items-center gap-3">
      <div role="meter" aria-label={t('lobby.level')} aria-valuemin={0} aria-valuemax={levelBars} aria-valuenow={level} className="flex items-end gap-1">
        {Array.from({ length: levelBars }, (_, bar) => (
          <span key={bar} className={`h-4 w-1.5 rounded-full ${bar < level ? 'bg-mark' : 'bg-line'}`} />
        ))}
      </div>
      <span role="status" className="text-sm text-muted">
        {t(wasHeard ? 'lobby.hear' : 'lobby.speak')}
      </span>
    </div>
  );
}
