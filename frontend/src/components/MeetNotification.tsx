import { useQuery } from 'convex/react';
import { Video, X } from 'lucide-react';
import { useId, useState } from 'react';
import { useLocation, useRoute } from 'wouter';
import { useAuth } from '../api/SessionProvider';
import { api } from '../api/generated';
import type { ActiveMeet } from '../api/generated';
import { useWords } from '../i18n/words';
import { Avatar } from '../ui/Avatar';
import { Button } from '../ui/Button';
import { hideMeet, readHiddenMeets } from './hiddenMeets';

/**
 * The card of a running meeting, on every page but that meeting's own: bottom right, or a bar at
 * the top under 640 px. It takes no focus and has no time-out; × hides it on this device
 * and refuses nothing.
 */
export function MeetNotification() {
  const { isAuthenticated } = useAuth();
  const meets = useQuery(api.meetSessions.getUserActiveMeetSessions, isAuthenticated ? {} : 'skip');
  const [hidden, setHidden] = useState(readHiddenMeets);
  const [, room] = useRoute('/meet/:sessionId');

  const shown = (meets ?? [])
    .filter((meet) => meet.status === 'active' && meet._id !== room?.sessionId && !hidden.includes(cardOf(meet)))
    .toSorted((a, b) => b.createdAt - a.createdAt);
  const newest = shown[0];
  if (newest === undefined) return null;
  return (
    <MeetCard
      key={newest._id}
      meet={newest}
      others={shown.length - 1}
      onHide={() => setHidden(hideMeet(cardOf(newest)))}
    />
  );
}

/** Both parties may use one device, one after the other: each closes their own card. */
const cardOf = (meet: ActiveMeet) => `${meet._id}/${meet.role}`;

interface MeetCardProps {
  meet: ActiveMeet;
  /** How many more wait behind this one. */
  others: number;
  onHide: () => void;
}

function MeetCard({ meet, others, onHide }: MeetCardProps) {
  const { t, ago } = useWords();
  const [, navigate] = useLocation();
  const id = useId();
  const nom = meet.autre.name;
  const isThere = meet.present.includes(meet.autre._id);

  return (
    <section
      role="alertdialog"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-about`}
      onKeyDown={(event) => event.key === 'Escape' && onHide()}
      className="sticky top-0 z-40 w-full animate-bar border-b-2 border-mark bg-card pt-[env(safe-area-inset-top)] text-ink shadow-float sm:fixed sm:top-auto sm:right-6 sm:bottom-6 sm:w-80 sm:animate-card sm:rounded-2xl sm:border-2 sm:pt-0 lg:w-90"
    >
      <div className="flex flex-col gap-3 p-4">
        <div className="flex items-start gap-3">
          <span className="flex size-10 shrink-0 items-center justify-center rounded-full bg-tint text-on-tint">
            <Video aria-hidden size={22} />
          </span>
          <div className="min-w-0">
            <h2 id={`${id}-title`} className="pr-9 font-bold">
              {t(meet.role === 'offreur' ? 'card.title.offreur' : 'card.title.demandeur')}
            </h2>
            <div id={`${id}-about`}>
              <p className="truncate font-medium">{meet.demande.titre}</p>
              <p className="mt-1 flex items-center gap-2 text-sm text-muted">
                <Avatar name={nom} url={meet.autre.avatarUrl} size={24} />
                <span className="min-w-0">
                  {isThere ? t('card.there', { nom }) : t('card.with', { nom })} · {ago(meet.createdAt)}
                </span>
              </p>
            </div>
          </div>
        </div>
        <div className="flex items-center gap-3">
          <Button tone="action" className="flex-1" onPress={() => navigate(`/meet/${meet._id}`)}>
            {t('card.join')}
          </Button>
          {others > 0 && <span className="text-sm text-muted">{t('card.more', { n: others })}</span>}
        </div>
      </div>
      <Button tone="quiet" size="icon" aria-label={t('card.close')} onPress={onHide} className="absolute top-[calc(env(safe-area-inset-top)+0.25rem)] right-1 sm:top-1">
        <X aria-hidden size={20} />
      </Button>
    </section>
  );
}
