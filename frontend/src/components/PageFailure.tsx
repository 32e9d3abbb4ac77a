import { refusalOf } from '../api/refusal';
import { sayRefusal } from '../i18n/refusals';
import { useWords } from '../i18n/words';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';

/** Instead of a page that could not be shown: what happened, and a way on. */
export function PageFailure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const words = useWords();
  return (
    <div className="mx-auto max-w-xl p-4">
      <Notice tone="error" actions={<Button onPress={onRetry}>{words.t('dev.retry')}</Button>}>
        {sayRefusal(words, refusalOf(error))}
      </Notice>
    </div>
  );
}
