import type { Locale } from './locale';

/** What the service worker says, apart from the page's words: it is loaded on its own. */
const fr = {
  'push.title': '{nom} vous attend',
  'push.body.offreur': 'Votre offre pour « {titre} » est acceptée. Touchez pour rejoindre.',
  'push.body.demandeur': 'Votre Meet pour « {titre} » est prêt. Touchez pour rejoindre.',
  'push.missed': 'Appel manqué : {nom}',
  'push.missed.body': 'Pour « {titre} ».',
  'push.join': 'Rejoindre le Meet',
  'push.snooze': 'Me rappeler dans 5 minutes',
} as const;

const en: Record<keyof typeof fr, string> = {
  'push.title': '{nom} is waiting for you',
  'push.body.offreur': 'Your offer for “{titre}” is accepted. Tap to join.',
  'push.body.demandeur': 'Your Meet for “{titre}” is ready. Tap to join.',
  'push.missed': 'Missed call: {nom}',
  'push.missed.body': 'For “{titre}”.',
  'push.join': 'Join the Meet',
  'push.snooze': 'Ring me again in 5 minutes',
};

export const workerCatalogues: Record<Locale, Record<keyof typeof fr, string>> = { fr, en };

export function workerSays(locale: Locale, key: keyof typeof fr, params: Record<string, string> = {}): string {
  return workerCatalogues[locale][key].replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
}
