import { useSyncExternalStore } from 'react';

/** Meets whose card was closed on this device: closing hides it here, also after a reload and in other tabs. */

const storageKey = 'visavis.hiddenMeets';
const most = 20; // the newest; older meets have long ended

const listeners = new Set<() => void>();
let ofThisPage: readonly string[] = []; // where storage is off: until the next reload
let text: string | null = null;
let parsed: readonly string[] = [];

function read(): readonly string[] {
  let stored: string | null;
  try {
    stored = localStorage.getItem(storageKey);
  } catch {
    return ofThisPage;
  }
  if (stored === text) return parsed;
  text = stored;
  parsed = parse(stored);
  return parsed;
}

function parse(stored: string | null): readonly string[] {
  try {
    const kept: unknown = JSON.parse(stored ?? '[]');
    return Array.isArray(kept) ? kept.filter((card) => typeof card === 'string') : [];
  } catch {
    return []; // something else
  }
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  window.addEventListener('storage', listener); // another tab hid one
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

export function hideMeet(card: string) {
  ofThisPage = [...read().filter((other) => other !== card), card].slice(-most);
  try {
    localStorage.setItem(storageKey, JSON.stringify(ofThisPage));
  } catch {
    // see ofThisPage
  }
  for (const listener of listeners) listener();
}

export const useHiddenMeets = () => useSyncExternalStore(subscribe, read);
