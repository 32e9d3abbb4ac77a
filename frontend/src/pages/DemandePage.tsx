import { useMutation, useQuery } from 'convex/react';
import { useAuth } from '../api/SessionProvider';
import type { Demande, Id, Offre, Personne } from '../api/generated';
import { api } from '../api/generated';
import { DemandeBadge } from '../components/demandes/DemandeBadge';
import { Conversation } from '../components/messages/Conversation';
import { OwnerOffres, VisitorOffres } from '../components/offres/DemandeOffres';
import { useWords } from '../i18n/words';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { LinkButton } from '../ui/LinkButton';
import { NothingHere } from '../ui/NothingHere';
import { PageTitle } from '../ui/PageTitle';
import { Skeleton } from '../ui/Skeleton';

export function DemandePage({ demandeId }: { demandeId: string }) {
  const { t, amount, ago } = useWords();
  const { isAuthenticated, isLoading } = useAuth();
  // The server checks what the address bar says; an id that is none is simply not found.
  const demande = useQuery(api.demandes.get, { demandeId: demandeId as Id<'demandes'> });
  const me = useQuery(api.users.me);
  const offres = useQuery(api.offres.listForDemande, isAuthenticated && demande ? { demandeId: demande._id } : 'skip');
  const cancel = useMutation(api.demandes.cancel);

  if (demande === undefined) return <Skeleton label={t('app.loading')} />;
  if (demande === null) {
    return (
      <NothingHere title={t('req.gone')}>
        <LinkButton href="/">{t('dash.browse')}</LinkButton>
      </NothingHere>
    );
  }
  const isOwner = me?._id === demande.demandeur._id;
  const deal = me ? dealOf(demande, offres ?? [], me._id) : null;
  return (
    <div className={`grid items-start gap-8 lg:grid-cols-[1.2fr_1fr] ${deal ? 'lg:grid-rows-[auto_1fr]' : ''}`}>
      <article className="flex min-w-0 flex-col gap-5 rounded-3xl border border-line bg-card p-5 shadow-lift sm:p-8">
        <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
          <DemandeBadge status={demande.status} />
          <span>{t('req.offers', { n: demande.nombreOffres })}</span>
          <time dateTime={new Date(demande._creationTime).toISOString()}>{ago(demande._creationTime)}</time>
        </div>
        <PageTitle documentTitle={demande.titre}>{demande.titre}</PageTitle>
        <p>
          <span className="text-2xl font-bold tabular-nums text-mark">{amount(demande.prix, demande.devise)}</span>{' '}
          <span className="text-muted">{t('req.indicative')}</span>
        </p>
        <p className="whitespace-pre-line">{demande.description}</p>
        <div className="flex flex-wrap items-center gap-3 border-t border-line pt-5">
          <Avatar name={demande.demandeur.name} url={demande.demandeur.avatarUrl} />
          <span className="min-w-0 font-semibold">{demande.demandeur.name}</span>
          {isOwner && demande.status === 'open' && (
            <Button tone="quiet" className="ml-auto" onPress={() => void cancel({ demandeId: demande._id })}>
              {t('req.cancel')}
            </Button>
          )}
        </div>
      </article>
      {/* On wide screens it ends above the card of a running meeting, which is 24 px from the edge. */}
      {deal && me && (
        <section
          aria-labelledby="discussion"
          className="flex h-[min(40rem,80dvh)] min-h-88 min-w-0 flex-col overflow-hidden rounded-3xl border border-line bg-card shadow-lift lg:row-span-2 lg:h-[min(40rem,calc(100dvh-9rem-var(--below)))]"
        >
          <div className="flex shrink-0 items-center gap-3 border-b border-line px-5 py-3">
            <Avatar name={deal.autre.name} url={deal.autre.avatarUrl} size={36} />
            <div className="min-w-0">
              <h2 id="discussion" className="leading-tight font-bold">
                {t('chat.title')}
              </h2>
              <p className="truncate text-sm text-muted">{t('card.with', { nom: deal.autre.name })}</p>
            </div>
          </div>
          <Conversation offreId={deal.offreId} me={me._id} autre={deal.autre} />
        </section>
      )}
      <section aria-label={t('nav.offres')} className="min-w-0">
        {isLoading || (isAuthenticated && me === undefined) ? (
          <Skeleton rows={1} label={t('app.loading')} />
        ) : !isAuthenticated ? (
          <EmptyState of="offres" text={demande.status === 'open' ? t('req.yours.visitor') : t('req.closed')}>
            {demande.status === 'open' && (
              <LinkButton href={`/connexion?suite=/demandes/${demande._id}`} tone="action">
                {t('req.signInToOffer')}
              </LinkButton>
            )}
          </EmptyState>
        ) : isOwner ? (
          <OwnerOffres demande={demande} />
        ) : (
          <VisitorOffres demande={demande} />
        )}
      </section>
    </div>
  );
}

/** The accepted offre that this person is one of the two of. */
function dealOf(demande: Demande, offres: readonly Offre[], me: Id<'users'>): { offreId: Id<'offres'>; autre: Personne } | null {
  const accepted = offres.find((offre) => offre.status === 'accepted');
  if (accepted === undefined) return null;
  if (me === demande.demandeur._id) return { offreId: accepted._id, autre: accepted.offreur };
  return me === accepted.offreur._id ? { offreId: accepted._id, autre: demande.demandeur } : null;
}
