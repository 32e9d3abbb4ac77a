import { useRef, type PointerEvent } from 'react';

const far = 64; // px

/** A finger that drags this downwards closes what hangs on it; whatever it does, a button does too. */
export function useSwipeDown(onSwipe: () => void) {
  const from = useRef<number | null>(null);
  return {
    onPointerDown(event: PointerEvent) {
      const isOnButton = event.target instanceof Element && event.target.closest('button') !== null;
      if (event.pointerType === 'mouse' || isOnButton) return;
      from.current = event.clientY;
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerUp(event: PointerEvent) {
      if (from.current !== null && event.clientY - from.current > far) onSwipe();
      from.current = null;
    },
    onPointerCancel() {
      from.current = null;
    },
  };
}
