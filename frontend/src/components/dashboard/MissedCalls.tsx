import { useMutation, useQuery } from 'convex/react';
import { PhoneMissed, X } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api/generated';
import type { MissedCall } from '../../api/generated';
import { refusalOf } from '../../api/refusal';
import { sayRefusal } from '../../i18n/refusals';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';

/** Calls that nobody answered, until they are answered or put away. */
export function MissedCalls() {
  const missed = useQuery(api.meetSessions.missedCalls);
  if (missed === undefined || missed.length === 0) return null;
  return (
    <ul className="flex flex-col gap-3">
      {missed.map((call) => (
        <li key={call.sessionId}>
          <Missed call={call} />
        </li>
      ))}
    </ul>
  );
}

function Missed({ call }: { call: MissedCall }) {
  const words = useWords();
  const { t, ago } = words;
  const [, navigate] = useLocation();
  const start = useMutation(api.meetSessions.start);
  const dismiss = useMutation(api.meetSessions.dismissMissed);
  const [problem, setProblem] = useState<string | null>(null);
  const nom = call.autre.name;
  const { sessionId, offreId } = call;

  async function callBack() {
    try {
      // While the meeting goes on, this is the one that it leads to.
      const { meetSessionId } = await start({ offreId });
      await dismiss({ sessionId });
      navigate(`/meet/${meetSessionId}`);
    } catch (error) {
      setProblem(sayRefusal(words, refusalOf(error)));
    }
  }

  return (
    <div className="flex flex-wrap items-center gap-4 rounded-2xl border border-line bg-card p-5 shadow-lift">
      <span className="flex size-11 shrink-0 items-center justify-center rounded-full bg-warn text-on-warn">
        <PhoneMissed aria-hidden size={22} />
      </span>
      <div className="min-w-0 flex-1 basis-56">
        <h3 className="font-semibold">{t('dash.missed', { nom, quand: ago(call.since) })}</h3>
        <p className="truncate text-muted">{call.demande.titre}</p>
        {problem !== null && <p role="alert">{problem}</p>}
      </div>
      <Button tone="plain" onPress={() => void callBack()}>
        {t('dash.missed.call', { nom })}
      </Button>
      <Button tone="quiet" size="icon" aria-label={t('dash.missed.hide')} onPress={() => void dismiss({ sessionId }).catch(() => undefined)}>
        <X aria-hidden size={20} />
      </Button>
    </div>
  );
}
