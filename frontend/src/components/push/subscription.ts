import { create } from 'zustand';

/** How this browser gets calls while no page is open. */
export interface Subscription {
  endpoint: string;
  p256dh: string;
  auth: string;
}

export type PushAbility = 'able' | 'needsHomeScreen' | 'none';

/** On iPhone and iPad it exists only for a site on the home screen (iOS 16.4). */
export function pushAbility(): PushAbility {
  if ('serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis) return 'able';
  const isApplePhone = /iphone|ipad|ipod/i.test(navigator.userAgent);
  return isApplePhone && !matchMedia('(display-mode: standalone)').matches ? 'needsHomeScreen' : 'none';
}

/** Whether the person at this browser asked for it; who signs out has not. */
const storageKey = 'visavis.push';

export const usePushWish = create<{ isWanted: boolean; want: (on: boolean) => void }>((set) => ({
  isWanted: readWish(),
  want: (on) => {
    set({ isWanted: on });
    try {
      if (on) localStorage.setItem(storageKey, 'on');
      else localStorage.removeItem(storageKey);
    } catch {
      // As long as the page, then.
    }
  },
}));

function readWish(): boolean {
  try {
    return localStorage.getItem(storageKey) === 'on';
  } catch {
    return false;
  }
}

/** @throws when the browser has no push service, or none that it reaches */
export async function subscribe(publicKey: string): Promise<Subscription> {
  const { pushManager } = await worker();
  const key = bytesOf(publicKey);
  const kept = await pushManager.getSubscription();
  // Made for another key, which the server had before, it is of no use.
  const isOurs = kept !== null && sameBytes(kept.options.applicationServerKey, key);
  if (kept !== null && !isOurs) await kept.unsubscribe();
  const subscription = isOurs ? kept : await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  return { endpoint: subscription.endpoint, p256dh: textOf(subscription.getKey('p256dh')), auth: textOf(subscription.getKey('auth')) };
}

/** @returns the endpoint that is no more */
export async function unsubscribe(): Promise<string | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = (await registration?.pushManager.getSubscription()) ?? null;
  await subscription?.unsubscribe();
  return subscription?.endpoint ?? null;
}

async function worker(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register('/sw.js');
  return navigator.serviceWorker.ready;
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function textOf(buffer: ArrayBuffer | null): string {
  const text = String.fromCharCode(...new Uint8Array(buffer ?? new ArrayBuffer(0)));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function sameBytes(buffer: ArrayBuffer | null, bytes: Uint8Array): boolean {
  const other = new Uint8Array(buffer ?? new ArrayBuffer(0));
  return other.length === bytes.length && other.every((byte, place) => byte === bytes[place]);
}
