import type { DeviceKind, DeviceProblem } from './deviceProblem';
import type { DeviceTrouble, MeetState } from './engines/meetClient';

export const showAfter = 1_000; // ms without a connection before it is worth a word
const longAfter = 10_000;

export type Refusal = { what: 'device'; device: DeviceKind; problem: DeviceProblem } | { what: 'share' } | { what: 'resume' };

export type Banner =
  | { what: 'offline' }
  | { what: 'reconnecting'; isLong: boolean }
  | { what: 'refused'; refusal: Refusal }
  | { what: 'trouble'; trouble: DeviceTrouble }
  | { what: 'remoteLost'; nom: string }
  | { what: 'paused' }
  | { what: 'weak' }
  | { what: 'weakRemote'; nom: string };

interface Situation {
  /** milliseconds since the epoch */
  now: number;
  isOnline: boolean;
  state: Pick<MeetState, 'link' | 'self' | 'others' | 'trouble'>;
  /** What a device or the screen answered just now. */
  refusal: Refusal | null;
}

/** The one sentence under the header, the gravest first (product.md, section 8.9). */
export function bannerOf({ now, isOnline, state: { link, self, others, trouble }, refusal }: Situation): Banner | null {
  if (!isOnline) return { what: 'offline' };
  if (link.status === 'reconnecting' && now - link.since >= showAfter) return { what: 'reconnecting', isLong: now - link.since >= longAfter };
  if (refusal !== null) return { what: 'refused', refusal };
  if (trouble !== null) return { what: 'trouble', trouble };
  const lost = others.find((other) => other.quality === 'lost');
  if (lost !== undefined) return { what: 'remoteLost', nom: lost.name };
  if (others.some((other) => other.isPictureHeldBack)) return { what: 'paused' };
  if (self.quality === 'poor') return { what: 'weak' };
  const weak = others.find((other) => other.quality === 'poor');
  return weak === undefined ? null : { what: 'weakRemote', nom: weak.name };
}
