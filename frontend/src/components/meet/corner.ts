import type { Corner } from './preferences';

/** The corner that is nearest to a point of the stage, given in shares of its width and height. */
export function nearestCorner(x: number, y: number): Corner {
  if (y < 0.5) return x < 0.5 ? 'topLeft' : 'topRight';
  return x < 0.5 ? 'bottomLeft' : 'bottomRight';
}
