import { expect, test } from 'vitest';
import { isQuiet, minutesOf, timeText } from './quietHours';

const at = (text: string) => new Date(`2026-03-01T${text}:00`);

test('a night passes midnight; its end is no part of it', () => {
  const night = { from: 22 * 60, to: 7 * 60 };
  expect(['21:59', '22:00', '03:00', '06:59', '07:00'].map((time) => isQuiet(night, at(time)))).toEqual([false, true, true, true, false]);
});

test('an afternoon does not, and no hours are never quiet', () => {
  const nap = { from: 13 * 60, to: 14 * 60 };
  expect(['12:59', '13:00', '14:00'].map((time) => isQuiet(nap, at(time)))).toEqual([false, true, false]);
  expect(isQuiet(null, at('03:00'))).toBe(false);
  expect(isQuiet({ from: 60, to: 60 }, at('01:00'))).toBe(false);
});

test('times are read and written as the browser has them', () => {
  expect(minutesOf('22:30')).toBe(1350);
  expect(timeText(1350)).toBe('22:30');
  expect(timeText(5)).toBe('00:05');
  expect(minutesOf('24:00')).toBeNull();
  expect(minutesOf('')).toBeNull();
});
