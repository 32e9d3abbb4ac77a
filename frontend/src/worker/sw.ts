// The service worker: the app's shell without a network, and calls while no page is open.
import { isRinging, noticeOf, parseTold, readSettings, settingsCache, settingsPath, tagOf, type DeviceSettings, type NoticeData } from './notice';
import { answerFromShell, keepFirstShell, shellCache } from './shell';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', (event) => {
  // A new one may take over at once: pages go on with what they have loaded.
  event.waitUntil(keepFirstShell().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== shellCache && name !== settingsCache) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const isAlone = async () => (await windows()).length <= 1;
  const answer = answerFromShell({ request: event.request, waitUntil: (work) => event.waitUntil(work) }, isAlone);
  if (answer !== null) event.respondWith(answer);
});

self.addEventListener('push', (event) => event.waitUntil(tell(event.data?.text() ?? '')));

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const data = event.notification.data as NoticeData;
  if (event.action === 'snooze') event.waitUntil(say('push:snooze', data));
  else event.waitUntil(Promise.all([open(data.path), say('push:answer', data)]));
});

const windows = () => self.clients.matchAll({ type: 'window', includeUncontrolled: true });

async function tell(text: string) {
  const told = parseTold(text);
  if (told === null) return;
  const notice = noticeOf(told, await settings(), new Date());
  // A page that is looked at shows its card, and says so itself.
  const isSeen = (await windows()).some((page) => page.visibilityState === 'visible');
  if (notice === null || isSeen) {
    for (const shown of await self.registration.getNotifications({ tag: tagOf(told.session) })) shown.close();
    return;
  }
  await self.registration.showNotification(notice.title, notice.options as NotificationOptions);
  // Said once it is so: the caller reads nothing else.
  if (isRinging(told, Date.now())) await say('push:shown', notice.options.data);
}

async function settings(): Promise<DeviceSettings> {
  const kept = await caches.match(settingsPath, { cacheName: settingsCache });
  return readSettings(await kept?.json().catch(() => null));
}

/** Nobody is signed in here: the receipt that came along is the right to say it. */
async function say(path: string, { ring, receipt }: NoticeData) {
  if (receipt === '') return;
  await fetch('/api/mutation', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path, args: { ring, receipt }, format: 'json' }),
  }).catch(() => undefined);
}

/** Never in the place of a call that runs. */
async function open(path: string) {
  const pages = await windows();
  const placeOf = (page: WindowClient) => new URL(page.url).pathname;
  const page = pages.find((one) => placeOf(one) === path) ?? pages.find((one) => !placeOf(one).startsWith('/meet/'));
  if (page === undefined) {
    await self.clients.openWindow(path);
    return;
  }
  page.postMessage({ kind: 'open', path });
  await page.focus().catch(() => undefined);
}
