import { PhoneOff, X } from 'lucide-react';
import { Link } from 'wouter';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { useFlash } from '../flash';

/** Said once, after a call: how it ended. */
export function CallEndedNotice() {
  const { t } = useWords();
  const { flash, dismiss } = useFlash();
  if (flash === null) return null;
  return (
    <div role="status" className="flex items-center gap-3 rounded-2xl bg-tint py-2 pr-2 pl-4 text-on-tint">
      <PhoneOff aria-hidden size={20} className="shrink-0" />
      <p className="min-w-0 flex-1">
        <strong>{flash.text}</strong> ·{' '}
        <Link href={flash.href} className="underline underline-offset-4">
          {flash.titre}
        </Link>
      </p>
      <Button tone="quiet" size="icon" className="text-on-tint!" aria-label={t('end.dismiss')} onPress={dismiss}>
        <X aria-hidden size={20} />
      </Button>
    </div>
  );
}
