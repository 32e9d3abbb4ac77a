export type Browser = 'firefox' | 'chromium' | 'safari' | 'other';
export type System = 'windows' | 'mac' | 'android' | 'ios' | 'linux' | 'other';

/** Which settings a person has to open; only for words, never for what the page does. */
export function browserOf(userAgent: string): Browser {
  if (/firefox|fxios/i.test(userAgent)) return 'firefox';
  if (/chrome|chromium|crios|edg/i.test(userAgent)) return 'chromium';
  return /safari/i.test(userAgent) ? 'safari' : 'other';
}

export function systemOf(userAgent: string): System {
  if (/iphone|ipad|ipod/i.test(userAgent)) return 'ios';
  if (/android/i.test(userAgent)) return 'android';
  if (/windows/i.test(userAgent)) return 'windows';
  if (/mac os/i.test(userAgent)) return 'mac';
  return /linux|x11/i.test(userAgent) ? 'linux' : 'other';
}
