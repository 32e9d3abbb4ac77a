import { expect, test } from 'vitest';
import { AutoQuality } from './autoQuality';

test('steps down after five seconds of trouble, and once more after five others', () => {
  const auto = new AutoQuality();
  expect(auto.update(0, 'good')).toBe('high');
  expect(auto.update(1_000, 'poor')).toBe('high');
  expect(auto.update(5_900, 'poor')).toBe('high');
  expect(auto.update(6_000, 'lost')).toBe('standard');
  expect(auto.update(11_000, 'poor')).toBe('low');
  expect(auto.update(30_000, 'poor')).toBe('low');
});

test('steps up only after twenty seconds of calm in a row', () => {
  const auto = new AutoQuality();
  auto.update(0, 'poor');
  expect(auto.update(5_000, 'poor')).toBe('standard');
  auto.update(6_000, 'good');
  auto.update(20_000, 'poor');
  auto.update(21_000, 'fair');
  expect(auto.update(40_900, 'good')).toBe('standard');
  expect(auto.update(41_000, 'good')).toBe('high');
});
