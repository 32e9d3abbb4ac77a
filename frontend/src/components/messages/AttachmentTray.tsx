import { Paperclip, X } from 'lucide-react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { inputStyles } from '../../ui/inputStyles';
import type { Attachment, Outbox } from './outbox';

interface AttachmentTrayProps {
  attachments: readonly Attachment[];
  outbox: Outbox;
  onRemove: (id: string) => void;
}

/** The files that leave with the next « Envoyer », and what is said about each picture. */
export function AttachmentTray({ attachments, outbox, onRemove }: AttachmentTrayProps) {
  const { t, size } = useWords();
  if (attachments.length === 0) return null;
  return (
    <ul aria-label={t('file.chosen')} className="flex max-h-56 flex-col gap-2 overflow-y-auto">
      {attachments.map(({ id, file, preview, legende }) => (
        <li key={id} className="flex items-center gap-3 rounded-xl border border-line bg-card p-2">
          {preview === null ? (
            <span className="flex size-14 shrink-0 items-center justify-center rounded-lg bg-sunken text-muted">
              <Paperclip aria-hidden size={22} />
            </span>
          ) : (
            <img src={preview} alt="" className="size-14 shrink-0 rounded-lg bg-sunken object-cover" />
          )}
          <div className="min-w-0 flex-1">
            <p className="flex gap-2 text-sm">
              <span className="truncate font-medium">{file.name}</span>
              <span className="shrink-0 text-muted">{size(file.size)}</span>
            </p>
            {preview !== null && (
              <input
                aria-label={t('file.caption', { nom: file.name })}
                placeholder={t('file.caption.short')}
                value={legende}
                maxLength={500}
                onChange={(event) => outbox.describe(id, event.target.value)}
                className={`${inputStyles} mt-1`}
              />
            )}
          </div>
          <Button tone="quiet" size="icon" aria-label={t('file.remove', { nom: file.name })} onPress={() => onRemove(id)}>
            <X aria-hidden size={20} />
          </Button>
        </li>
      ))}
    </ul>
  );
}
