import type { Id } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import { useOffreDecision } from './useOffreDecision';

interface ReceivedActionsProps {
  offreId: Id<'offres'>;
  /** Called before the page changes, so that a dialog around this can close. */
  beforeLeaving?: () => void;
}

/** Accept or decline an offre that waits for an answer. */
export function ReceivedActions({ offreId, beforeLeaving }: ReceivedActionsProps) {
  const { t } = useWords();
  const { decide, pending, problem } = useOffreDecision(offreId, beforeLeaving);
  return (
    <>
      {problem !== null && <Notice tone="error">{problem}</Notice>}
      <div className="flex flex-wrap items-center gap-3">
        <Button tone="action" isPending={pending === 'accepted'} isDisabled={pending !== null} onPress={() => void decide('accepted')}>
          {t('offer.accept')}
        </Button>
        <Button isPending={pending === 'rejected'} isDisabled={pending !== null} onPress={() => void decide('rejected')}>
          {t('offer.decline')}
        </Button>
        <span className="text-sm text-muted">{t('offer.acceptSub')}</span>
      </div>
    </>
  );
}
