import { useMutation } from 'convex/react';
import { ChevronDown } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { api } from '../../api/generated';
import type { ActiveMeet } from '../../api/generated';
import { refusalOf } from '../../api/refusal';
import { sayRefusal } from '../../i18n/refusals';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { inputStyles } from '../../ui/inputStyles';

const longestReason = 200; // characters, as the server takes them

/** « Pas maintenant »: ring again in five minutes, or decline and perhaps say why. */
export function NotNow({ meet }: { meet: ActiveMeet }) {
  const words = useWords();
  const { t } = words;
  const id = useId();
  const [step, setStep] = useState<'closed' | 'choices' | 'decline'>('closed');
  const [message, setMessage] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const snooze = useMutation(api.meetSessions.snooze);
  const decline = useMutation(api.meetSessions.decline);

  // What was pressed is gone with its step: the focus goes on to what has taken its place.
  const choices = useRef<HTMLDivElement>(null);
  const stepBefore = useRef(step);
  useEffect(() => {
    const moved = stepBefore.current !== step && stepBefore.current !== 'closed' && step !== 'closed';
    stepBefore.current = step;
    if (moved) choices.current?.querySelector<HTMLElement>('textarea, button:last-of-type')?.focus();
  }, [step]);

  async function send(move: Promise<null>) {
    setProblem(null);
    try {
      await move;
    } catch (error) {
      const refusal = refusalOf(error);
      // Decided on another device a moment ago: the card is on its way out.
      if (refusal.code !== 'conflict') setProblem(sayRefusal(words, refusal));
    }
  }

  return (
    <>
      <Button tone="quiet" className="flex-1 whitespace-nowrap" aria-expanded={step !== 'closed'} aria-controls={`${id}-choices`} onPress={() => setStep(step === 'closed' ? 'choices' : 'closed')}>
        {t('card.notNow')}
        <ChevronDown aria-hidden size={18} className={step === 'closed' ? '' : 'rotate-180'} />
      </Button>
      <div ref={choices} id={`${id}-choices`} className="order-last flex basis-full flex-col gap-2" hidden={step === 'closed'}>
        {step === 'choices' && (
          <>
            {meet.ring?.canSnooze === true && (
              <Button tone="plain" onPress={() => void send(snooze({ sessionId: meet._id }))}>
                {t('card.snooze')}
              </Button>
            )}
            <Button tone="plain" onPress={() => setStep('decline')}>
              {t('card.decline')}…
            </Button>
          </>
        )}
        {step === 'decline' && (
          <>
            <label htmlFor={`${id}-reason`} className="text-sm font-semibold">
              {t('card.reason', { nom: meet.autre.name })}
            </label>
            <textarea
              id={`${id}-reason`}
              rows={2}
              maxLength={longestReason}
              value={message}
              onChange={(event) => setMessage(event.target.value)}
              className={inputStyles}
            />
            <p className="text-sm text-muted">{t('card.decline.what')}</p>
            <div className="flex gap-2">
              <Button
                tone="danger"
                className="flex-1"
                onPress={() => void send(decline({ sessionId: meet._id, ...(message.trim() !== '' && { message: message.trim() }) }))}
              >
                {t('card.decline')}
              </Button>
              <Button tone="quiet" onPress={() => setStep('choices')}>
                {t('lobby.back')}
              </Button>
            </div>
          </>
        )}
        {problem !== null && (
          <p role="alert" className="text-sm font-medium text-on-error">
            {problem}
          </p>
        )}
      </div>
    </>
  );
}
