// The app opens without a network, and says so itself (Private in App.tsx). Nothing that belongs to a
// person is ever stored here: the page's shell alone, which is the same for all. What begins with
// /api or /rtc never comes this way.

export const shellCache = 'visavis-shell';
const always = ['/favicon.svg', '/favicon-ringing.svg', '/manifest.webmanifest', '/icon-192.png'];

const orError = (response: Response | undefined) => response ?? Response.error();

export async function keepFirstShell(): Promise<void> {
  const cache = await caches.open(shellCache);
  await cache.addAll(always);
  await keepShell(await fetch('/', { cache: 'no-cache' }), true);
}

export interface Answering {
  request: Request;
  waitUntil: (work: Promise<unknown>) => void;
}

/** @returns null for what is none of the shell's */
export function answerFromShell({ request, waitUntil }: Answering, isAlone: () => Promise<boolean>): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return null;
  if (url.pathname.startsWith('/assets/')) return asset(request, waitUntil);
  if (always.includes(url.pathname)) return fetch(request).catch(() => caches.match(url.pathname).then(orError));
  if (request.mode === 'navigate' && !/^\/(api|rtc|twirp|\.well-known)(\/|$)/.test(url.pathname)) return page(request, waitUntil, isAlone);
  return null;
}

/** The newest page while there is a network; the last one without. */
async function page(request: Request, waitUntil: Answering['waitUntil'], isAlone: () => Promise<boolean>): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.ok && (response.headers.get('content-type') ?? '').startsWith('text/html')) {
      const copy = response.clone();
      waitUntil(isAlone().then((alone) => keepShell(copy, alone)).catch(() => undefined));
    }
    return response;
  } catch {
    return orError(await caches.match('/'));
  }
}

/** Names below /assets/ hold a hash of what is inside: what is kept is right. */
async function asset(request: Request, waitUntil: Answering['waitUntil']): Promise<Response> {
  const kept = await caches.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) {
    const copy = response.clone();
    waitUntil(
      caches
        .open(shellCache)
        .then((cache) => cache.put(request, copy))
        .catch(() => undefined),
    );
  }
  return response;
}

/**
 * Keeps a page as « / » with all that it loads.
 * @param mayForget lets go of what an earlier version loaded: no other page may still need it
 */
async function keepShell(response: Response, mayForget: boolean): Promise<void> {
  const cache = await caches.open(shellCache);
  const html = await response.text();
  const before = await cache.match('/');
  if (before !== undefined && (await before.text()) === html) return;
  const needs = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].flatMap(([, path]) => (path === undefined ? [] : [path]));
  for (const path of needs) if ((await cache.match(path)) === undefined) await cache.add(path);
  // Last: a page is kept once all that it needs is.
  await cache.put('/', new Response(html, { headers: headersOf(response) }));
  if (!mayForget) return;
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith('/assets/') && !needs.includes(pathname)) await cache.delete(url);
  }
}

function headersOf(response: Response): Headers {
  const headers = new Headers();
  for (const name of ['content-type', 'content-security-policy']) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}
