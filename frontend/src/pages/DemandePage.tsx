import { useMutation, useQuery } from 'convex/react';
import { useAuth } from '../api/SessionProvider';
import type { Id } from '../api/generated';
import { api } from '../api/generated';
import { DemandeBadge } from '../components/demandes/DemandeBadge';
import { OwnerOffres, VisitorOffres } from '../components/offres/DemandeOffres';
import { useWords } from '../i18n/words';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { LinkButton } from '../ui/LinkButton';
import { PageTitle } from '../ui/PageTitle';
import { Skeleton } from '../ui/Skeleton';

export function DemandePage({ demandeId }: { demandeId: string }) {
  const { t, amount, ago } = useWords();
  const { isAuthenticated, isLoading } = useAuth();
  // The server checks what the address bar says; an id that is none is simply not found.
  const demande = useQuery(api.demandes.get, { demandeId: demandeId as Id<'demandes'> });
  const me = useQuery(api.users.me);
  const cancel = useMutation(api.demandes.cancel);

  if (demande === undefined) return <Skeleton label={t('app.loading')} />;
  if (demande === null) {
    return (
      <div className="flex flex-col items-center gap-6 py-16 text-center">
        <PageTitle documentTitle={t('req.gone')}>{t('req.gone')}</PageTitle>
        <LinkButton href="/">{t('dash.browse')}</LinkButton>
      </div>
    );
  }
  const isOwner = me?._id === demande.demandeur._id;
  return (
    <div className="grid items-start gap-8 lg:grid-cols-[1.2fr_1fr]">
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
      <section aria-label={t('nav.offres')} className="min-w-0">
        {isLoading || (isAuthenticated && me === undefined) ? (
          <Skeleton rows={1} label={t('app.loading')} />
        ) : !isAuthenticated ? (
          <EmptyState text={demande.status === 'open' ? t('req.yours.visitor') : t('req.closed')}>
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
