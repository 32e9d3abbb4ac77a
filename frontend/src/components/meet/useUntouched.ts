import { useEffect, useState } from 'react';

const nudge = 8; // px: browsers tell of a pointer that lies still when the page below it changes

/** True until somebody presses a key, points, scrolls or moves the focus. */
export function useUntouched(): boolean {
  const [isUntouched, setUntouched] = useState(true);
  useEffect(() => {
    if (!isUntouched) return;
    const listening = new AbortController();
    const { signal } = listening;
    const touch = () => setUntouched(false);
    let from: { x: number; y: number } | null = null;
    const move = ({ clientX: x, clientY: y }: PointerEvent) => {
      from ??= { x, y };
      if (Math.hypot(x - from.x, y - from.y) > nudge) touch();
    };
    for (const name of ['keydown', 'pointerdown', 'wheel', 'touchstart'] as const) {
      addEventListener(name, touch, { signal, passive: true, capture: true });
    }
    addEventListener('pointermove', move, { signal, passive: true });
    // The page's own title takes the focus as it appears.
    addEventListener('focusin', ({ target }) => !(target instanceof HTMLHeadingElement) && touch(), { signal });
    return () => listening.abort();
  }, [isUntouched]);
  return isUntouched;
}
