import { usePaginatedQuery } from 'convex/react';
import { useDeferredValue, useState } from 'react';
import { api } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { SearchBox } from '../../ui/SearchBox';
import { Skeleton } from '../../ui/Skeleton';
import { DemandeCard } from './DemandeCard';

const pageSize = 12;

/** Every open demande, newest first, with a search; readable without an account. */
export function OpenDemandes() {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const recherche = useDeferredValue(typed.trim());
  const page = usePaginatedQuery(api.demandes.list, recherche === '' ? {} : { recherche }, { initialNumItems: pageSize });

  return (
    <section aria-labelledby="open-demandes">
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <h2 id="open-demandes" className="text-xl font-bold">
          {t('home.open')}
        </h2>
        <SearchBox label={t('home.search')} placeholder={t('home.search.placeholder')} value={typed} onChange={setTyped} className="sm:w-96" />
      </div>
      {page.status === 'LoadingFirstPage' ? (
        <Skeleton label={t('app.loading')} />
      ) : page.results.length === 0 ? (
        <EmptyState of={recherche === '' ? 'demandes' : 'matches'} text={recherche === '' ? t('home.empty') : t('home.noMatch', { recherche })} />
      ) : (
        <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {page.results.map((demande) => (
            <li key={demande._id} className="min-w-0">
              <DemandeCard demande={demande} />
            </li>
          ))}
        </ul>
      )}
      {page.status === 'CanLoadMore' && (
        <div className="mt-6 text-center">
          <Button onPress={() => page.loadMore(pageSize)}>{t('app.more')}</Button>
        </div>
      )}
    </section>
  );
}
