import { Link } from 'wouter';
import type { Demande } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { DemandeBadge } from './DemandeBadge';

/** One demande in a list; the whole card is the link. `own` leaves out who posted it. */
export function DemandeCard({ demande, own = false }: { demande: Demande; own?: boolean }) {
  const { t, amount, ago } = useWords();
  return (
    <article className="group relative flex h-full flex-col gap-3 rounded-2xl border border-line bg-card p-5 shadow-lift transition-colors hover:border-mark">
      <div className="flex items-start justify-between gap-4">
        <h3 className="min-w-0 text-lg font-semibold wrap-anywhere">
          <Link href={`/demandes/${demande._id}`} className="after:absolute after:inset-0 after:rounded-2xl">
            {demande.titre}
          </Link>
        </h3>
        <span className="shrink-0 text-lg font-bold tabular-nums text-mark">{amount(demande.prix, demande.devise)}</span>
      </div>
      {!own && <p className="line-clamp-2 text-muted">{demande.description}</p>}
      <div className="mt-auto flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-muted">
        {own ? (
          <DemandeBadge status={demande.status} />
        ) : (
          <span className="flex min-w-0 items-center gap-2">
            <Avatar name={demande.demandeur.name} url={demande.demandeur.avatarUrl} size={24} />
            <span className="truncate">{demande.demandeur.name}</span>
          </span>
        )}
        <span>{t('req.offers', { n: demande.nombreOffres })}</span>
        <time dateTime={new Date(demande._creationTime).toISOString()}>{ago(demande._creationTime)}</time>
      </div>
    </article>
  );
}
