import { ArrowDown } from 'lucide-react';
import { Fragment, useEffect, useRef } from 'react';
import type { Id, Message, Personne } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { MessageBubble } from './MessageBubble';
import type { Outbox, Outgoing } from './outbox';
import { OutgoingBubble } from './OutgoingBubble';
import { markSeen, useSeen } from './seen';
import { timeline } from './timeline';
import { useReading } from './useReading';

interface MessageLogProps {
  /** Oldest first. */
  messages: readonly Message[];
  outgoing: readonly Outgoing[];
  outbox: Outbox;
  me: Id<'users'>;
  autre: Personne;
  seenKey: string;
  older: { isThere: boolean; isLoading: boolean; load: () => void };
}

/** The messages, the newest at the bottom. Readers hear new ones; nothing jumps for who has scrolled up. */
export function MessageLog({ messages, outgoing, outbox, me, autre, seenKey, older }: MessageLogProps) {
  const { t, day } = useWords();
  const ref = useRef<HTMLDivElement>(null);
  const { isAtEnd, isReading } = useReading(ref);
  const seen = useSeen(seenKey);
  const newest = messages.at(-1)?._creationTime ?? 0;
  const shown = new Set(messages.map(({ _id }) => _id));
  const waiting = outgoing.filter(({ messageId }) => messageId === null || !shown.has(messageId));
  const unseen = messages.filter((message) => message.auteurId !== me && message._creationTime > seen).length;
  const lastIsMine = messages.at(-1)?.auteurId === me && waiting.length === 0;

  useEffect(() => {
    if (isReading) markSeen(seenKey, newest);
  }, [isReading, seenKey, newest]);
  // Who sends something sees it.
  useEffect(() => {
    if (waiting.length > 0 && ref.current !== null) ref.current.scrollTop = 0;
  }, [waiting.length]);

  /** For buttons that go away when pressed: the focus stays in the list. */
  function leaveTo(act: () => void) {
    act();
    ref.current?.focus({ preventScroll: true });
  }

  const isEmpty = messages.length === 0 && waiting.length === 0;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={ref}
        role="log"
        tabIndex={0}
        aria-label={t('chat.with', { nom: autre.name })}
        aria-busy={older.isLoading}
        className="flex min-h-0 flex-1 flex-col-reverse overflow-y-auto overscroll-contain px-4 py-3 -outline-offset-4!"
      >
        <div className={isEmpty ? 'my-auto' : ''}>
          {older.isThere && (
            <div className="flex justify-center pb-2">
              <Button tone="quiet" onPress={() => leaveTo(older.load)}>
                {t('chat.older')}
              </Button>
            </div>
          )}
          {isEmpty && <p className="mx-auto max-w-72 text-center text-muted">{t('chat.empty', { nom: autre.name })}</p>}
          <ol className="flex flex-col gap-1">
            {timeline(messages).map(({ message, isNewDay, isFirst }) => (
              <Fragment key={message._id}>
                {isNewDay && <li className="py-2 text-center text-sm font-semibold text-muted first-letter:uppercase">{day(message._creationTime)}</li>}
                <MessageBubble message={message} isMine={message.auteurId === me} isFirst={isFirst} autre={autre} />
              </Fragment>
            ))}
            {waiting.map((item) => (
              <OutgoingBubble key={item.id} item={item} onRetry={() => outbox.retry(item.id)} onDiscard={() => leaveTo(() => outbox.discard(item.id))} />
            ))}
            {lastIsMine && <li className="pr-1 text-right text-sm text-muted">{t('chat.sent')}</li>}
          </ol>
        </div>
      </div>
      {!isAtEnd && unseen > 0 && (
        <Button
          tone="action"
          className="absolute! bottom-3 left-1/2 -translate-x-1/2 rounded-full! shadow-float"
          onPress={() => leaveTo(() => ref.current?.scrollTo({ top: 0 }))}
        >
          <ArrowDown aria-hidden size={18} />
          {t('chat.new', { n: unseen })}
        </Button>
      )}
    </div>
  );
}
