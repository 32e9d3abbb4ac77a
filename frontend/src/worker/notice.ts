import type { Locale } from '../i18n/locale';
import { workerSays } from '../i18n/worker';
import { isQuiet, type QuietHours } from '../lib/quietHours';

/** What the server tells a browser whose page is closed (market/push_devices.cpp). */
export interface Told {
  kind: 'ring' | 'missed' | 'over';
  session: string;
  nom: string;
  titre: string;
  role: 'demandeur' | 'offreur';
  ring: string;
  receipt: string;
  /** When it stops ringing, ms since the epoch. */
  until: number;
}

/** What the page has written down for the time when it is closed (components/push/deviceSettings.ts). */
export interface DeviceSettings {
  locale: Locale;
  ring: boolean;
  quiet: QuietHours | null;
}

export const settingsCache = 'visavis-device';
export const settingsPath = '/device-settings';

/** What a notification remembers, for when it is pressed. */
export interface NoticeData {
  path: string;
  ring: string;
  receipt: string;
}

export interface Notice {
  title: string;
  options: {
    body: string;
    tag: string;
    lang: Locale;
    icon: string;
    badge: string;
    silent: boolean;
    renotify: boolean;
    requireInteraction: boolean;
    data: NoticeData;
    actions: { action: string; title: string }[];
  };
}

export function parseTold(text: string): Told | null {
  try {
    const told = JSON.parse(text) as Partial<Record<keyof Told, unknown>> | null;
    const { kind, role, until } = told ?? {};
    if ((kind !== 'ring' && kind !== 'missed' && kind !== 'over') || typeof until !== 'number') return null;
    const [session, nom, titre, ring, receipt] = [told?.session, told?.nom, told?.titre, told?.ring, told?.receipt].map((value) => (typeof value === 'string' ? value : ''));
    if (!session) return null;
    return { kind, session, nom: nom ?? '', titre: titre ?? '', role: role === 'demandeur' ? role : 'offreur', ring: ring ?? '', receipt: receipt ?? '', until };
  } catch {
    return null;
  }
}

/** Settings as the page wrote them; what it did not write is as it is at first. */
export function readSettings(kept: unknown): DeviceSettings {
  const { locale, ring, quiet } = (kept ?? {}) as Partial<Record<keyof DeviceSettings, unknown>>;
  const hours = (quiet ?? {}) as Partial<Record<keyof QuietHours, unknown>>;
  return {
    locale: locale === 'en' ? 'en' : 'fr',
    ring: ring !== false,
    quiet: typeof hours.from === 'number' && typeof hours.to === 'number' ? { from: hours.from, to: hours.to } : null,
  };
}

export const tagOf = (session: string) => `meet-${session}`;
export const isRinging = (told: Told, now: number) => told.kind === 'ring' && now < told.until;

/** One notification a meeting: the newest word about it takes the place of the one before. */
export function noticeOf(told: Told, { locale, ring, quiet }: DeviceSettings, now: Date): Notice | null {
  if (told.kind === 'over') return null;
  const { nom, titre, session } = told;
  const rings = isRinging(told, now.getTime());
  return {
    title: workerSays(locale, rings ? 'push.title' : 'push.missed', { nom }),
    options: {
      body: workerSays(locale, rings ? `push.body.${told.role}` : 'push.missed.body', { titre }),
      tag: tagOf(session),
      lang: locale,
      icon: '/icon-192.png',
      badge: '/icon-badge.png',
      silent: !rings || !ring || isQuiet(quiet, now),
      renotify: rings,
      requireInteraction: rings,
      data: { path: rings ? `/meet/${session}` : '/dashboard', ring: told.ring, receipt: rings ? told.receipt : '' },
      actions: rings
        ? [
            { action: 'join', title: workerSays(locale, 'push.join') },
            { action: 'snooze', title: workerSays(locale, 'push.snooze') },
          ]
        : [],
    },
  };
}
