import { settingsCache, settingsPath, type DeviceSettings } from '../../worker/notice';

/** Written down where the service worker reads: it sees nothing else of the page's. */
export async function keepForWorker(settings: DeviceSettings): Promise<void> {
  if (!('caches' in globalThis)) return;
  const cache = await caches.open(settingsCache);
  await cache.put(settingsPath, new Response(JSON.stringify(settings), { headers: { 'content-type': 'application/json' } }));
}
