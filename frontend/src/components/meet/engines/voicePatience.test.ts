import { expect, test } from 'vitest';
import { patient, VoicePatience } from './voicePatience';

/** What it decides at each look, given packets received and lost since the one before. */
function looks(...windows: [received: number, lost: number][]): number[] {
  const patience = new VoicePatience();
  const total = { received: 0, lost: 0 };
  return windows.map(([received, lost]) => {
    total.received += received;
    total.lost += lost;
    return patience.look({ ...total });
  });
}

test('a clean line waits for nothing', () => {
  expect(looks([100, 0], [100, 1], [100, 0])).toEqual([0, 0, 0]);
});

test('losses are waited for, until five calm looks in a row', () => {
  const calm: [number, number] = [100, 0];
  expect(looks([90, 10], calm, calm, calm, calm)).toEqual(Array(5).fill(patient));
  expect(looks([90, 10], calm, calm, calm, calm, calm).at(-1)).toBe(0);
  expect(looks([90, 10], calm, calm, [98, 2], calm, calm, calm).at(-1)).toBe(patient);
});

test('a receiver that begins anew counts from nothing', () => {
  const patience = new VoicePatience();
  patience.look({ received: 900, lost: 100 });
  expect(patience.look({ received: 50, lost: 0 })).toBe(patient);
  expect(patience.look({ received: 0, lost: 0 })).toBe(patient);
});
