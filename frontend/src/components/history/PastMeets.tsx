import { PhoneMissed, Video } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { PastMeet } from '../../api/generated';
import { useWords } from '../../i18n/words';

/** Ended calls, one line each. */
export function PastMeets({ meets, badge }: { meets: PastMeet[]; badge?: (meet: PastMeet) => ReactNode }) {
  const { t, moment, duration } = useWords();
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card shadow-lift">
      {meets.map((meet) => {
        const met = meet.togetherMs > 0;
        const Icon = met ? Video : PhoneMissed;
        return (
          <li key={meet._id} className="relative flex items-center gap-4 px-5 py-4 hover:bg-sunken/50">
            <span className="flex size-10 shrink-0 items-center justify-center rounded-full bg-sunken text-muted">
              <Icon aria-hidden size={20} />
            </span>
            <div className="min-w-0 flex-1">
              <p className="line-clamp-2 font-semibold wrap-anywhere">
                <Link href={`/historique/${meet._id}`} className="after:absolute after:inset-0">
                  {meet.demande.titre}
                </Link>
              </p>
              <p className="text-sm text-muted">
                {t('card.with', { nom: meet.autre.name })} · {moment(meet.createdAt)}
              </p>
              {badge?.(meet)}
            </div>
            <p className="shrink-0 text-right text-sm font-medium tabular-nums max-sm:max-w-24">
              {met
                ? duration(meet.togetherMs)
                : t(meet.status === 'cancelled' ? 'end.cancelled' : 'end.missed')}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
