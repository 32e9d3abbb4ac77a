import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { DemandeResume, Offre } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { linkStyles } from '../../ui/linkStyles';
import { OffreBadge } from './OffreBadge';

interface OffreCardProps {
  offre: Omit<Offre, 'demandeId'>;
  /** Named where the page is not already about it. */
  demande?: DemandeResume;
  /** What can be done with it. */
  children?: ReactNode;
}

/** Who offers, at what price, in which words. */
export function OffreCard({ offre, demande, children }: OffreCardProps) {
  const { amount, ago } = useWords();
  return (
    <article aria-label={offre.offreur.name} className="flex flex-col gap-3 rounded-2xl border border-line bg-card p-5 shadow-lift">
      <div className="flex items-start gap-3">
        <Avatar name={offre.offreur.name} url={offre.offreur.avatarUrl} size={44} />
        <div className="min-w-0 flex-1">
          <p className="truncate font-semibold">{offre.offreur.name}</p>
          <p className="text-sm text-muted">{ago(offre._creationTime)}</p>
        </div>
        <div className="flex flex-col items-end gap-1">
          <span className="text-lg font-bold tabular-nums text-mark">{amount(offre.prixPropose, offre.devise)}</span>
          <OffreBadge status={offre.status} />
        </div>
      </div>
      {demande && (
        <p className="text-sm">
          <Link href={`/demandes/${demande._id}`} className={linkStyles}>
            {demande.titre}
          </Link>{' '}
          <span className="text-muted">· {amount(demande.prix, demande.devise)}</span>
        </p>
      )}
      <p className="whitespace-pre-line text-muted">{offre.message}</p>
      {children}
    </article>
  );
}
