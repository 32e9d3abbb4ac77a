const key = 'visavis.inCall';

/** A page that is being left hangs up its connection, too: that says nothing about what its person wants. */
let isBeingLeft = false;
const whileAsked = 1_000; // ms until whoever stays after all is known to stay
window.addEventListener('beforeunload', () => {
  isBeingLeft = true;
  setTimeout(() => (isBeingLeft = false), whileAsked);
}, { capture: true });
window.addEventListener('pagehide', () => (isBeingLeft = true), { capture: true });
window.addEventListener('pageshow', () => (isBeingLeft = false));

/** Remembers, for this tab alone, that it is in the call of a meeting; null when it no longer is. */
export function noteInCall(sessionId: string | null) {
  try {
    if (sessionId === null) {
      if (!isBeingLeft) sessionStorage.removeItem(key);
    } else sessionStorage.setItem(key, sessionId);
  } catch {
    // Storage is switched off: a reload leads to the waiting room.
  }
}

/** Whether this page is a call reloaded: then it goes straight back in. A copied tab is none. */
export function wasReloadedInCall(sessionId: string): boolean {
  try {
    const [navigation] = performance.getEntriesByType('navigation');
    const isReload = navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload';
    return isReload && sessionStorage.getItem(key) === sessionId;
  } catch {
    return false;
  }
}
