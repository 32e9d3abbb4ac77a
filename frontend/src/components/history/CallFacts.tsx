import type { ReactNode } from 'react';
import type { MeetSummary } from '../../api/generated';
import { useWords } from '../../i18n/words';

/** Who, when, how long, and at which price. */
export function CallFacts({ summary }: { summary: MeetSummary }) {
  const { t, amount, duration, moment } = useWords();
  const { autre, offre, endedAt, endedBy, joinedAt, autreJoinedAt, togetherMs } = summary;
  const by =
    endedBy === 'system' ? t('hist.endedBy.system') : endedBy === autre._id ? t('hist.endedBy.other', { nom: autre.name }) : t('hist.endedBy.you');
  const arrival = (at: number | null) => (at === null ? t('hist.notJoined') : moment(at));
  return (
    <Facts>
      <Fact name={t('hist.with')}>{autre.name}</Fact>
      <Fact name={t('hist.price')}>{amount(offre.prixPropose, offre.devise)}</Fact>
      <Fact name={t('hist.opened')}>{moment(summary.createdAt)}</Fact>
      <Fact name={t('hist.joined')}>{arrival(joinedAt)}</Fact>
      <Fact name={t('hist.joined.other', { nom: autre.name })}>{arrival(autreJoinedAt)}</Fact>
      {endedAt !== null && (
        <Fact name={t('hist.ended')}>
          {moment(endedAt)}, {by}
        </Fact>
      )}
      <Fact name={t('hist.together')}>{duration(togetherMs)}</Fact>
    </Facts>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="font-medium wrap-anywhere tabular-nums">{children}</dd>
    </div>
  );
}
