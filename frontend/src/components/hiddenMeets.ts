/** Meets whose card was closed on this device: closing hides it here, also after a reload. */

const storageKey = 'visavis.hiddenMeets';
const most = 20; // the newest; older meets have long ended

export function readHiddenMeets(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(kept) ? kept.filter((card) => typeof card === 'string') : [];
  } catch {
    return []; // storage that is off or holds something else hides nothing
  }
}

/** @returns all that are hidden now */
export function hideMeet(card: string): readonly string[] {
  const hidden = [...readHiddenMeets().filter((other) => other !== card), card].slice(-most);
  try {
    localStorage.setItem(storageKey, JSON.stringify(hidden));
  } catch {
    // Hidden until the next reload, then.
  }
  return hidden;
}
