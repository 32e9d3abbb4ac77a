import { Paperclip, SendHorizontal } from 'lucide-react';
import { useId, useRef, type KeyboardEvent } from 'react';
import { useWords } from '../../i18n/words';
import { maxAttachments, maxFileSize } from '../../lib/files';
import { Button } from '../../ui/Button';
import { inputStyles } from '../../ui/inputStyles';
import { Notice } from '../../ui/Notice';
import { AttachmentTray } from './AttachmentTray';
import type { Outbox, OutboxState, Refused } from './outbox';

const maxLength = 4000; // characters, as the server counts them
const warnBelow = 200;

interface ComposerProps {
  state: OutboxState;
  outbox: Outbox;
  refused: readonly Refused[];
  onAttach: (files: Iterable<File>) => void;
  onSend: () => void;
}

/** Where one writes. Enter sends, Shift and Enter break the line; a text too long is told, never cut. */
export function Composer({ state: { draft, attachments }, outbox, refused, onAttach, onSend }: ComposerProps) {
  const { t } = useWords();
  const textRef = useRef<HTMLTextAreaElement>(null);
  const fileRef = useRef<HTMLInputElement>(null);
  const hintId = useId();
  const left = maxLength - [...draft.trim()].length;
  const canSend = left >= 0 && (draft.trim() !== '' || attachments.length > 0);

  function send() {
    if (!canSend) return;
    onSend();
    textRef.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <div className="flex shrink-0 flex-col gap-2 border-t border-line p-2 sm:p-3">
      <AttachmentTray
        attachments={attachments}
        outbox={outbox}
        onRemove={(id) => {
          outbox.detach(id);
          textRef.current?.focus();
        }}
      />
      <Refusals refused={refused} />
      <div className="flex items-end gap-1.5">
        <input
          ref={fileRef}
          type="file"
          multiple
          hidden
          data-testid="files"
          onChange={(event) => {
            onAttach(event.target.files ?? []);
            event.target.value = ''; // the same file can be chosen again
          }}
        />
        <Button tone="quiet" size="icon" aria-label={t('file.attach')} onPress={() => fileRef.current?.click()}>
          <Paperclip aria-hidden size={21} />
        </Button>
        <textarea
          ref={textRef}
          aria-label={t('chat.placeholder')}
          aria-describedby={hintId}
          aria-invalid={left < 0}
          placeholder={t('chat.placeholder')}
          rows={Math.min(5, draft.split('\n').length)}
          value={draft}
          onChange={(event) => outbox.setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          className={`${inputStyles} field-sizing-content max-h-36 flex-1 resize-none`}
        />
        <Button tone="action" size="icon" aria-label={t('chat.send')} isDisabled={!canSend} onPress={send}>
          <SendHorizontal aria-hidden size={20} />
        </Button>
      </div>
      <p id={hintId} className={left >= warnBelow ? 'sr-only' : left < 0 ? 'px-1 text-sm font-medium text-on-error' : 'px-1 text-sm text-muted'}>
        {left >= warnBelow ? t('chat.keys') : left < 0 ? t('chat.tooLong', { n: -left }) : t('chat.left', { n: left })}
      </p>
    </div>
  );
}

/** Which files were left out, and why: a sentence each kind of reason. */
function Refusals({ refused }: { refused: readonly Refused[] }) {
  const { t, size } = useWords();
  if (refused.length === 0) return null;
  const sentences = refused.map(({ nom, problem }) => {
    if (problem === 'tooBig') return t('file.tooBig', { nom, taille: size(maxFileSize) });
    return problem === 'empty' ? t('file.empty', { nom }) : t('file.tooMany', { n: maxAttachments });
  });
  return (
    <Notice tone="warn">
      {[...new Set(sentences)].map((sentence) => (
        <span key={sentence} className="block wrap-anywhere">
          {sentence}
        </span>
      ))}
    </Notice>
  );
}
