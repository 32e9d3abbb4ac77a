import { useMutation } from 'convex/react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api/generated';
import type { Id } from '../../api/generated';
import { refusalOf } from '../../api/refusal';
import { sayRefusal } from '../../i18n/refusals';
import { useWords } from '../../i18n/words';

export type Decision = 'accepted' | 'rejected' | 'withdrawn';

/** Decides about one offre. Accepting leads at once to the meeting that it opened. */
export function useOffreDecision(offreId: Id<'offres'>, beforeLeaving?: () => void) {
  const words = useWords();
  const [, navigate] = useLocation();
  const update = useMutation(api.offres.updateOffreStatus);
  const [pending, setPending] = useState<Decision | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function decide(status: Decision) {
    setPending(status);
    setProblem(null);
    try {
      const acceptance = await update({ offreId, status });
      if (acceptance === null) return;
      beforeLeaving?.();
      navigate(`/meet/${acceptance.meetSessionId}`);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.code === 'conflict') setProblem(words.t(status === 'accepted' ? 'offer.already' : 'offer.gone'));
      else if (refusal.code === 'not_found') setProblem(words.t('offer.gone'));
      else setProblem(sayRefusal(words, refusal));
    } finally {
      setPending(null);
    }
  }

  return { decide, pending, problem };
}
