import { Video } from 'lucide-react';
import type { ActiveMeet } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { LinkButton } from '../../ui/LinkButton';

export function ActiveMeets({ meets }: { meets: ActiveMeet[] }) {
  const { t, ago } = useWords();
  return (
    <ul className="flex flex-col gap-3">
      {meets.map((meet) => (
        <li
          key={meet._id}
          className="flex flex-wrap items-center gap-4 rounded-2xl border-2 border-mark bg-card p-5 shadow-lift"
        >
          <span className="flex size-11 shrink-0 items-center justify-center rounded-full bg-tint text-on-tint">
            <Video aria-hidden size={22} />
          </span>
          <div className="min-w-0 flex-1 basis-56">
            <h3 className="font-semibold">{t('dash.live', { nom: meet.autre.name })}</h3>
            <p className="truncate text-muted">
              {meet.demande.titre} · {ago(meet.createdAt)}
            </p>
          </div>
          <LinkButton href={`/meet/${meet._id}`} tone="action">
            {t('dash.openRoom')}
          </LinkButton>
        </li>
      ))}
    </ul>
  );
}
