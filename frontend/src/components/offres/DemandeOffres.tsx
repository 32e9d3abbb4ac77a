import { useQuery } from 'convex/react';
import { api } from '../../api/generated';
import type { Demande } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { EmptyState } from '../../ui/EmptyState';
import { Notice } from '../../ui/Notice';
import { Skeleton } from '../../ui/Skeleton';
import { OffreCard } from './OffreCard';
import { OffreForm } from './OffreForm';
import { ReceivedActions } from './ReceivedActions';
import { SentActions } from './SentActions';

/** Beside one's own demande: the offres it received. */
export function OwnerOffres({ demande }: { demande: Demande }) {
  const { t } = useWords();
  const offres = useQuery(api.offres.listForDemande, { demandeId: demande._id });
  if (offres === undefined) return <Skeleton label={t('app.loading')} />;
  if (offres.length === 0) return <EmptyState of="offres" text={demande.status === 'open' ? t('req.yours.wait') : t('req.closed')} />;
  return (
    <div className="flex flex-col gap-4">
      {offres.map((offre) => (
        <OffreCard key={offre._id} offre={offre}>
          {offre.status === 'pending' && <ReceivedActions offreId={offre._id} />}
        </OffreCard>
      ))}
    </div>
  );
}

/** Beside someone else's: one's own offre, or the form to make one. */
export function VisitorOffres({ demande }: { demande: Demande }) {
  const { t } = useWords();
  const offres = useQuery(api.offres.listForDemande, { demandeId: demande._id });
  if (offres === undefined) return <Skeleton rows={1} label={t('app.loading')} />;
  const waiting = offres.some((offre) => offre.status === 'pending');
  return (
    <div className="flex flex-col gap-4">
      {waiting && <Notice tone="info">{t('offer.sent')}</Notice>}
      {offres.map((offre) => (
        <OffreCard key={offre._id} offre={offre}>
          {offre.status === 'pending' && <SentActions offreId={offre._id} />}
        </OffreCard>
      ))}
      {demande.status !== 'open' ? (
        offres.length === 0 && <EmptyState of="offres" text={t('req.closed')} />
      ) : (
        !waiting && <OffreForm demande={demande} />
      )}
    </div>
  );
}
