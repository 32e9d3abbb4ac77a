import type { Ring } from '../../api/generated';
import { useWords, type Words } from '../../i18n/words';
import { useNow } from '../meet/useNow';

/** What the caller may be told: nothing that a device or a person has not said. */
export interface RingNews {
  title: string;
  detail: string | null;
}

const patience = 8_000; // ms until « nous prévenons » becomes « aucun appareil »
const onTheirWay = 60_000; // ms from answering to being there

export function ringNews({ t, clock }: Pick<Words, 't' | 'clock'>, nom: string, ring: Ring, now: number): RingNews | null {
  const age = now - ring.since;
  switch (ring.status) {
    case 'ringing':
      if (ring.ringingOn > 0) return { title: t('wait.ringing', { nom }), detail: ring.ringingOn > 1 ? t('wait.ringingN', { n: ring.ringingOn }) : null };
      if (ring.shownOn > 0) return { title: t('wait.pushed', { nom }), detail: null };
      return age < patience ? { title: t('wait.sending', { nom }), detail: null } : { title: t('wait.unreachable'), detail: t('wait.alone.told') };
    case 'snoozed':
      return { title: t('wait.snoozed', { nom }), detail: ring.againAt === null ? null : t('wait.snoozed.at', { heure: clock(ring.againAt) }) };
    case 'answered':
      return age < onTheirWay ? { title: t('wait.inLobby', { nom }), detail: null } : null;
    case 'missed':
      return { title: t('wait.noAnswer'), detail: null };
    case 'declined':
      return { title: t('wait.declined', { nom }), detail: ring.message };
    case 'cancelled':
      return null;
    default:
      return ring.status satisfies never;
  }
}

export function useRingNews(nom: string, ring: Ring | null): RingNews | null {
  const words = useWords();
  const now = useNow();
  return ring === null ? null : ringNews(words, nom, ring, now);
}
