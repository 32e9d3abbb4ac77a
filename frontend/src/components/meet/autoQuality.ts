import type { Quality } from './engines/meetClient';

const downAfter = 5_000; // ms of trouble
const upAfter = 20_000; // ms of calm

export const sendLevels = ['low', 'standard', 'high'] as const;
export type SendLevel = (typeof sendLevels)[number];

/**
 * What « Automatique » sends: a level down after five seconds of a poor connection, a level up after twenty of a
 * calm one. Time is an argument, in milliseconds of any origin.
 */
export class AutoQuality {
  #level = sendLevels.length - 1;
  #isTroubled = false;
  #since: number | null = null;

  update(now: number, quality: Quality): SendLevel {
    const isTroubled = quality === 'poor' || quality === 'lost';
    if (this.#since === null || isTroubled !== this.#isTroubled) {
      this.#isTroubled = isTroubled;
      this.#since = now;
    }
    const step = isTroubled ? -1 : 1;
    if (now - this.#since >= (isTroubled ? downAfter : upAfter)) {
      this.#level = Math.min(sendLevels.length - 1, Math.max(0, this.#level + step));
      this.#since = now;
    }
    return sendLevels[this.#level] ?? 'high';
  }
}
