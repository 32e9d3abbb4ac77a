export type MicHint = 'silent' | 'mutedSpeaking';

interface Heard {
  /** milliseconds, any origin */
  now: number;
  isOn: boolean;
  /** root mean square of our own microphone, muted or not */
  rms: number;
  isOtherSpeaking: boolean;
}

const speech = 0.01; // rms: a voice at the table, above a fan
const digitalSilence = 5e-5; // rms: even a quiet room is louder than a dead microphone
const mutedFor = 1_000; // ms of speech while muted
const pauseWithin = 400; // ms between two words of one sentence
const silentFor = 8_000; // ms

/** Notices a microphone that hears nothing while one is spoken to, and a voice while the microphone is off. */
export class VoiceWatch {
  #wasOn: boolean | null = null;
  #speechSince: number | null = null;
  #lastSpeech = -Infinity;
  #quietSince: number | null = null;
  #wasSpokenTo = false;
  #hint: MicHint | null = null;

  update({ now, isOn, rms, isOtherSpeaking }: Heard): MicHint | null {
    if (isOn !== this.#wasOn) {
      this.#wasOn = isOn;
      this.#speechSince = null;
      this.#quietSince = null;
      this.#hint = null;
    }
    if (isOn) this.#whileOn(now, rms, isOtherSpeaking);
    else this.#whileMuted(now, rms);
    return this.#hint;
  }

  #whileMuted(now: number, rms: number) {
    if (rms >= speech) {
      if (now - this.#lastSpeech > pauseWithin) this.#speechSince = now;
      this.#lastSpeech = now;
    }
    const speaks = this.#speechSince !== null && now - this.#lastSpeech <= pauseWithin;
    if (speaks && this.#lastSpeech - (this.#speechSince ?? now) >= mutedFor) this.#hint = 'mutedSpeaking';
  }

  #whileOn(now: number, rms: number, isOtherSpeaking: boolean) {
    if (rms > digitalSilence) {
      this.#quietSince = null;
      this.#hint = null;
      return;
    }
    if (this.#quietSince === null) {
      this.#quietSince = now;
      this.#wasSpokenTo = false;
    }
    this.#wasSpokenTo ||= isOtherSpeaking;
    if (this.#wasSpokenTo && now - this.#quietSince >= silentFor) this.#hint = 'silent';
  }
}
