import { usePaginatedQuery } from 'convex/react';
import { api } from '../api/generated';
import { PastMeets } from '../components/history/PastMeets';
import { useWords } from '../i18n/words';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { PageTitle } from '../ui/PageTitle';
import { Skeleton } from '../ui/Skeleton';

const pageSize = 30;

export function Historique() {
  const { t } = useWords();
  const page = usePaginatedQuery(api.meetSessions.history, {}, { initialNumItems: pageSize });
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-6">
      <PageTitle documentTitle={t('hist.h1')}>{t('hist.h1')}</PageTitle>
      {page.status === 'LoadingFirstPage' ? (
        <Skeleton label={t('app.loading')} />
      ) : page.results.length === 0 ? (
        <EmptyState text={t('hist.empty')} />
      ) : (
        <PastMeets meets={page.results} />
      )}
      {page.status === 'CanLoadMore' && <Button onPress={() => page.loadMore(pageSize)}>{t('app.more')}</Button>}
    </div>
  );
}
