/** The product's sounds, made of oscillators: nothing to load, nothing to decode. */

interface Note {
  /** Seconds after the beginning, and how long it sounds. */
  at: number;
  lasts: number;
  /** Hertz. */
  pitch: number;
}

export interface Tone {
  notes: readonly Note[];
  /** Seconds until it begins again; without it the tone sounds once. */
  every?: number;
  /** Seconds after which nothing sounds any more. */
  until: number;
}

const E5 = 659.25;
const A5 = 880;
const D5 = 587.33;
const pair = [
  { at: 0, lasts: 0.9, pitch: E5 },
  { at: 0.8, lasts: 1.2, pitch: A5 },
];

/** Two soft notes, 2 s on and 2 s off, 45 s at most (product 5.2). */
export const ringTone: Tone = { notes: pair, every: 4, until: 45 };
export const tones = {
  /** While in another call: once, and short. */
  knock: { notes: [{ at: 0, lasts: 0.35, pitch: E5 }], until: 1 },
  test: { notes: pair, until: 2 },
  message: { notes: [{ at: 0, lasts: 0.25, pitch: A5 }], until: 1 },
  joined: { notes: [{ at: 0, lasts: 0.2, pitch: D5 }, { at: 0.15, lasts: 0.35, pitch: A5 }], until: 1 },
} satisfies Record<string, Tone>;

// Two sines of full volume reach about −18 LUFS at this gain (product 12).
const loudest = 0.3;

let shared: AudioContext | null = null;

/** The page's one audio context, or null where there is none. */
export function audioContext(): AudioContext | null {
  if (shared === null && typeof AudioContext !== 'undefined') shared = new AudioContext();
  return shared;
}

/** Every note of a tone in the order of its beginning, repetitions included. */
export function notesOf(tone: Tone): Note[] {
  const notes: Note[] = [];
  for (let start = 0; start < tone.until; start += tone.every ?? tone.until) {
    for (const note of tone.notes) {
      const at = start + note.at;
      if (at < tone.until) notes.push({ ...note, at, lasts: Math.min(note.lasts, tone.until - at) });
    }
  }
  return notes;
}

/**
 * Has the whole tone played, by the sound card's clock: timers of a tab in the background are slowed
 * down. In a context that waits for a gesture it begins with that.
 * @param volume  0 to 1
 * @returns silences it
 */
export function play(context: AudioContext, tone: Tone, volume: number): () => void {
  const all = context.createGain();
  all.gain.value = loudest * volume;
  all.connect(context.destination);
  const begin = context.currentTime + 0.02;
  for (const { at, lasts, pitch } of notesOf(tone)) {
    const oscillator = context.createOscillator();
    const shape = context.createGain();
    oscillator.frequency.value = pitch;
    shape.gain.setValueAtTime(0, begin + at);
    shape.gain.linearRampToValueAtTime(1, begin + at + 0.04);
    shape.gain.setTargetAtTime(0, begin + at + 0.08, lasts / 4);
    oscillator.connect(shape).connect(all);
    oscillator.start(begin + at);
    oscillator.stop(begin + at + lasts);
  }
  return () => all.disconnect();
}
