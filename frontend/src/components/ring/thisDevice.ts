/** A name for this browser, so that the server counts devices and not tabs. It says nothing else. */
const storageKey = 'visavis.device';
let ofThisPage: string | null = null;

export function thisDevice(): string {
  if (ofThisPage !== null) return ofThisPage;
  const fresh = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  try {
    const kept = localStorage.getItem(storageKey);
    ofThisPage = kept !== null && /^[\w-]{1,64}$/.test(kept) ? kept : fresh;
    localStorage.setItem(storageKey, ofThisPage);
  } catch {
    ofThisPage = fresh;
  }
  return ofThisPage;
}
