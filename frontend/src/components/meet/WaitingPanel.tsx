import { useState } from 'react';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { useNow } from './useNow';

export interface WaitedFor {
  name: string;
  avatarUrl: string | null;
  /** Their connection is being made. */
  isComing: boolean;
  /** They were here before. */
  hasLeft: boolean;
}

/** Over the stage while alone: who is awaited, since when, and that staying is fine. */
export function WaitingPanel({ autre }: { autre: WaitedFor }) {
  const { t, duration } = useWords();
  const [since] = useState(Date.now);
  const now = useNow();
  const nom = autre.name;
  const [title, detail] = autre.hasLeft
    ? [t('net.remoteLeft', { nom }), t('net.remoteLeft.sub')]
    : [autre.isComing ? t('wait.inLobby', { nom }) : t('wait.alone', { nom }), t('wait.told')];
  return (
    <div className="flex size-full flex-col items-center justify-center gap-5 rounded-2xl bg-card p-6 pb-40 text-center sm:pb-6">
      <Avatar name={nom} url={autre.avatarUrl} size={96} />
      <div role="status">
        <p className="text-xl font-bold">{title}</p>
        <p className="mx-auto mt-2 max-w-sm text-muted">{detail}</p>
      </div>
      <p className="text-sm text-muted tabular-nums">{t('wait.since', { duree: duration(Math.max(1000, now - since)) })}</p>
    </div>
  );
}
