import { ChevronLeft, Lock, SignalHigh, SignalLow, SignalMedium, SignalZero, Users, type LucideIcon } from 'lucide-react';
import { useWords } from '../../i18n/words';
import { formatClock } from '../../lib/time';
import { LinkButton } from '../../ui/LinkButton';
import type { Quality } from './engines/meetClient';
import { useNow } from './useNow';

const qualityLooks = {
  good: { Icon: SignalHigh, key: 'net.good' },
  fair: { Icon: SignalMedium, key: 'net.fair' },
  poor: { Icon: SignalLow, key: 'net.poor' },
  lost: { Icon: SignalZero, key: 'net.lost' },
} as const satisfies Record<Exclude<Quality, 'unknown'>, { Icon: LucideIcon; key: string }>;

interface CallHeaderProps {
  titre: string;
  nom: string;
  count: number;
  /** Since when both are in, in milliseconds since the epoch; null while alone. */
  liveSince: number | null;
  quality: Quality;
}

export function CallHeader({ titre, nom, count, liveSince, quality }: CallHeaderProps) {
  const { t } = useWords();
  return (
    <header data-region="header" className="flex h-12 shrink-0 items-center gap-3 px-3 pt-[env(safe-area-inset-top)] sm:h-14 sm:gap-4 sm:px-5">
      <LinkButton href="/dashboard" tone="quiet" size="icon" label={t('call.shrink')} className="-ml-2 rounded-full!">
        <ChevronLeft aria-hidden size={24} />
      </LinkButton>
      <div className="min-w-0 flex-1">
        <h1 title={titre} className="truncate leading-tight font-bold">
          {titre}
        </h1>
        <p className="truncate text-sm leading-tight text-muted">{t('card.with', { nom })}</p>
      </div>
      {liveSince === null ? (
        <span className="rounded-full bg-sunken px-2.5 py-0.5 text-sm font-semibold text-muted">{t('call.waiting')}</span>
      ) : (
        <span className="hidden items-center gap-2 rounded-full bg-sunken px-2.5 py-0.5 text-sm font-semibold sm:flex">
          <span aria-hidden className="size-2.5 animate-live rounded-full bg-danger ring-2 ring-danger/30" />
          {t('call.live')}
        </span>
      )}
      {liveSince !== null && <Elapsed since={liveSince} />}
      <span className="sr-only text-sm text-muted tabular-nums sm:not-sr-only sm:flex! sm:items-center sm:gap-1.5">
        <Users aria-hidden size={17} />
        {t('call.count', { n: count })}
      </span>
      {quality !== 'unknown' && <QualityMark quality={quality} />}
      <span title={t('call.encrypted')} className="hidden text-muted md:block">
        <Lock role="img" aria-label={t('call.encrypted')} size={17} />
      </span>
    </header>
  );
}

function Elapsed({ since }: { since: number }) {
  const { t } = useWords();
  const now = useNow();
  return (
    <span role="timer" aria-label={t('call.duration')} className="text-sm text-muted tabular-nums">
      {formatClock(now - since)}
    </span>
  );
}

function QualityMark({ quality }: { quality: Exclude<Quality, 'unknown'> }) {
  const { t } = useWords();
  const { Icon, key } = qualityLooks[quality];
  return (
    <span title={t(key)} className={quality === 'good' ? 'text-mark' : quality === 'fair' ? 'text-muted' : 'text-on-warn'}>
      <Icon role="img" aria-label={t(key)} size={19} />
    </span>
  );
}
