import { boolean, fallback, object, optional, parse, picklist, record, string, type InferOutput } from 'valibot';
import { create } from 'zustand';

const storageKey = 'visavis.call';

export const corners = ['bottomRight', 'bottomLeft', 'topRight', 'topLeft'] as const;
export const layouts = ['face', 'speaker', 'grid'] as const;
export const sendQualities = ['auto', 'high', 'standard', 'low'] as const;
export const receiveQualities = ['auto', 'high', 'standard', 'low', 'audio'] as const;
export type Corner = (typeof corners)[number];
export type Layout = (typeof layouts)[number];

const rememberedDevice = object({ id: string(), label: string() });

/** What comes from storage is read once, here; whatever does not fit is as if it had never been chosen. */
const schema = object({
  /** The last device chosen of each kind, with the name it had. */
  devices: fallback(record(picklist(['audioinput', 'audiooutput', 'videoinput']), optional(rememberedDevice)), {}),
  entersDirectly: fallback(boolean(), false),
  isMirrored: fallback(boolean(), true),
  /** The others' pictures with nothing cut off, rather than filling their place. */
  isWhole: fallback(boolean(), false),
  hasSingleKeys: fallback(boolean(), true),
  layout: fallback(picklist(layouts), 'face'),
  corner: fallback(picklist(corners), 'bottomRight'),
  selfSize: fallback(picklist(['normal', 'small', 'hidden']), 'normal'),
  send: fallback(picklist(sendQualities), 'auto'),
  receive: fallback(picklist(receiveQualities), 'auto'),
  isSavingData: fallback(boolean(), false),
});
export type Preferences = InferOutput<typeof schema>;
export type RememberedDevice = InferOutput<typeof rememberedDevice>;

export function readPreferences(stored: string | null): Preferences {
  let found: unknown = {};
  try {
    found = JSON.parse(stored ?? '{}');
  } catch {
    // Not ours: nothing was chosen.
  }
  return parse(schema, typeof found === 'object' && found !== null ? found : {});
}

interface PreferencesStore extends Preferences {
  choose: (change: Partial<Preferences>) => void;
  rememberDevice: (kind: MediaDeviceKind, device: RememberedDevice) => void;
}

/** How this person likes calls on this device; kept between visits, never sent. */
export const usePreferences = create<PreferencesStore>((set, get) => ({
  ...readPreferences(readStored()),
  choose: (change) => {
    set(change);
    keep(get());
  },
  rememberDevice: (kind, device) => get().choose({ devices: { ...get().devices, [kind]: device } }),
}));

function readStored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null; // storage is switched off: choices last as long as the page
  }
}

function keep(preferences: Preferences) {
  try {
    localStorage.setItem(storageKey, JSON.stringify(preferences));
  } catch {
    // see readStored
  }
}
