import { Paperclip } from 'lucide-react';
import { sayRefusal } from '../../i18n/refusals';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { useOnline } from '../useOnline';
import { bubbleStyles, rowStyles } from './bubbleStyles';
import type { Outgoing } from './outbox';

const barStyles =
  'h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-mark [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-mark';

interface OutgoingBubbleProps {
  item: Outgoing;
  onRetry: () => void;
  onDiscard: () => void;
}

/** A message that the server does not have yet, and what happens to it. */
export function OutgoingBubble({ item: { texte, file, status, progress, problem }, onRetry, onDiscard }: OutgoingBubbleProps) {
  const words = useWords();
  const { t, size } = words;
  const isOnline = useOnline();
  const hasFailed = status === 'failed';
  return (
    <li className={rowStyles({ side: 'mine' })}>
      <span className="sr-only">{t('call.self')}</span>
      {file !== null && (
        <div className="flex w-72 max-w-full flex-col gap-2 rounded-2xl border border-line bg-card px-3 py-2 text-ink">
          <div className="flex items-center gap-2">
            <Paperclip aria-hidden size={18} className="shrink-0 text-muted" />
            <span className="min-w-0 flex-1 truncate font-medium">{file.nom}</span>
            <span className="shrink-0 text-sm text-muted">{size(file.taille)}</span>
          </div>
          {status === 'uploading' && <progress aria-label={t('file.progress', { nom: file.nom })} value={progress} className={barStyles} />}
        </div>
      )}
      {texte !== null && <p className={`${bubbleStyles({ side: hasFailed ? 'failed' : 'mine' })} wrap-anywhere whitespace-pre-wrap`}>{texte}</p>}
      <div className="flex flex-wrap items-center justify-end gap-x-1 text-sm">
        <span className={hasFailed ? 'pr-1 font-medium text-on-error' : 'pr-1 text-muted'}>
          {hasFailed ? `${t('chat.failed')}${problem === null ? '' : ` ${sayRefusal(words, problem)}`}` : t(isOnline ? 'chat.sending' : 'chat.waiting')}
        </span>
        {hasFailed && (
          <Button tone="quiet" className="px-3! text-sm!" onPress={onRetry}>
            {t('dev.retry')}
          </Button>
        )}
        {(hasFailed || status === 'uploading') && (
          <Button tone="quiet" className="px-3! text-sm!" onPress={onDiscard}>
            {t(hasFailed ? 'chat.delete' : 'file.cancel')}
          </Button>
        )}
      </div>
    </li>
  );
}
