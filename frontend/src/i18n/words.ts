import { useMemo, useSyncExternalStore } from 'react';
import { formatSize } from '../lib/files';
import { formatAmount } from '../lib/money';
import { formatAgo, formatDay, formatDuration, formatMoment, formatTimeOfDay } from '../lib/time';
import { en } from './en';
import { fr, type WordKey } from './fr';
import type { Locale } from './locale';

export type { Locale };

/** `{nom}` and `{n}` in a text become the parameters that its caller must give. */
type ParamNames<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;
type Params<Key extends WordKey> = { [Name in ParamNames<(typeof fr)[Key]>]: Name extends 'n' ? number : string };
type Arguments<Key extends WordKey> = keyof Params<Key> extends never ? [] : [Params<Key>];

const catalogues: Record<Locale, Record<WordKey, string>> = { fr, en };

export function say<Key extends WordKey>(locale: Locale, key: Key, ...[params]: Arguments<Key>): string {
  const values: Record<string, string | number> = { ...params };
  let text = catalogues[locale][key];
  if (typeof values['n'] === 'number') {
    const [one, many] = text.split(' / ');
    const isOne = new Intl.PluralRules(locale).select(values['n']) === 'one';
    text = (isOne ? one : many) ?? text;
  }
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** One person's words: texts, amounts and times in the chosen language. */
export function wordsIn(locale: Locale) {
  const tag = locale === 'fr' ? 'fr-FR' : 'en-GB';
  return {
    locale,
    t: <Key extends WordKey>(key: Key, ...params: Arguments<Key>) => say(locale, key, ...params),
    amount: (minor: number, currency: string) => formatAmount(minor, currency, tag),
    ago: (then: number) => formatAgo(then, Date.now(), tag),
    duration: (ms: number) => formatDuration(ms, tag),
    moment: (at: number) => formatMoment(at, tag),
    day: (at: number) => formatDay(at, Date.now(), tag),
    clock: (at: number) => formatTimeOfDay(at, tag),
    milliseconds: (ms: number) => new Intl.NumberFormat(tag, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 }).format(ms),
    percent: (part: number) => new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 }).format(part),
    number: (value: number) => new Intl.NumberFormat(tag).format(value),
    size: (bytes: number) => formatSize(bytes, tag),
  };
}
export type Words = ReturnType<typeof wordsIn>;

const storageKey = 'visavis.locale';
const isLocale = (value: unknown): value is Locale => value === 'fr' || value === 'en';

/** The choice made here, else the browser's first language that we speak, else French. */
export function initialLocale(stored: string | null, languages: readonly string[]): Locale {
  if (isLocale(stored)) return stored;
  return languages.map((language) => language.slice(0, 2).toLowerCase()).find(isLocale) ?? 'fr';
}

let current = initialLocale(readStored(), globalThis.navigator?.languages ?? []);
const listeners = new Set<() => void>();

function readStored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null; // storage is switched off: the choice lasts as long as the page
  }
}

export function chooseLocale(locale: Locale) {
  speak(locale);
  try {
    localStorage.setItem(storageKey, locale);
  } catch {
    // see readStored
  }
}

function speak(locale: Locale) {
  current = locale;
  document.documentElement.lang = locale;
  for (const listener of listeners) listener();
}

// Chosen in another tab: one person does not want two languages at once.
globalThis.addEventListener?.('storage', ({ key, newValue }) => {
  if (key === storageKey && isLocale(newValue)) speak(newValue);
});

export const currentLocale = () => current;

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useWords(): Words {
  const locale = useSyncExternalStore(subscribe, currentLocale);
  return useMemo(() => wordsIn(locale), [locale]);
}
