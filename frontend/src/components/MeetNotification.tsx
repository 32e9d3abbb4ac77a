import { useMutation, useQuery } from 'convex/react';
import { useEffect, useState } from 'react';
import { useRoute } from 'wouter';
import { useAuth } from '../api/SessionProvider';
import { api } from '../api/generated';
import type { ActiveMeet } from '../api/generated';
import { useWords } from '../i18n/words';
import { isQuiet } from '../lib/quietHours';
import { hideMeet, useHiddenMeets } from './hiddenMeets';
import { wasAnsweredHere } from './ring/answeredHere';
import { useRunningCall } from './meet/runningCall';
import { MeetCard } from './ring/MeetCard';
import { RingAnnouncement } from './ring/RingAnnouncement';
import { callAttention } from './ring/tabSignals';
import { thisDevice } from './ring/thisDevice';
import { useRingTone } from './ring/useRingTone';
import { sound, useSounds } from './sounds';

/**
 * The card of a running meeting, on every page but that meeting's own: bottom right, or a bar at
 * the top under 640 px. It takes no focus and has no time-out; × hides it on this device and refuses
 * nothing. While it rings, this device sounds, and tells the server what it really does.
 */
export function MeetNotification() {
  const { isAuthenticated } = useAuth();
  const meets = useQuery(api.meetSessions.getUserActiveMeetSessions, isAuthenticated ? {} : 'skip');
  const hidden = useHiddenMeets();
  const [, room] = useRoute('/meet/:sessionId');
  // Whoever is in the call sees it in the dock.
  const docked = useRunningCall(({ call }) => call?.sessionId);
  const [openedAt] = useState(Date.now);

  const away = (meets ?? []).filter((meet) => meet.status === 'active' && meet._id !== room?.sessionId && meet._id !== docked);
  const newestFirst = away.toSorted((a, b) => b.createdAt - a.createdAt);
  const isHidden = (meet: ActiveMeet) => hidden.includes(cardOf(meet));
  const ringing = newestFirst.find((meet) => meet.ring?.status === 'ringing') ?? null;
  const shown = newestFirst.filter((meet) => !isHidden(meet) && isWaitedFor(meet, openedAt));
  const newest = (ringing !== null && !isHidden(ringing) ? ringing : shown[0]) ?? null;
  const inCall = room !== null && (meets ?? []).some((meet) => meet._id === room.sessionId && meet.present.length > 0);

  const tone = useRinging(ringing, ringing !== null && isHidden(ringing), inCall);
  if (newest === null) return null;
  return (
    <>
      {newest === ringing && <RingAnnouncement key={`${cardOf(newest)} spoken`} meet={newest} />}
      <MeetCard
        key={cardOf(newest)}
        meet={newest}
        others={shown.length - 1}
        onHide={() => hideMeet(cardOf(newest))}
        {...(tone.isBlocked && newest === ringing && { onUnblock: tone.unblock })}
      />
    </>
  );
}

/** Both parties may use one device, one after the other; and who is rung again is called again. */
const cardOf = (meet: ActiveMeet) => `${meet._id}/${meet.role}/${meet.ring?.times ?? 0}`;

const freshly = 60_000; // ms

/** Not what was put off, nor what goes on or was just answered on another device. */
function isWaitedFor({ _id, ring, present, autre }: ActiveMeet, openedAt: number): boolean {
  if (present.some((person) => person !== autre._id)) return false;
  if (ring === null || ring.times === 0) return true;
  if (ring.status === 'snoozed') return false;
  return ring.status !== 'answered' || wasAnsweredHere(_id) || ring.since < openedAt - freshly;
}

/** Sounds, says so on the tab, and acknowledges: « shown » or « rings », as it is. */
function useRinging(meet: ActiveMeet | null, isHidden: boolean, inCall: boolean) {
  const { t } = useWords();
  const { ring, volume, quiet } = useSounds();
  const acknowledge = useMutation(api.meetSessions.ringShown);
  const calls = meet !== null && !isHidden;
  const sounds = ring && volume > 0 && !isQuiet(quiet, new Date());
  const { tone, unblock } = useRingTone(calls && sounds && !inCall, volume);

  const nom = meet?.autre.name;
  useEffect(() => {
    if (calls && nom !== undefined) return callAttention(t('ring.tab', { nom }));
  }, [calls, nom, t]);

  const sessionId = meet?._id;
  const times = meet?.ring?.times;
  useEffect(() => {
    if (calls && inCall && sounds) sound('knock');
  }, [calls, inCall, sounds, sessionId, times]);

  useEffect(() => {
    if (sessionId === undefined || tone === 'elsewhere') return;
    // Too late is no error; a lost connection sends it when it is back.
    acknowledge({ sessionId, device: thisDevice(), sign: tone === 'sounds' ? 'rings' : 'shown' }).catch(() => undefined);
  }, [acknowledge, sessionId, times, tone]);

  return { isBlocked: tone === 'blocked', unblock };
}
