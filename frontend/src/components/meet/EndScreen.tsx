import { useMutation, useQuery } from 'convex/react';
import { PhoneCall } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { api } from '../../api/generated';
import type { MeetSession } from '../../api/generated';
import { refusalOf } from '../../api/refusal';
import { sayRefusal } from '../../i18n/refusals';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { FacingPair } from '../../ui/FacingPair';
import { LinkButton } from '../../ui/LinkButton';
import { linkStyles } from '../../ui/linkStyles';
import { Notice } from '../../ui/Notice';
import { PageTitle } from '../../ui/PageTitle';
import { MeetReview } from '../MeetReview';
import { endingOf } from './ending';
import { setStaysAfterCall, staysAfterCall } from './stayAfterCall';
import { useNow } from './useNow';
import { useUntouched } from './useUntouched';

const resumable = 120_000; // ms after the end
const goesHomeAfter = 30_000; // ms without a touch

interface EndScreenProps {
  session: MeetSession;
  /** The call ended before this person's eyes: only then does the page leave by itself. */
  wasHere: boolean;
}

/** What both see once a call is over: how it ended, what comes of it, how it was, and the way back. */
export function EndScreen({ session, wasHere }: EndScreenProps) {
  const words = useWords();
  const { t, duration } = words;
  const summary = useQuery(api.meetSessions.getSummary, { sessionId: session._id }) ?? null;
  const { title, why } = endingOf(words, session, summary);
  const isCounted = summary !== null && summary.endedAt !== null;
  return (
    <main className="flex min-h-dvh flex-col items-center bg-paper px-4 py-8 sm:justify-center sm:py-12">
      <div className="flex w-full max-w-2xl flex-col gap-6 rounded-3xl border border-line bg-card p-5 shadow-lift sm:p-9">
        <FacingPair className="h-9 self-start text-mark" />
        <div className="flex flex-col gap-2">
          <PageTitle documentTitle={title}>{title}</PageTitle>
          {why !== null && <p className="text-muted">{why}</p>}
          {/* Its place is kept until the time is known: nothing moves under a finger that is on its way. */}
          {(why === null || (isCounted && summary.togetherMs > 0)) && (
            <p className="min-h-7 text-lg font-semibold tabular-nums text-mark">
              {isCounted && t('end.together', { duree: duration(summary.togetherMs) })}
            </p>
          )}
          <p className="mt-1 flex items-center gap-3">
            <Avatar name={session.autre.name} url={session.autre.avatarUrl} size={32} />
            <span className="min-w-0 wrap-anywhere text-muted">
              <Link href={`/demandes/${session.demande._id}`} className={linkStyles}>
                {session.demande.titre}
              </Link>{' '}
              {t('card.with', { nom: session.autre.name })}
            </span>
          </p>
        </div>
        <WayBack isAutomatic={wasHere}>
          {/* Whoever has just said no is not called again at once. */}
          {session.ringAutre?.status !== 'declined' && <Resume session={session} wasHere={wasHere} />}
          <Link href={`/historique/${session._id}`} className={`${linkStyles} flex min-h-11 w-fit items-center`}>
            {t('end.page')}
          </Link>
          {isCounted && <MeetReview sessionId={session._id} review={summary.review} hasMet={summary.togetherMs > 0} />}
        </WayBack>
      </div>
    </main>
  );
}

/** The call can be taken up again for two minutes; `start` opens a new session on the same offre. */
function Resume({ session, wasHere }: EndScreenProps) {
  const words = useWords();
  const { t, duration } = words;
  const [, navigate] = useLocation();
  const start = useMutation(api.meetSessions.start);
  const [problem, setProblem] = useState<string | null>(null);
  const [isStarting, setStarting] = useState(false);
  const [seenAt] = useState(Date.now);
  const now = useNow();
  // Who saw it end needs no clock that agrees with the server's.
  const endedAt = wasHere ? seenAt : (session.endedAt ?? seenAt);
  const left = Math.min(resumable, endedAt + resumable - now);
  if (left <= 0) return null;

  async function resume() {
    setStarting(true);
    setProblem(null);
    try {
      const { meetSessionId } = await start({ offreId: session.offre._id });
      navigate(`/meet/${meetSessionId}`);
    } catch (error) {
      setProblem(sayRefusal(words, refusalOf(error)));
      setStarting(false);
    }
  }

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button isDisabled={isStarting} onPress={() => void resume()}>
          <PhoneCall aria-hidden size={18} />
          {t('end.resume')}
        </Button>
        {/* In steps of 30 s: a text that changes each second cannot be listened to. */}
        <p className="text-sm text-muted">{t('end.resume.left', { duree: duration(Math.ceil(left / 30_000) * 30_000) })}</p>
      </div>
      {problem !== null && <Notice tone="error">{problem}</Notice>}
    </div>
  );
}

/** One click, or by itself when nobody has touched anything. */
function WayBack({ isAutomatic, children }: { isAutomatic: boolean; children: ReactNode }) {
  const { t, duration } = useWords();
  const [, navigate] = useLocation();
  const [since] = useState(Date.now);
  const [stays, setStays] = useState(staysAfterCall);
  const isUntouched = useUntouched();
  const [wouldLeave] = useState(isAutomatic && !stays);
  const leaves = wouldLeave && isUntouched && !stays;
  const left = since + goesHomeAfter - useNow();
  const isDue = leaves && left <= 0;
  useEffect(() => {
    if (isDue) navigate('/dashboard', { replace: true });
  }, [isDue, navigate]);

  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <LinkButton href="/dashboard" tone="action">
          {t('end.home')}
        </LinkButton>
      </div>
      {/* Pressing it is a touch: that is all it takes. The row stays: what is below must not move under the press. */}
      {wouldLeave && (
        <div className="flex min-h-11 items-center gap-3">
          {leaves && <Button onPress={() => undefined}>{t('end.stay')}</Button>}
          <p className="min-w-0 text-sm text-muted tabular-nums">{leaves ? t('end.auto', { duree: duration(Math.max(1000, left)) }) : t('end.stays')}</p>
        </div>
      )}
      {children}
      <label className="flex min-h-11 w-fit items-center gap-3 border-t border-line pt-5 text-sm">
        <input
          type="checkbox"
          checked={stays}
          onChange={({ target: { checked } }) => {
            setStaysAfterCall(checked);
            setStays(checked);
          }}
          className="size-5 accent-action"
        />
        {t('end.stay.always')}
      </label>
    </>
  );
}
