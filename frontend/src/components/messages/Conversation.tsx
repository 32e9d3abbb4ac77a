import { usePaginatedQuery } from 'convex/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../../api/generated';
import type { Id, Personne } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { ErrorBoundary } from '../../ui/ErrorBoundary';
import { Notice } from '../../ui/Notice';
import { Skeleton } from '../../ui/Skeleton';
import { Composer } from './Composer';
import { MessageLog } from './MessageLog';
import type { Refused } from './outbox';
import { useFileDrop } from './useFileDrop';
import { useOutbox } from './useOutbox';

const pageSize = 30;

interface ConversationProps {
  offreId: Id<'offres'>;
  me: Id<'users'>;
  autre: Personne;
}

/**
 * What the two of an accepted offre write to each other. Fills a column whose height its place gives;
 * whatever happens to it, the page or the call around it goes on.
 */
export function Conversation(props: ConversationProps) {
  const { t } = useWords();
  return (
    <ErrorBoundary
      resetKey={props.offreId}
      fallback={(_error, retry) => (
        <div className="p-4">
          <Notice tone="error" actions={<Button onPress={retry}>{t('dev.retry')}</Button>}>
            {t('err.generic')}
          </Notice>
        </div>
      )}
    >
      <LiveConversation {...props} />
    </ErrorBoundary>
  );
}

function LiveConversation({ offreId, me, autre }: ConversationProps) {
  const { t } = useWords();
  const ref = useRef<HTMLDivElement>(null);
  const { outbox, state } = useOutbox(me, offreId);
  const [refused, setRefused] = useState<Refused[]>([]);
  const page = usePaginatedQuery(api.messages.list, { offreId }, { initialNumItems: pageSize });
  const messages = useMemo(() => [...page.results].reverse(), [page.results]);
  const attach = (files: Iterable<File>) => setRefused(outbox.attach(files));
  const isDropping = useFileDrop(ref, attach);

  useEffect(() => {
    outbox.reconcile(messages.filter((message) => message.auteurId === me));
  }, [outbox, messages, me]);

  return (
    <div ref={ref} className="relative flex min-h-0 flex-1 flex-col">
      {page.status === 'LoadingFirstPage' ? (
        <div className="min-h-0 flex-1 overflow-hidden p-4">
          <Skeleton rows={3} label={t('app.loading')} />
        </div>
      ) : (
        <MessageLog
          messages={messages}
          outgoing={state.outgoing}
          outbox={outbox}
          me={me}
          autre={autre}
          seenKey={`${me}.${offreId}`}
          older={{ isThere: page.status === 'CanLoadMore', isLoading: page.status === 'LoadingMore', load: () => page.loadMore(pageSize) }}
        />
      )}
      <Composer
        state={state}
        outbox={outbox}
        refused={refused}
        onAttach={attach}
        onSend={() => {
          setRefused([]);
          outbox.sendAll(page.status === 'LoadingFirstPage' ? null : (messages.at(-1)?._creationTime ?? 0));
        }}
      />
      {isDropping && (
        <p className="pointer-events-none absolute inset-2 z-10 flex items-center justify-center rounded-2xl border-2 border-dashed border-mark bg-tint p-4 text-center font-semibold text-on-tint">
          {t('chat.drop')}
        </p>
      )}
    </div>
  );
}
