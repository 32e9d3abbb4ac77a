import { describe, expect, test } from 'vitest';
import { formatAmount, parseAmount } from './money';

describe('parseAmount', () => {
  test.each([
    ['100', 'EUR', 10000],
    ['100,50', 'EUR', 10050],
    ['100.5', 'EUR', 10050],
    ['1 200,05', 'EUR', 120005],
    ['1 200', 'EUR', 120000],
    ['0', 'EUR', 0],
    ['12 €', 'EUR', 1200],
    ['2500', 'XOF', 2500],
  ])('reads %s %s as %d minor units', (text, currency, minor) => {
    expect(parseAmount(text, currency)).toBe(minor);
  });

  test.each(['', 'cent', '-5', '1,234', '1e3', '99999999999'])('refuses %j', (text) => {
    expect(parseAmount(text, 'EUR')).toBeNull();
  });

  test('refuses cents of a currency that has none', () => {
    expect(parseAmount('10,5', 'XOF')).toBeNull();
  });

  test('ends at the largest price that the server takes', () => {
    expect(parseAmount('10000000', 'EUR')).toBe(1_000_000_000);
    expect(parseAmount('10000000,01', 'EUR')).toBeNull();
  });
});

describe('formatAmount', () => {
  const plain = (text: string) => text.replace(/\s/g, ' ');

  test('leaves out decimals that say nothing', () => {
    expect(plain(formatAmount(10000, 'EUR', 'fr-FR'))).toBe('100 €');
    expect(plain(formatAmount(10050, 'EUR', 'fr-FR'))).toBe('100,50 €');
    expect(formatAmount(10050, 'EUR', 'en-GB')).toBe('€100.50');
  });
});
