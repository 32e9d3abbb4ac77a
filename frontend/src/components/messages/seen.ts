import { create } from 'zustand';
import { recall, remember } from '../../lib/remembered';

/** Until when each conversation was read in this browser: creation times, by the server's clock. */
const useSeenStore = create<Record<string, number>>(() => ({}));

const storageKey = (key: string) => `visavis.seen.${key}`;

function stored(key: string): number {
  const value = recall(storageKey(key));
  return typeof value === 'number' ? value : 0;
}

/** @param key of the person and the conversation */
export function useSeen(key: string): number {
  const here = useSeenStore((seen) => seen[key]);
  return here ?? stored(key);
}

/** The same for any of them. */
export function useAllSeen(): (key: string) => number {
  const seen = useSeenStore();
  return (key) => seen[key] ?? stored(key);
}

export function markSeen(key: string, until: number) {
  const before = useSeenStore.getState()[key] ?? stored(key);
  if (until <= before) return;
  remember(storageKey(key), until);
  useSeenStore.setState({ [key]: until });
}
