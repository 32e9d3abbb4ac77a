import type { Id } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import { useOffreDecision } from './useOffreDecision';

/** Take back an offre that has not been answered. */
export function SentActions({ offreId }: { offreId: Id<'offres'> }) {
  const { t } = useWords();
  const { decide, pending, problem } = useOffreDecision(offreId);
  return (
    <>
      {problem !== null && <Notice tone="error">{problem}</Notice>}
      <Button className="self-start" isPending={pending !== null} onPress={() => void decide('withdrawn')}>
        {t('offer.withdraw')}
      </Button>
    </>
  );
}
