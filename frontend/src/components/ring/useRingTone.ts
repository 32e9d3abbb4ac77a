import { useCallback, useEffect, useState } from 'react';
import { audioContext, play, ringTone } from '../../lib/tones';

/**
 * `elsewhere`: another tab of this browser plays it. `blocked`: the browser waits for a gesture.
 */
export type ToneState = 'off' | 'elsewhere' | 'blocked' | 'sounds';

/** Rings while `wanted`, in one tab of this browser, from the first gesture if it must wait for one. */
export function useRingTone(wanted: boolean, volume: number): { tone: ToneState; unblock: () => void } {
  const [tone, setTone] = useState<ToneState>('off');

  const unblock = useCallback(() => {
    void audioContext()?.resume();
  }, []);

  useEffect(() => {
    const context = wanted ? audioContext() : null;
    if (context === null) return;
    const over = new AbortController();
    let silence = () => {};
    const tell = () => setTone(context.state === 'running' ? 'sounds' : 'blocked');
    const begin = () => {
      silence = play(context, ringTone, volume);
      void context.resume().then(tell, tell);
      tell();
      const { signal } = over;
      context.addEventListener('statechange', tell, { signal });
      for (const gesture of ['pointerdown', 'keydown']) document.addEventListener(gesture, unblock, { signal });
    };
    if ('locks' in navigator) {
      const held = () => new Promise<void>((done) => over.signal.addEventListener('abort', () => done()));
      navigator.locks
        .request('visavis.ring', { signal: over.signal }, () => {
          if (over.signal.aborted) return;
          begin();
          return held();
        })
        .catch(() => undefined); // given up while waiting for the other tab
      // eslint-disable-next-line react-hooks/set-state-in-effect -- until the lock is ours
      setTone('elsewhere');
    } else {
      begin();
    }
    return () => {
      over.abort();
      silence();
      setTone('off');
    };
  }, [wanted, volume, unblock]);

  if (!wanted) return { tone: 'off', unblock };
  // Until it is known which tab plays it: nothing is said that another tab would have to take back.
  const isOpen = tone === 'off' && typeof AudioContext !== 'undefined';
  return { tone: isOpen ? 'elsewhere' : tone, unblock };
}
