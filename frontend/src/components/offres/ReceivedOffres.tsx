import { usePaginatedQuery } from 'convex/react';
import { api } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { EmptyState } from '../../ui/EmptyState';
import { LinkButton } from '../../ui/LinkButton';
import { Skeleton } from '../../ui/Skeleton';
import { OffreCard } from './OffreCard';
import { ReceivedActions } from './ReceivedActions';

const pageSize = 20;

interface ReceivedOffresProps {
  /** `pending`: only those that wait for an answer. */
  show: 'all' | 'pending';
  beforeLeaving?: () => void;
}

export function ReceivedOffres({ show, beforeLeaving }: ReceivedOffresProps) {
  const { t } = useWords();
  const page = usePaginatedQuery(api.offres.received, {}, { initialNumItems: pageSize });
  const offres = page.results.filter((offre) => show === 'all' || offre.status === 'pending');
  if (page.status === 'LoadingFirstPage') return <Skeleton label={t('app.loading')} />;
  return (
    <div className="flex flex-col gap-4">
      {offres.length === 0 && <EmptyState of="offres" text={t(show === 'all' ? 'offer.received.empty' : 'offer.none')} />}
      {offres.map((offre) => (
        <OffreCard key={offre._id} offre={offre} demande={offre.demande}>
          {offre.status === 'pending' && (
            <ReceivedActions offreId={offre._id} {...(beforeLeaving && { beforeLeaving })} />
          )}
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
