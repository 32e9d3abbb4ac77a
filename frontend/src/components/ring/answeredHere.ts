/** Meetings answered in this tab: their card may come back here, and not on other devices. */
const storageKey = 'visavis.answered';

export function wasAnsweredHere(session: string): boolean {
  try {
    return (sessionStorage.getItem(storageKey) ?? '').split(' ').includes(session);
  } catch {
    return false;
  }
}

export function noteAnsweredHere(session: string) {
  try {
    const others = (sessionStorage.getItem(storageKey) ?? '').split(' ').filter((other) => other !== session);
    sessionStorage.setItem(storageKey, [...others, session].slice(-20).join(' '));
  } catch {
    // The card keeps away for a minute, then.
  }
}
