/** Whether this browser stays on the end screen: the way back by itself, switched off for good. */

const storageKey = 'visavis.stayAfterCall';

export function staysAfterCall(): boolean {
  try {
    return localStorage.getItem(storageKey) === 'yes';
  } catch {
    return false; // storage that is off keeps no wish
  }
}

export function setStaysAfterCall(stays: boolean) {
  try {
    if (stays) localStorage.setItem(storageKey, 'yes');
    else localStorage.removeItem(storageKey);
  } catch {
    // Then it is for this page alone.
  }
}
