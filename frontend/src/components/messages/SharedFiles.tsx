import { usePaginatedQuery } from 'convex/react';
import { api } from '../../api/generated';
import type { Id } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Skeleton } from '../../ui/Skeleton';
import { FileCard } from './FileCard';

const pageSize = 100; // messages

/** The files of a conversation, newest first, without the words between them. */
export function SharedFiles({ offreId }: { offreId: Id<'offres'> }) {
  const { t } = useWords();
  const page = usePaginatedQuery(api.messages.list, { offreId }, { initialNumItems: pageSize });
  if (page.status === 'LoadingFirstPage') return <Skeleton rows={1} label={t('app.loading')} />;
  const files = page.results.flatMap(({ _id, fichier }) => (fichier === undefined ? [] : [{ _id, fichier }]));
  return (
    <>
      {files.length === 0 && page.status === 'Exhausted' && <p className="text-muted">{t('hist.files.none')}</p>}
      <ul className="flex flex-wrap gap-3">
        {files.map(({ _id, fichier }) => (
          <li key={_id} className="min-w-0">
            <FileCard fichier={fichier} />
          </li>
        ))}
      </ul>
      {page.status === 'CanLoadMore' && (
        <Button className="self-start" onPress={() => page.loadMore(pageSize)}>
          {t('app.more')}
        </Button>
      )}
    </>
  );
}
