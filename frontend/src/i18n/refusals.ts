import type { Refusal } from '../api/refusal';
import type { Words } from './words';

/** The sentence for a refusal that no field and no page knows better. */
export function sayRefusal({ t, duration }: Words, refusal: Refusal): string {
  switch (refusal.code) {
    case 'network':
      return t('err.network');
    case 'rate_limited':
      return refusal.retryAfter === undefined
        ? t('err.rateLimited.soon')
        : t('err.rateLimited', { duree: duration(refusal.retryAfter * 1000) });
    case 'unavailable':
      return t('err.unavailable');
    case 'unauthenticated':
      return t('err.signedOut');
    case 'email_taken':
      return t('auth.taken');
    case 'forbidden':
    case 'not_found':
    case 'invalid':
    case 'conflict':
    case 'unknown':
      return t('err.generic');
    default:
      return refusal.code satisfies never;
  }
}
