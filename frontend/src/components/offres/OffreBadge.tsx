import type { OffreStatus } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Badge } from '../../ui/Badge';

const looks = {
  pending: { key: 'offer.status.pending', tone: 'warn' },
  accepted: { key: 'offer.status.accepted', tone: 'good' },
  rejected: { key: 'offer.status.rejected', tone: 'neutral' },
  withdrawn: { key: 'offer.status.withdrawn', tone: 'neutral' },
} as const;

export function OffreBadge({ status }: { status: OffreStatus }) {
  const { t } = useWords();
  const { key, tone } = looks[status];
  return <Badge tone={tone}>{t(key)}</Badge>;
}
