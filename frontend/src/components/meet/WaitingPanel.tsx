import { useEffect, useRef, useState } from 'react';
import type { Id, Ring } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
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

const asksAfter = 10 * 60_000; // ms alone
const closesAfter = 2 * 60_000; // ms without an answer

/** Over the stage while alone: who is awaited, since when, what is known of it, and what one can do. */
export function WaitingPanel({ autre, onGiveUp }: { autre: WaitedFor; onGiveUp: () => void }) {
  const { t, duration } = useWords();
  const [since] = useState(Date.now);
  const now = useNow();
  const [stayed, setStayed] = useState(since);
  const left = stayed + asksAfter + closesAfter - now;
  const isDue = left <= 0;
  const giveUp = useRef(onGiveUp);
  useEffect(() => {
    giveUp.current = onGiveUp;
  });
  useEffect(() => {
    if (isDue) giveUp.current();
  }, [isDue]);
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
      {left <= closesAfter && (
        <div role="alert" className="flex flex-col items-center gap-3 rounded-2xl bg-warn px-5 py-4 text-on-warn">
          {/* In steps of 30 s: a text that changes each second cannot be listened to. */}
          <p className="font-medium">{t('wait.still', { duree: duration(Math.max(1, Math.ceil(left / 30_000)) * 30_000) })}</p>
          <Button onPress={() => setStayed(Date.now())}>{t('wait.stay')}</Button>
        </div>
      )}
      <p className="text-sm text-muted tabular-nums">{t('wait.since', { duree: duration(Math.max(1000, now - since)) })}</p>
    </div>
  );
}
