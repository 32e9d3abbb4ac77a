import { describe, expect, test } from 'vitest';
import { shortcutOf, type Key } from './shortcuts';

const press = (key: string, held: Partial<Key> = {}, where = { inText: false, hasSingle: true }) =>
  shortcutOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held }, where);

describe('the keys of the call', () => {
  test('each key of product.md, section 8.8', () => {
    expect(press('d', { ctrlKey: true })).toBe('mic');
    expect(press('e', { metaKey: true })).toBe('cam');
    expect(press('v')).toBe('talk');
    expect(press('E', { ctrlKey: true, shiftKey: true })).toBe('share');
    expect(press('M', { ctrlKey: true, shiftKey: true })).toBe('chat');
    expect(press('F', { ctrlKey: true, shiftKey: true })).toBe('fullscreen');
    expect(press('F2')).toBe('bar');
    expect(press('F6')).toBe('nextRegion');
    expect(press('F6', { shiftKey: true })).toBe('previousRegion');
    expect(press('?', { shiftKey: true })).toBe('help');
    expect(press('/', { ctrlKey: true, shiftKey: true })).toBe('help');
  });

  test('AltGr types characters, it commands nothing', () => {
    for (const key of ['d', 'e', '€', 'v', '?']) expect(press(key, { ctrlKey: true, altKey: true })).toBeNull();
  });

  test('what is typed is text, and single keys can be switched off', () => {
    for (const key of ['v', '?']) {
      expect(press(key, {}, { inText: true, hasSingle: true })).toBeNull();
      expect(press(key, {}, { inText: false, hasSingle: false })).toBeNull();
    }
    expect(press('d', { ctrlKey: true }, { inText: true, hasSingle: false })).toBe('mic');
  });

  test('the browser keeps its own keys, and nothing hangs up', () => {
    for (const key of ['N', 'P', 'T', 'W', 'Q']) expect(press(key, { ctrlKey: true, shiftKey: true })).toBeNull();
    for (const key of ['Escape', 'Enter', ' ', 'r', 't', 'w']) expect(press(key, { ctrlKey: key.length === 1 && key !== ' ' })).toBeNull();
  });
});
