import { describe, expect, test } from 'vitest';
import { readPreferences, usePreferences } from './preferences';

describe('call preferences', () => {
  test('a newcomer gets the defaults', () => {
    expect(readPreferences(null)).toMatchObject({ layout: 'face', corner: 'bottomRight', isMirrored: true, devices: {}, entersDirectly: false });
  });

  test('what is kept is what was chosen', () => {
    usePreferences.getState().choose({ layout: 'grid', isMirrored: false });
    usePreferences.getState().rememberDevice('audioinput', { id: 'm1', label: 'Casque' });
    const kept = readPreferences(localStorage.getItem('visavis.call'));
    expect(kept).toMatchObject({ layout: 'grid', isMirrored: false, devices: { audioinput: { id: 'm1', label: 'Casque' } } });
  });

  test('a stored value that is none of ours is forgotten alone, and nonsense altogether', () => {
    expect(readPreferences('{"layout":"spiral","corner":"topLeft","devices":4}')).toMatchObject({ layout: 'face', corner: 'topLeft', devices: {} });
    for (const nonsense of ['', 'x', '[]', 'null', '3']) expect(readPreferences(nonsense).layout).toBe('face');
  });
});
