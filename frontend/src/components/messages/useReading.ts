import { useEffect, useState, type RefObject } from 'react';

const nearEnd = 48; // px

/**
 * Whether the newest message is before somebody's eyes: scrolled to, on the screen, in the tab that is
 * shown. The list's scroller runs from the bottom (`flex-col-reverse`), so its end is at 0.
 */
export function useReading(ref: RefObject<HTMLElement | null>) {
  const [isAtEnd, setAtEnd] = useState(true);
  const [isOnScreen, setOnScreen] = useState(typeof IntersectionObserver === 'undefined');
  const [isShown, setShown] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const scroll = () => setAtEnd(element.scrollTop > -nearEnd);
    element.addEventListener('scroll', scroll, { passive: true });
    return () => element.removeEventListener('scroll', scroll);
  }, [ref]);
  useEffect(() => {
    const element = ref.current;
    if (element === null || typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver(([entry]) => setOnScreen(entry?.isIntersecting ?? false), { threshold: 0.3 });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  useEffect(() => {
    const change = () => setShown(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', change);
    return () => document.removeEventListener('visibilitychange', change);
  }, []);
  return { isAtEnd, isReading: isAtEnd && isOnScreen && isShown };
}
