import { useConvexConnectionState } from 'convex/react';
import { useEffect, useState } from 'react';
import { useWords } from '../i18n/words';
import { Notice } from '../ui/Notice';

const patience = 3_000; // ms: a reconnection shorter than this is nobody's business

/** Says that what is shown may be stale: the live connection is gone and is being made anew. */
export function ConnectionBanner() {
  const { t } = useWords();
  const { isWebSocketConnected } = useConvexConnectionState();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (isWebSocketConnected) return;
    const timer = setTimeout(() => setLate(true), patience);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [isWebSocketConnected]);
  if (!isLate || isWebSocketConnected) return null;
  return (
    <div className="mx-auto w-full max-w-6xl px-4 sm:px-6">
      <Notice tone="warn">{t('app.offline')}</Notice>
    </div>
  );
}
