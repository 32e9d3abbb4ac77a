import { expect, test } from 'vitest';
import { parseSounds } from './sounds';

test('what was kept is read back, and what is none of ours is left', () => {
  expect(parseSounds('{"ring":false,"volume":0.25,"messages":false,"quiet":{"from":1320,"to":420}}')).toEqual({
    ring: false,
    volume: 0.25,
    messages: false,
    joins: true,
    quiet: { from: 1320, to: 420 },
  });
  expect(parseSounds('{"volume":7,"quiet":{"from":-1,"to":2}}')).toMatchObject({ volume: 1, quiet: null });
  for (const text of [null, '', '[]', 'null', '{']) expect(parseSounds(text)).toMatchObject({ ring: true, volume: 0.8, quiet: null });
});
