import { useEffect } from 'react';

const mark = 'visavis.sheet';

/** Going back closes what is open instead of leaving the page; closed otherwise, its place in the history goes too. */
export function useBackCloses(isOpen: boolean, close: () => void) {
  useEffect(() => {
    if (!isOpen) return;
    history.pushState(mark, '');
    addEventListener('popstate', close);
    return () => {
      removeEventListener('popstate', close);
      if (history.state === mark) history.back();
    };
  }, [isOpen, close]);
}
