import { expect, test } from 'vitest';
import { fitted, moved, zoomed } from './zoom';

test('zoom goes from 100 to 400 per cent and back, in steps', () => {
  let view = fitted;
  for (let step = 0; step < 9; step++) view = zoomed(view, 1);
  expect(view.scale).toBe(4);
  for (let step = 0; step < 9; step++) view = zoomed(view, -1);
  expect(view).toEqual(fitted);
});

test('what is looked at never leaves the stage, and zooming out brings it back', () => {
  const corner = moved({ scale: 2, x: 0, y: 0 }, 9, -9);
  expect(corner).toEqual({ scale: 2, x: 0.5, y: -0.5 });
  expect(zoomed(corner, -1)).toEqual({ scale: 1.5, x: 0.25, y: -0.25 });
});
