import { useQueries } from 'convex/react';
import { useMemo } from 'react';
import { api } from '../../api/generated';
import type { Id, Message } from '../../api/generated';
import { useSeen } from './seen';

const most = 50; // counted; nobody reads a greater number as a number

/** How many messages of the other came since one last looked. A failure counts none: the call goes on. */
export function useUnread(offreId: Id<'offres'>, me: Id<'users'> | undefined): number {
  const requests = useMemo(
    () => (me === undefined ? {} : { newest: { query: api.messages.list, args: { offreId, paginationOpts: { numItems: most, cursor: null } } } }),
    [offreId, me],
  );
  const { newest } = useQueries(requests);
  const seen = useSeen(`${me ?? ''}.${offreId}`);
  if (newest === undefined || newest instanceof Error) return 0;
  const page: Message[] = newest.page;
  return page.filter((message) => message.auteurId !== me && message._creationTime > seen).length;
}
