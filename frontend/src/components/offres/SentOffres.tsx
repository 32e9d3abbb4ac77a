import { usePaginatedQuery } from 'convex/react';
import { api } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { LinkButton } from '../../ui/LinkButton';
import { Skeleton } from '../../ui/Skeleton';
import { OffreCard } from './OffreCard';
import { SentActions } from './SentActions';

const pageSize = 20;

export function SentOffres() {
  const { t } = useWords();
  const page = usePaginatedQuery(api.offres.sent, {}, { initialNumItems: pageSize });
  if (page.status === 'LoadingFirstPage') return <Skeleton label={t('app.loading')} />;
  if (page.results.length === 0) {
    return (
      <EmptyState of="offres" text={t('offer.sent.empty')}>
        <LinkButton href="/">{t('dash.browse')}</LinkButton>
      </EmptyState>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      {page.results.map((offre) => (
        <OffreCard key={offre._id} offre={offre} demande={offre.demande}>
          {offre.status === 'pending' && <SentActions offreId={offre._id} />}
          {offre.status === 'accepted' && (
            <LinkButton href={`/demandes/${offre.demandeId}`} className="self-start">
              {t('chat.open')}
            </LinkButton>
          )}
        </OffreCard>
      ))}
      {page.status === 'CanLoadMore' && <Button onPress={() => page.loadMore(pageSize)}>{t('app.more')}</Button>}
    </div>
  );
}
