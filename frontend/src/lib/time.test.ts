import { expect, test } from 'vitest';
import { formatDay } from './time';

const now = new Date(2026, 10, 23, 9, 30).getTime();
const plain = (text: string) => text.replace('’', "'");

test('days are called as people call them', () => {
  expect(plain(formatDay(new Date(2026, 10, 23, 0, 1).getTime(), now, 'fr-FR'))).toBe("aujourd'hui");
  expect(formatDay(new Date(2026, 10, 22, 23, 59).getTime(), now, 'fr-FR')).toBe('hier');
  expect(formatDay(new Date(2026, 10, 16).getTime(), now, 'fr-FR')).toBe('lundi 16 novembre');
  expect(formatDay(new Date(2025, 10, 16).getTime(), now, 'fr-FR')).toBe('dimanche 16 novembre 2025');
  expect(formatDay(new Date(2026, 10, 22).getTime(), now, 'en-GB')).toBe('yesterday');
});
