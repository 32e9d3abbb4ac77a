import { useEffect, useState } from 'react';
import { between, type CallStats, type StatsSample } from './callStats';
import type { MeetClient } from './engines/meetClient';

const readEvery = 1_000; // ms
export const keptSeconds = 60;

/** The last minute of the call, a reading a second, the newest last. */
export function useCallStats(client: MeetClient): CallStats[] {
  const [history, setHistory] = useState<CallStats[]>([]);
  useEffect(() => {
    let before: StatsSample | null = null;
    let isReading = false;
    const timer = setInterval(() => {
      if (isReading) return;
      isReading = true;
      void client
        .stats()
        .then((now) => {
          const earlier = before;
          before = now;
          if (earlier !== null) setHistory((all) => [...all, between(earlier, now)].slice(-keptSeconds));
        })
        .catch(() => undefined) // the room has just gone
        .finally(() => {
          isReading = false;
        });
    }, readEvery);
    return () => clearInterval(timer);
  }, [client]);
  return history;
}
