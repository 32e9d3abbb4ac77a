import { useSyncExternalStore } from 'react';

const narrow = '(width < 640px), ((orientation: landscape) and (height < 480px))';

function subscribe(listener: () => void) {
  const query = matchMedia(narrow);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** A bar of five buttons and a sheet, instead of menus. */
export const useIsPhone = () => useSyncExternalStore(subscribe, () => matchMedia(narrow).matches);
