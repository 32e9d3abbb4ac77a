import { create } from 'zustand';
import { isQuiet, type QuietHours } from '../lib/quietHours';
import { audioContext, play, tones } from '../lib/tones';

/** What this device sounds like; kept here, since a phone and a desk want different things. */
export interface SoundSettings {
  ring: boolean;
  /** Of everything that sounds, 0 to 1. */
  volume: number;
  messages: boolean;
  joins: boolean;
  /** When nothing sounds, though cards are shown. */
  quiet: QuietHours | null;
}

const storageKey = 'visavis.sounds';
const initial: SoundSettings = { ring: true, volume: 0.8, messages: true, joins: true, quiet: null };

const isMinute = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 1440;

export function parseSounds(text: string | null): SoundSettings {
  try {
    const kept: unknown = JSON.parse(text ?? '{}');
    if (typeof kept !== 'object' || kept === null) return initial;
    const { ring, volume, messages, joins, quiet } = kept as Record<keyof SoundSettings, unknown>;
    const hours = typeof quiet === 'object' && quiet !== null ? (quiet as Record<keyof QuietHours, unknown>) : null;
    return {
      ring: ring !== false,
      volume: typeof volume === 'number' ? Math.min(1, Math.max(0, volume)) : initial.volume,
      messages: messages !== false,
      joins: joins !== false,
      quiet: hours !== null && isMinute(hours.from) && isMinute(hours.to) ? { from: hours.from, to: hours.to } : null,
    };
  } catch {
    return initial;
  }
}

function read(): SoundSettings {
  try {
    return parseSounds(localStorage.getItem(storageKey));
  } catch {
    return initial; // storage is off
  }
}

interface SoundState extends SoundSettings {
  change: (settings: Partial<SoundSettings>) => void;
}

export const useSounds = create<SoundState>((set, get) => ({
  ...read(),
  change: (settings) => {
    set(settings);
    const { ring, volume, messages, joins, quiet } = get();
    try {
      localStorage.setItem(storageKey, JSON.stringify({ ring, volume, messages, joins, quiet }));
    } catch {
      // As long as the page, then.
    }
  },
}));

/** One short sound, if this device is to make it now. */
export function sound(which: 'message' | 'joined' | 'knock' | 'test') {
  const { volume, messages, joins, quiet } = useSounds.getState();
  const isAsked = which === 'test'; // by a press, which also lets the browser sound
  if ((which === 'message' && !messages) || (which === 'joined' && !joins)) return;
  if (!isAsked && isQuiet(quiet, new Date())) return;
  const context = audioContext();
  if (context === null) return;
  if (isAsked) void context.resume();
  if (isAsked || context.state === 'running') play(context, tones[which], volume);
}
