export const shortcutIds = ['mic', 'cam', 'talk', 'share', 'chat', 'fullscreen', 'bar', 'nextRegion', 'previousRegion', 'help'] as const;
export type ShortcutId = (typeof shortcutIds)[number];

/** The keys as they are shown. Never Ctrl + Alt + letter: on French keyboards that is AltGr, which types. */
export const shortcutKeys: Record<ShortcutId, string[]> = {
  mic: ['Ctrl', 'D'],
  cam: ['Ctrl', 'E'],
  talk: ['V'],
  share: ['Ctrl', 'Shift', 'E'],
  chat: ['Ctrl', 'Shift', 'M'],
  fullscreen: ['Ctrl', 'Shift', 'F'],
  bar: ['F2'],
  nextRegion: ['F6'],
  previousRegion: ['Shift', 'F6'],
  help: ['?'],
};

export type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/**
 * What a key asks for.
 * @param inText     the focus is where one types: single keys are letters there
 * @param hasSingle  single keys have not been switched off
 */
export function shortcutOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Key, { inText, hasSingle }: { inText: boolean; hasSingle: boolean }): ShortcutId | null {
  if (altKey) return null;
  const letter = key.toLowerCase();
  if (ctrlKey || metaKey) {
    if (!shiftKey) return letter === 'd' ? 'mic' : letter === 'e' ? 'cam' : null;
    const shifted: Record<string, ShortcutId> = { e: 'share', m: 'chat', f: 'fullscreen', '/': 'help', '?': 'help' };
    return shifted[letter] ?? null;
  }
  if (key === 'F2') return 'bar';
  if (key === 'F6') return shiftKey ? 'previousRegion' : 'nextRegion';
  if (inText || !hasSingle) return null;
  if (key === '?') return 'help';
  return letter === 'v' && !shiftKey ? 'talk' : null;
}
