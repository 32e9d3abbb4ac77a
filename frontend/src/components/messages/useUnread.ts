import { useQueries } from 'convex/react';
import { useMemo } from 'react';
import { create } from 'zustand';
import { api } from '../../api/generated';
import type { Id, Message } from '../../api/generated';
import { useAllSeen, useSeen } from './seen';

const most = 20; // counted; nobody reads a greater number as a number
const newestDeals = 8; // whose messages are counted together

const newestOf = (offreId: Id<'offres'>) => ({ query: api.messages.list, args: { offreId, paginationOpts: { numItems: most, cursor: null } } });
const keyOf = (me: Id<'users'> | undefined, offreId: string) => `${me ?? ''}.${offreId}`;

/** A failure counts none: the page around it goes on. */
function pageOf<T>(result: { page: T[] } | Error | undefined): T[] {
  return result === undefined || result instanceof Error ? [] : result.page;
}
const unreadIn = (messages: Message[], me: Id<'users'> | undefined, seen: number) =>
  messages.filter((message) => message.auteurId !== me && message._creationTime > seen).length;

/** How many messages of the other came since one last looked. */
export function useUnread(offreId: Id<'offres'>, me: Id<'users'> | undefined): number {
  const requests = useMemo(() => (me === undefined ? {} : { newest: newestOf(offreId) }), [offreId, me]);
  const { newest } = useQueries(requests);
  const seen = useSeen(keyOf(me, offreId));
  return unreadIn(pageOf<Message>(newest), me, seen);
}

interface Deal {
  _id: Id<'offres'>;
  _creationTime: number;
  status: string;
}

/** The same over all conversations of this person's newest deals. */
export function useAllUnread(me: Id<'users'> | undefined): number {
  const lists = useMemo(() => {
    const args = { paginationOpts: { numItems: 20, cursor: null } };
    return me === undefined ? {} : { received: { query: api.offres.received, args }, sent: { query: api.offres.sent, args } };
  }, [me]);
  const { received, sent } = useQueries(lists);
  const deals = [...pageOf<Deal>(received), ...pageOf<Deal>(sent)]
    .filter(({ status }) => status === 'accepted')
    .toSorted((a, b) => b._creationTime - a._creationTime)
    .slice(0, newestDeals)
    .map(({ _id }) => _id);
  const chosen = deals.join();
  const requests = useMemo(() => Object.fromEntries(chosen === '' ? [] : chosen.split(',').map((offreId) => [offreId, newestOf(offreId as Id<'offres'>)])), [chosen]);
  const newest = useQueries(requests);
  const seen = useAllSeen();
  return Object.entries(newest).reduce((sum, [offreId, result]) => sum + unreadIn(pageOf<Message>(result), me, seen(keyOf(me, offreId))), 0);
}

/** That sum for whoever shows it; `UnreadOnTab` keeps it. */
export const useUnreadSum = create<number>(() => 0);
