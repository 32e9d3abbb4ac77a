import type { DemandeStatus } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Badge } from '../../ui/Badge';

const texts = { open: 'req.status.open', assigned: 'req.status.assigned', cancelled: 'req.status.cancelled' } as const;

export function DemandeBadge({ status }: { status: DemandeStatus }) {
  const { t } = useWords();
  return <Badge tone={status === 'open' ? 'good' : 'neutral'}>{t(texts[status])}</Badge>;
}
