import { useEffect } from 'react';

/** While the call is live: the screen stays lit, and closing the tab asks first. */
export function useLiveGuards(isLive: boolean) {
  useEffect(() => {
    if (!isLive) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isLive]);

  useEffect(() => {
    if (!isLive || !('wakeLock' in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let isOver = false;
    const light = () => {
      // The system lets go of it whenever the page is hidden.
      if (document.visibilityState !== 'visible') return;
      void navigator.wakeLock.request('screen').then(
        (granted) => {
          if (isOver) void granted.release();
          else lock = granted;
        },
        () => undefined, // a low battery refuses: the screen may go dark
      );
    };
    light();
    document.addEventListener('visibilitychange', light);
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', light);
      void lock?.release();
    };
  }, [isLive]);
}
