/** What a receiver has counted of one voice since it began. */
export interface VoiceCounts {
  received: number; // packets
  lost: number;
}

/** Where packets are lost, a voice waits in its jitter buffer long enough for them to be sent again. */
export const patient = 0.3; // seconds
const worth = { more: 0.03, less: 0.01 }; // share lost
const calmLooks = 5;

/**
 * Decides from looks a few seconds apart how long voices wait at least: browsers weigh a lost fiftieth of a second
 * lightly, and give up what a second request would bring.
 */
export class VoicePatience {
  #last: VoiceCounts = { received: 0, lost: 0 };
  #calm = 0;
  #isPatient = false;

  /** The least delay from now on, in seconds; 0 leaves it to the browser. */
  look(now: VoiceCounts): number {
    const lost = Math.max(0, now.lost - this.#last.lost);
    const received = Math.max(0, now.received - this.#last.received);
    this.#last = now;
    const share = lost + received === 0 ? 0 : lost / (lost + received);
    this.#calm = share < worth.less ? this.#calm + 1 : 0;
    if (share > worth.more) this.#isPatient = true;
    else if (this.#calm >= calmLooks) this.#isPatient = false;
    return this.#isPatient ? patient : 0;
  }
}
