import { systemOf } from '../../lib/agent';
import { shortcutKeys, type ShortcutId } from './shortcuts';

/** The keys as this keyboard names them. */
export function keysOf(id: ShortcutId): string[] {
  const system = systemOf(navigator.userAgent);
  return shortcutKeys[id].map((key) => (key === 'Ctrl' && (system === 'mac' || system === 'ios') ? '⌘' : key));
}

export const shortcutHint = (id: ShortcutId) => keysOf(id).join(' + ');
