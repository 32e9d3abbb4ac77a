import { usePaginatedQuery } from 'convex/react';
import { useDeferredValue, useState } from 'react';
import { api } from '../api/generated';
import { PastMeets } from '../components/history/PastMeets';
import { useWords } from '../i18n/words';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { PageTitle } from '../ui/PageTitle';
import { SearchBox } from '../ui/SearchBox';
import { Skeleton } from '../ui/Skeleton';

const pageSize = 30;

export function Historique() {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const recherche = useDeferredValue(typed.trim());
  const page = usePaginatedQuery(api.meetSessions.history, recherche === '' ? {} : { recherche }, { initialNumItems: pageSize });
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <PageTitle documentTitle={t('hist.h1')}>{t('hist.h1')}</PageTitle>
        <SearchBox label={t('hist.search')} placeholder={t('hist.search.placeholder')} value={typed} onChange={setTyped} className="sm:w-72" />
      </div>
      {page.status === 'LoadingFirstPage' ? (
        <Skeleton label={t('app.loading')} />
      ) : page.results.length === 0 ? (
        <EmptyState of={recherche === '' ? 'calls' : 'matches'} text={recherche === '' ? t('hist.empty') : t('hist.noMatch', { recherche })} />
      ) : (
        <PastMeets meets={page.results} />
      )}
      {page.status === 'CanLoadMore' && <Button onPress={() => page.loadMore(pageSize)}>{t('app.more')}</Button>}
    </div>
  );
}
