import { ArrowUpLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useWords } from '../../i18n/words';
import { browserOf, systemOf } from '../../lib/agent';

const shownAfter = 2_000; // ms with the browser's question open

/** Points to where the browser asks, for whoever has not seen it. */
export function PromptHint({ isAsking }: { isAsking: boolean }) {
  const { t } = useWords();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (!isAsking) return;
    const timer = setTimeout(() => setLate(true), shownAfter);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [isAsking]);
  if (!isAsking || !isLate) return null;
  const system = systemOf(navigator.userAgent);
  const browser = browserOf(navigator.userAgent);
  const isOnTop = system !== 'ios' && system !== 'android' && (browser === 'firefox' || browser === 'chromium');
  return (
    <div
      role="status"
      className={`fixed z-40 flex max-w-sm animate-fade items-start gap-3 rounded-2xl bg-action p-4 font-semibold text-on-action shadow-float ${isOnTop ? 'top-4 left-4' : 'inset-x-4 top-4 mx-auto'}`}
    >
      {isOnTop && <ArrowUpLeft aria-hidden size={32} className="shrink-0" />}
      <p>{t(isOnTop ? `dev.prompt.${browser === 'firefox' ? 'firefox' : 'chromium'}` : 'dev.prompt.other')}</p>
    </div>
  );
}
