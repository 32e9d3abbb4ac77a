import { useAction, useMutation } from 'convex/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../../api/generated';
import type { Id } from '../../api/generated';
import { refusalOf } from '../../api/refusal';
import { sayRefusal } from '../../i18n/refusals';
import { useWords, type Words } from '../../i18n/words';
import { useMeetClientLoader } from './engines/MeetClientLoader';
import { MeetRefused, type EndReason, type MeetClient } from './engines/meetClient';
import { permissionOf } from './deviceProblem';
import { LocalMedia } from './localMedia';
import { usePreferences } from './preferences';
import { noteInCall, wasReloadedInCall } from './reentry';
import { useRunningCall } from './runningCall';

export type Meet =
  | { status: 'lobby'; problem: string | null }
  | { status: 'joining' }
  | { status: 'call'; client: MeetClient }
  | { status: 'interrupted'; reason: EndReason };

/** One person's way through one meeting: waiting room, call, and what can interrupt it. */
export function useMeet(sessionId: Id<'meetSessions'>) {
  const words = useWords();
  const load = useMeetClientLoader();
  const requestTicket = useAction(api.video.join);
  const endMeetSession = useMutation(api.meetSessions.endMeetSession).withOptimisticUpdate((store, ended) => {
    // Whoever hangs up is not called back to the same meeting by their own notification.
    const active = store.getQuery(api.meetSessions.getUserActiveMeetSessions, {});
    if (active) store.setQuery(api.meetSessions.getUserActiveMeetSessions, {}, active.filter((meet) => meet._id !== ended.sessionId));
  });
  const reportQuality = useMutation(api.meetSessions.reportQuality);
  const media = useMemo(() => new LocalMedia(usePreferences.getState().devices), []);
  const [entersAtOnce] = useState(() => wasReloadedInCall(sessionId));
  const [held] = useState(() => heldCall(sessionId));
  const [meet, setMeet] = useState<Meet>(() => {
    if (held !== null) return { status: 'call', client: held };
    return entersAtOnce ? { status: 'joining' } : { status: 'lobby', problem: null };
  });
  const running = useRef<MeetClient | null>(held);
  const enter = useRef(join);

  // The SDK is on its way while people look at themselves.
  useEffect(() => void load(), [load]);
  // A call goes on in the dock when its page is left; one that is only beginning does not.
  useEffect(
    () => () => {
      const client = running.current;
      if (client !== null && useRunningCall.getState().call?.client !== client) client.leave();
    },
    [],
  );
  // The call may have begun on an earlier visit to this page.
  const current = meet.status === 'call' ? meet.client : null;
  useEffect(() => {
    if (current === null) return;
    const look = () => {
      const { link } = current.snapshot();
      if (link.status !== 'ended' || running.current !== current) return;
      running.current = null;
      noteInCall(null);
      useRunningCall.getState().release(current);
      setMeet({ status: 'interrupted', reason: link.reason });
    };
    look();
    return current.subscribe(look);
  }, [current]);
  // A reload in the call comes back to it; so does, from the start, whoever prefers to go straight in.
  useEffect(() => {
    if (running.current !== null) return;
    if (entersAtOnce) return void enter.current();
    if (!usePreferences.getState().entersDirectly) return;
    let isGone = false;
    void Promise.all([permissionOf('microphone'), permissionOf('camera')]).then((permissions) => {
      if (!isGone && permissions.every((permission) => permission === 'granted')) void enter.current();
    });
    return () => {
      isGone = true;
    };
  }, [entersAtOnce]);

  async function join() {
    setMeet({ status: 'joining' });
    try {
      const [create, ticket] = await Promise.all([load(), requestTicket({ sessionId })]);
      const client = create();
      running.current = client;
      const stop = client.subscribe(() => {
        const { link } = client.snapshot();
        if (link.status !== 'ended') return;
        stop();
        const quality = client.measured();
        // Nobody waits for it: a summary that does not arrive is missing from the session's page.
        if (quality !== null) void reportQuality({ sessionId, ...quality }).catch(() => undefined);
      });
      await client.connect(ticket, media.take());
      if (running.current !== client) return;
      noteInCall(sessionId);
      useRunningCall.getState().hold(sessionId, client);
      setMeet({ status: 'call', client });
    } catch (error) {
      running.current = null;
      setMeet({ status: 'lobby', problem: joinProblem(words, error) });
      await media.open();
    }
  }

  /** Another connection for the same call. */
  function startOver() {
    leave();
    void join();
  }

  /** From an interruption back to the waiting room. */
  function comeBack() {
    setMeet({ status: 'lobby', problem: null });
  }

  function hangUp() {
    void endMeetSession({ sessionId });
    leave();
  }

  function leave() {
    if (running.current !== null) noteInCall(null);
    const client = running.current;
    running.current = null;
    if (client === null) return;
    useRunningCall.getState().release(client);
    client.leave();
  }

  return { meet, media, join, startOver, comeBack, hangUp, leave };
}

/** The call of this meeting that the dock has kept. */
function heldCall(sessionId: Id<'meetSessions'>): MeetClient | null {
  const { call } = useRunningCall.getState();
  return call?.sessionId === sessionId && call.client.snapshot().link.status !== 'ended' ? call.client : null;
}

function joinProblem(words: Words, error: unknown): string {
  if (!(error instanceof MeetRefused)) {
    const refusal = refusalOf(error);
    return refusal.code === 'not_found' || refusal.code === 'forbidden' ? words.t('err.notYours') : sayRefusal(words, refusal);
  }
  switch (error.reason) {
    case 'notAllowed':
      return words.t('err.notYours');
    case 'blocked':
      return words.t('net.blocked');
    case 'network':
      return words.t('err.network');
    default:
      return error.reason satisfies never;
  }
}
