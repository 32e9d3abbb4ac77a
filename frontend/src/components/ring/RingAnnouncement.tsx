import { useEffect, useState } from 'react';
import type { ActiveMeet } from '../../api/generated';
import { useWords } from '../../i18n/words';

const spoken = 5_000; // ms; then it is not read again by whoever walks through the page

/** Says once who calls, to those who do not see the card. */
export function RingAnnouncement({ meet }: { meet: ActiveMeet }) {
  const { t } = useWords();
  const [isSaid, setSaid] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(true), spoken);
    return () => clearTimeout(timer);
  }, []);
  if (isSaid) return null;
  return (
    <p role="alert" className="sr-only">
      {t('card.sr', { nom: meet.autre.name, titre: meet.demande.titre })}
    </p>
  );
}
