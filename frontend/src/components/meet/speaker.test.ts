import { expect, test } from 'vitest';
import { SpeakerPicker } from './speaker';

const room = (...speaking: string[]) => ['amina', 'bruno', 'camille'].map((id) => ({ id, isSpeaking: speaking.includes(id) }));

test('a new speaker becomes large after a second and a half, not before', () => {
  const picker = new SpeakerPicker();
  expect(picker.update(0, room())).toBe('amina');
  expect(picker.update(100, room('bruno'))).toBe('amina');
  expect(picker.update(1_500, room('bruno'))).toBe('amina');
  expect(picker.update(1_600, room('bruno'))).toBe('bruno');
});

test('silence moves nothing, a word in passing neither', () => {
  const picker = new SpeakerPicker();
  picker.update(0, room('bruno'));
  picker.update(2_000, room('bruno'));
  expect(picker.update(3_000, room())).toBe('bruno');
  picker.update(3_100, room('camille'));
  expect(picker.update(4_000, room())).toBe('bruno');
});

test('who speaks on stays large; who leaves makes room', () => {
  const picker = new SpeakerPicker();
  picker.update(0, room('bruno'));
  picker.update(2_000, room('bruno', 'camille'));
  expect(picker.update(9_000, room('bruno', 'camille'))).toBe('bruno');
  expect(picker.update(9_100, room('bruno', 'camille').filter(({ id }) => id !== 'bruno'))).toBe('camille');
});
