import { useMutation } from 'convex/react';
import { useId, useState } from 'react';
import { api } from '../api/generated';
import type { Id, MeetOutcome, Review } from '../api/generated';
import { refusalOf } from '../api/refusal';
import { sayRefusal } from '../i18n/refusals';
import { useWords } from '../i18n/words';
import { Button } from '../ui/Button';
import { inputStyles } from '../ui/inputStyles';
import { Notice } from '../ui/Notice';

const outcomes: readonly MeetOutcome[] = ['agreed', 'continued', 'dropped'];
const marks = [1, 2, 3, 4, 5] as const;
const longestRemark = 500; // characters

interface MeetReviewProps {
  sessionId: Id<'meetSessions'>;
  review: Review;
  /** Who has not met has nothing to rate. */
  hasMet: boolean;
}

/** What came of the call and how it was. Each choice is kept as it is made. */
export function MeetReview({ sessionId, review, hasMet }: MeetReviewProps) {
  const words = useWords();
  const { t } = words;
  const [said, setSaid] = useState<{ tone: 'info' | 'error'; text: string } | null>(null);
  const remarkId = useId();
  // What was chosen here counts at once; the server's word comes a moment later and says the same.
  const [chosen, setChosen] = useState<Partial<Review>>({});
  const shown = { ...review, ...chosen };
  const setOutcome = useMutation(api.meetSessions.setOutcome);
  const rate = useMutation(api.meetSessions.rate);

  async function keep(change: Partial<Review>, saving: Promise<null>) {
    setSaid(null);
    setChosen((before) => ({ ...before, ...change }));
    try {
      await saving;
      setSaid({ tone: 'info', text: t('end.saved') });
    } catch (error) {
      setChosen({});
      setSaid({ tone: 'error', text: sayRefusal(words, refusalOf(error)) });
    }
  }

  return (
    <div className="flex flex-col gap-6">
      <fieldset>
        <legend className="mb-3 text-lg font-bold">{t('end.next')}</legend>
        <div className="grid gap-2 sm:grid-cols-3">
          {outcomes.map((outcome) => (
            <label key={outcome} className={choice}>
              <input
                type="radio"
                name="outcome"
                checked={shown.outcome === outcome}
                onChange={() => void keep({ outcome }, setOutcome({ sessionId, outcome }))}
                className="size-5 shrink-0 accent-action"
              />
              {t(`end.outcome.${outcome}`)}
            </label>
          ))}
        </div>
      </fieldset>
      {hasMet && (
        <div role="group" aria-labelledby={`${remarkId}-rate`} className="flex flex-col gap-4">
          <h2 id={`${remarkId}-rate`} className="text-lg font-bold">
            {t('end.rate')}
          </h2>
          <Marks name={t('end.rate.sound')} value={shown.sound} onChange={(sound) => void keep({ sound }, rate({ sessionId, sound }))} />
          <Marks name={t('end.rate.picture')} value={shown.picture} onChange={(picture) => void keep({ picture }, rate({ sessionId, picture }))} />
          {(shown.sound !== null || shown.picture !== null) && (
            <form
              className="flex flex-col gap-1.5"
              onSubmit={(event) => {
                event.preventDefault();
                void keep({}, rate({ sessionId, remark: String(new FormData(event.currentTarget).get('remark')) }));
              }}
            >
              <label htmlFor={remarkId} className="font-semibold">
                {t('end.rate.why')}
              </label>
              <textarea id={remarkId} name="remark" rows={2} maxLength={longestRemark} defaultValue={review.remark} className={inputStyles} />
              <Button type="submit" className="self-start">
                {t('end.rate.save')}
              </Button>
            </form>
          )}
        </div>
      )}
      {said?.tone === 'error' && <Notice tone="error">{said.text}</Notice>}
      <p className="text-sm text-muted" role="status">
        {said?.tone === 'info' ? said.text : t('end.private')}
      </p>
    </div>
  );
}

const choice =
  'flex min-h-11 cursor-pointer items-center gap-3 rounded-xl border border-border/60 px-4 py-2 font-medium hover:bg-sunken has-checked:bg-tint has-checked:font-bold has-checked:text-on-tint has-checked:outline-2 has-checked:-outline-offset-2 has-checked:outline-mark';

interface MarksProps {
  name: string;
  value: number | null;
  onChange: (mark: (typeof marks)[number]) => void;
}

/** From 1 to 5, each with its word; the chosen one's is shown. */
function Marks({ name, value, onChange }: MarksProps) {
  const { t } = useWords();
  const chosen = marks.find((mark) => mark === value);
  return (
    <fieldset>
      <legend className="mb-2 font-semibold">
        {name}
        {chosen !== undefined && <span className="font-normal text-muted"> · {t(`end.rate.${chosen}`)}</span>}
      </legend>
      <div className="grid max-w-80 grid-cols-5 gap-2">
        {marks.map((mark) => (
          <label key={mark} className={`${choice} justify-center px-0! has-focus-visible:outline-3! has-focus-visible:outline-offset-2! has-focus-visible:outline-ring!`}>
            <input
              type="radio"
              name={name}
              aria-label={`${mark}, ${t(`end.rate.${mark}`)}`}
              checked={value === mark}
              onChange={() => onChange(mark)}
              className="sr-only"
            />
            {mark}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
