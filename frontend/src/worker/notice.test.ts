import { expect, test } from 'vitest';
import { workerCatalogues } from '../i18n/worker';
import { isRinging, noticeOf, parseTold, readSettings, type Told } from './notice';

const at = new Date(2026, 10, 20, 12, 0);
const told = (change: Partial<Told> = {}): Told => ({
  kind: 'ring',
  session: 's1',
  nom: 'Amina',
  titre: 'Tailler une haie',
  role: 'offreur',
  ring: 'r1',
  receipt: 'e=1&p=d&s=x',
  until: at.getTime() + 45_000,
  ...change,
});
const settings = readSettings(null);

test('a ring says who waits and why, and can be joined or put off', () => {
  const notice = noticeOf(told(), settings, at);
  expect(notice?.title).toBe('Amina vous attend');
  expect(notice?.options.body).toBe('Votre offre pour «\u00a0Tailler une haie\u00a0» est acceptée. Touchez pour rejoindre.');
  expect(notice?.options.actions.map(({ action }) => action)).toEqual(['join', 'snooze']);
  expect(notice?.options.data.path).toBe('/meet/s1');
  expect(notice?.options.silent).toBe(false);
  expect(noticeOf(told({ role: 'demandeur' }), settings, at)?.options.body).toMatch(/^Votre Meet/);
  expect(noticeOf(told(), { ...settings, locale: 'en' }, at)?.title).toBe('Amina is waiting for you');
});

test('what comes after the ring is over is a missed call: it makes no sound and answers nothing', () => {
  for (const late of [told({ kind: 'missed' }), told({ until: at.getTime() })]) {
    expect(isRinging(late, at.getTime())).toBe(false);
    const notice = noticeOf(late, settings, at);
    expect(notice?.title).toBe('Appel manqué\u00a0: Amina');
    expect(notice?.options.silent).toBe(true);
    expect(notice?.options.actions).toEqual([]);
    expect(notice?.options.data).toEqual({ path: '/dashboard', ring: 'r1', receipt: '' });
  }
});

test('the newest word about a meeting takes the place of the one before; an answered call leaves none', () => {
  expect(noticeOf(told({ kind: 'missed' }), settings, at)?.options.tag).toBe(noticeOf(told(), settings, at)?.options.tag);
  expect(noticeOf(told({ kind: 'over' }), settings, at)).toBeNull();
});

test('quiet hours and a ring that is switched off are silent, and shown all the same', () => {
  expect(noticeOf(told(), readSettings({ quiet: { from: 11 * 60, to: 13 * 60 } }), at)?.options.silent).toBe(true);
  expect(noticeOf(told(), readSettings({ quiet: { from: 22 * 60, to: 7 * 60 } }), at)?.options.silent).toBe(false);
  expect(noticeOf(told(), readSettings({ ring: false }), at)?.options.silent).toBe(true);
});

test('what is not the server’s is left alone', () => {
  for (const text of ['', 'x', 'null', '[]', '{}', '{"kind":"ring"}', '{"kind":"other","session":"s","until":1}', '{"kind":"ring","session":"","until":1}']) {
    expect(parseTold(text), text).toBeNull();
  }
  expect(parseTold(JSON.stringify(told()))).toEqual(told());
  expect(readSettings({ locale: 'xx', quiet: { from: 'a' } })).toEqual({ locale: 'fr', ring: true, quiet: null });
});

test('both languages take the same parameters', () => {
  const paramsOf = (text: string) => text.match(/\{\w+\}/g);
  for (const [key, text] of Object.entries(workerCatalogues.fr)) {
    expect(paramsOf(workerCatalogues.en[key as keyof typeof workerCatalogues.en]), key).toEqual(paramsOf(text));
  }
});
