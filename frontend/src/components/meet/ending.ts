import type { MeetSession, MeetSummary } from '../../api/generated';
import type { Words } from '../../i18n/words';

export interface Ending {
  title: string;
  /** Why the two did not meet, or why it ended by itself. */
  why: string | null;
}

/** How a call ended, in words. `summary` comes a moment later than the end itself. */
export function endingOf({ t }: Words, session: MeetSession, summary: MeetSummary | null): Ending {
  const nom = session.autre.name;
  const isByOther = session.endedBy === session.autre._id;
  const isBySystem = session.endedBy === 'system';
  if (session.status === 'cancelled') {
    if (isBySystem) return { title: t('end.missed'), why: t('end.why.nobody') };
    const declined = session.ringAutre?.status === 'declined' ? session.ringAutre : null;
    if (declined !== null) return { title: t('wait.declined', { nom }), why: declined.message === null ? t('end.cancelled') : t('end.why.said', { message: declined.message }) };
    return { title: t('end.cancelled'), why: isByOther ? t('end.why.cancelledByOther', { nom }) : t('end.why.cancelledByYou') };
  }
  if (summary?.status === 'completed' && summary.togetherMs === 0) return { title: t('end.missed'), why: whyMissed({ t }, summary) };
  return {
    title: isByOther ? t('end.byOther', { nom }) : t('end.completed'),
    why: isBySystem ? t('end.why.gone') : null,
  };
}

function whyMissed({ t }: Pick<Words, 't'>, { joinedAt, autreJoinedAt, autre: { name: nom } }: MeetSummary): string {
  if (joinedAt !== null) return t('end.why.youWaited', { nom });
  return autreJoinedAt !== null ? t('end.why.otherWaited', { nom }) : t('end.why.neither');
}
