import { describe, expect, test } from 'vitest';
import { person } from '../../testing/fakeMeet';
import { bannerOf } from './banner';
import type { MeetState } from './engines/meetClient';

const calm: Pick<MeetState, 'link' | 'self' | 'others' | 'trouble'> = { link: { status: 'live' }, self: person({ isSelf: true }), others: [person({ name: 'Bruno' })], trouble: null };
const look = (state: Partial<typeof calm>, change: { isOnline?: boolean; now?: number } = {}) =>
  bannerOf({ now: 0, isOnline: true, refusal: null, ...change, state: { ...calm, ...state } })?.what ?? null;

describe('the one banner', () => {
  test('says nothing while all is well', () => expect(look({})).toBeNull());

  test('keeps the order of product.md, section 8.9', () => {
    const everything = {
      link: { status: 'reconnecting', since: 0 } as const,
      trouble: { device: 'microphone', what: 'lost' } as const,
      self: person({ quality: 'poor' }),
      others: [person({ name: 'Bruno', quality: 'lost', isPictureHeldBack: true })],
    };
    const refusal = { what: 'share' } as const;
    const now = 5_000;
    expect(look(everything, { isOnline: false, now })).toBe('offline');
    expect(look(everything, { now })).toBe('reconnecting');
    const live = { ...everything, link: { status: 'live' } as const };
    expect(bannerOf({ now, isOnline: true, refusal, state: { ...calm, ...live } })?.what).toBe('refused');
    expect(look(live)).toBe('trouble');
    expect(look({ ...live, trouble: null })).toBe('remoteLost');
    expect(look({ self: everything.self, others: [person({ quality: 'poor', isPictureHeldBack: true })] })).toBe('paused');
    expect(look({ self: everything.self, others: [person({ quality: 'poor' })] })).toBe('weak');
    expect(look({ others: [person({ quality: 'poor' })] })).toBe('weakRemote');
  });

  test('a connection that blinks is not worth a word, one that lasts changes its sentence', () => {
    const link = { status: 'reconnecting', since: 0 } as const;
    expect(look({ link }, { now: 900 })).toBeNull();
    expect(bannerOf({ now: 10_000, isOnline: true, refusal: null, state: { ...calm, link } })).toEqual({ what: 'reconnecting', isLong: true });
  });
});
