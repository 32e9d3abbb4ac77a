/** Paths that come from outside (the address bar) and are parsed once, here. */

/** Where to go after signing in: a path of ours, never another origin. */
export function returnPath(search: string): string {
  const wanted = new URLSearchParams(search).get('suite');
  if (wanted === null || !/^\/(?![/\\])/.test(wanted)) return '/dashboard';
  return wanted;
}

export function signInPath(from: string): string {
  return from === '/' || from === '/dashboard' ? '/connexion' : `/connexion?suite=${encodeURIComponent(from)}`;
}
