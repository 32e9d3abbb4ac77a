import { useState } from 'react';
import type { Id, Ring } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { RingChoices } from '../ring/RingChoices';
import { useRingNews } from '../ring/useRingNews';
import { useNow } from './useNow';

export interface WaitedFor {
  name: string;
  avatarUrl: string | null;
  /** Their connection is being made. */
  isComing: boolean;
  /** They were here before. */
  hasLeft: boolean;
  sessionId: Id<'meetSessions'>;
  /** How they are being called. */
  ring: Ring | null;
}

/** Over the stage while alone: who is awaited, since when, what is known of it, and what one can do. */
export function WaitingPanel({ autre }: { autre: WaitedFor }) {
  const { t, duration } = useWords();
  const [since] = useState(Date.now);
  const now = useNow();
  const nom = autre.name;
  const news = useRingNews(nom, autre.ring);
  // Who has been here and left answered long ago: news are only what came of ringing again.
  const isCalled = autre.ring !== null && (!autre.hasLeft || autre.ring.status !== 'answered');
  const [title, detail] = autre.isComing
    ? [t('wait.inLobby', { nom }), null]
    : isCalled && news !== null
      ? [news.title, news.detail]
      : autre.hasLeft
        ? [t('net.remoteLeft', { nom }), t('net.remoteLeft.sub')]
        : [t('wait.alone', { nom }), t('wait.alone.told')];
  return (
    <div className="flex size-full flex-col items-center justify-center gap-5 rounded-2xl bg-card p-6 pb-40 text-center sm:pb-6">
      <Avatar name={nom} url={autre.avatarUrl} size={96} />
      <div role="status">
        <p className="text-xl font-bold">{title}</p>
        {detail !== null && <p className="mx-auto mt-2 max-w-sm text-muted">{detail}</p>}
      </div>
      {!autre.isComing && <RingChoices sessionId={autre.sessionId} ring={autre.ring} canCancel={!autre.hasLeft} />}
      <p className="text-sm text-muted tabular-nums">{t('wait.since', { duree: duration(Math.max(1000, now - since)) })}</p>
    </div>
  );
}
