import { Info, X } from 'lucide-react';
import { useEffect } from 'react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { useToasts, type Toast } from './toasts';

const shownFor = 8_000; // ms

/** Over the stage, spoken politely, gone by themselves; they never take the focus. */
export function ToastList() {
  const { toasts } = useToasts();
  return (
    <div role="status" className="pointer-events-none absolute inset-x-3 top-2 z-30 flex flex-col items-center gap-2">
      {toasts.map((toast) => (
        <ToastItem key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastItem({ toast }: { toast: Toast }) {
  const { t } = useWords();
  const { remove } = useToasts();
  useEffect(() => {
    const timer = setTimeout(() => remove(toast.id), shownFor);
    return () => clearTimeout(timer);
  }, [toast.id, remove]);
  return (
    <div className="pointer-events-auto flex max-w-lg animate-fade items-center gap-3 rounded-xl border border-line bg-card py-1 pr-1 pl-4 text-sm font-medium shadow-float">
      <Info aria-hidden size={18} className="shrink-0 text-mark" />
      <span className="min-w-0 py-1.5">{toast.text}</span>
      <Button tone="quiet" size="icon" aria-label={t('call.dismiss')} onPress={() => remove(toast.id)}>
        <X aria-hidden size={18} />
      </Button>
    </div>
  );
}
