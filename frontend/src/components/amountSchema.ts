import * as v from 'valibot';
import { parseAmount } from '../lib/money';

/** An amount as typed, which becomes minor units of `currency`. */
export function amountIn(currency: string, message: string) {
  return v.pipe(
    v.string(),
    v.transform((text) => parseAmount(text, currency)),
    v.number(message),
  );
}
