import { useEffect } from 'react';
import { useWords } from '../../i18n/words';
import { showAfter } from './banner';
import type { MeetLink } from './engines/meetClient';
import { useToasts } from './toasts';

/** Says that the connection is back, once its loss was said. */
export function useBackNews(link: MeetLink) {
  const { t } = useWords();
  const since = link.status === 'reconnecting' ? link.since : null;
  useEffect(() => {
    if (since === null) return;
    return () => {
      if (Date.now() - since >= showAfter) useToasts.getState().say(t('net.back'));
    };
  }, [since, t]);
}
