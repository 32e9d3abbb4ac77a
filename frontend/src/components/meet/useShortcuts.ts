import { useEffect, useRef } from 'react';
import { shortcutOf, type ShortcutId } from './shortcuts';

type Actions = Record<Exclude<ShortcutId, 'talk'>, () => void> & { talk: (isHeld: boolean) => void };

const isTyping = (element: EventTarget | null) =>
  element instanceof HTMLElement && (element.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(element.tagName));

/** The call's keys, wherever the focus is on the page. Nothing here hangs up. */
export function useShortcuts(actions: Actions, hasSingle: boolean) {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    let isTalking = false;
    const stopTalking = () => {
      if (isTalking) latest.current.talk(false);
      isTalking = false;
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event, { inText: isTyping(event.target), hasSingle });
      if (shortcut === null) return;
      event.preventDefault();
      if (event.repeat) return;
      if (shortcut !== 'talk') return latest.current[shortcut]();
      isTalking = true;
      latest.current.talk(true);
    };
    const onKeyUp = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'v') stopTalking();
    };
    addEventListener('keydown', onKeyDown);
    addEventListener('keyup', onKeyUp);
    // A key let go in another window is never told.
    addEventListener('blur', stopTalking);
    return () => {
      removeEventListener('keydown', onKeyDown);
      removeEventListener('keyup', onKeyUp);
      removeEventListener('blur', stopTalking);
      stopTalking();
    };
  }, [hasSingle]);
}
