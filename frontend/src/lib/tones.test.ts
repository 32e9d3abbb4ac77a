import { expect, test } from 'vitest';
import { notesOf, ringTone, tones } from './tones';

test('the ring is two notes, 2 s on and 2 s off, for 45 s', () => {
  const notes = notesOf(ringTone);
  expect(notes.slice(0, 4).map(({ at }) => at)).toEqual([0, 0.8, 4, 4.8]);
  for (const { at, lasts } of notes) {
    expect(at % 4).toBeLessThan(2);
    expect((at % 4) + lasts).toBeLessThanOrEqual(2.001);
    expect(at + lasts).toBeLessThanOrEqual(45);
  }
  expect(Math.max(...notes.map(({ at }) => at))).toBeGreaterThan(40);
});

test('every other sound is over within two seconds', () => {
  for (const tone of Object.values(tones)) {
    for (const { at, lasts } of notesOf(tone)) expect(at + lasts).toBeLessThanOrEqual(2);
  }
});
