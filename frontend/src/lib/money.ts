/** Money is an integer of minor units (cents) and an ISO 4217 code, on the wire and everywhere here. */

export const currencies = ['EUR', 'USD', 'GBP', 'CHF', 'CAD', 'MAD', 'XOF'] as const;
export const maxPrice = 1_000_000_000; // minor units, contract section 3

/** Digits after the decimal sign: 2 for the euro, 0 for the CFA franc. */
export function minorDigits(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * Reads an amount as people type it: `100`, `100,50`, `1 200.5`.
 * @returns minor units, or null when it is not an amount from 0 to `maxPrice`.
 */
export function parseAmount(text: string, currency: string): number | null {
  const compact = text.replace(/[\s  ]/g, '').replace(/€$/, '');
  const match = /^(\d{1,10})(?:[.,](\d*))?$/.exec(compact);
  if (match === null) return null;
  const digits = minorDigits(currency);
  const fraction = match[2] ?? '';
  if (fraction.length > digits) return null;
  const minor = Number(match[1]) * 10 ** digits + Number(fraction.padEnd(digits, '0') || '0');
  return minor <= maxPrice ? minor : null;
}

/** `10050, EUR` → « 100,50 € »; whole amounts lose their decimals. */
export function formatAmount(minor: number, currency: string, locale: string): string {
  const digits = minorDigits(currency);
  const whole = minor % 10 ** digits === 0;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: whole ? 0 : digits,
  }).format(minor / 10 ** digits);
}
