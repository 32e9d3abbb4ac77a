import { describe, expect, test } from 'vitest';
import { en } from './en';
import { fr } from './fr';
import { initialLocale, say } from './words';

const paramsOf = (text: string) => [...new Set(text.match(/\{\w+\}/g))].toSorted();
const keys = Object.keys(fr) as (keyof typeof fr)[];

describe('the catalogues', () => {
  test('have the same keys', () => {
    expect(Object.keys(en).toSorted()).toEqual(Object.keys(fr).toSorted());
  });

  test.each(keys)('%s takes the same parameters in both languages', (key) => {
    expect(paramsOf(en[key])).toEqual(paramsOf(fr[key]));
  });

  test('set French punctuation with its spaces', () => {
    for (const key of keys) expect(fr[key], key).not.toMatch(/[^\s«] [?!;:»]|« /);
  });
});

test('plurals follow the language: zero is singular in French', () => {
  expect(say('fr', 'call.count', { n: 0 })).toBe('0 participant');
  expect(say('fr', 'call.count', { n: 2 })).toBe('2 participants');
  expect(say('en', 'call.count', { n: 0 })).toBe('0 participants');
});

test('French unless the browser or the person chose otherwise', () => {
  expect(initialLocale(null, ['de-DE'])).toBe('fr');
  expect(initialLocale(null, ['de-DE', 'en-US', 'fr'])).toBe('en');
  expect(initialLocale('fr', ['en-US'])).toBe('fr');
});
