import { create } from 'zustand';
import type { Id } from '../../api/generated';
import type { MeetClient } from './engines/meetClient';

interface RunningCall {
  call: { sessionId: Id<'meetSessions'>; client: MeetClient } | null;
  /** The window above all others that shows this call. */
  floating: Window | null;
  hold: (sessionId: Id<'meetSessions'>, client: MeetClient) => void;
  /** Forgets this call, if it is still the one. */
  release: (client: MeetClient) => void;
}

/** The call that one is in: it outlives the page that shows it. One at a time: a second one leaves the first. */
export const useRunningCall = create<RunningCall>((set, get) => ({
  call: null,
  floating: null,
  hold: (sessionId, client) => {
    const before = get().call;
    set({ call: { sessionId, client } });
    if (before !== null && before.client !== client) before.client.leave();
  },
  release: (client) => {
    if (get().call?.client === client) set({ call: null });
  },
}));
