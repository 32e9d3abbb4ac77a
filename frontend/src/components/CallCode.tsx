import { useQuery } from 'convex/react';
import { useEffect } from 'react';
import { useAuth } from '../api/SessionProvider';
import { api } from '../api/generated';

const firstPage = { paginationOpts: { numItems: 5, cursor: null } };

/**
 * Fetches the code of a call before it is asked for: in an idle moment while an offre waits for an
 * answer on either side, at once when a meeting is open. Shows nothing.
 */
export function CallCode({ fetch }: { fetch: () => void }) {
  const { isAuthenticated } = useAuth();
  const meets = useQuery(api.meetSessions.getUserActiveMeetSessions, isAuthenticated ? {} : 'skip');
  const received = useQuery(api.offres.received, isAuthenticated ? firstPage : 'skip');
  const sent = useQuery(api.offres.sent, isAuthenticated ? firstPage : 'skip');
  const isOpen = meets !== undefined && meets.length > 0;
  const isPending = [...(received?.page ?? []), ...(sent?.page ?? [])].some(({ status }) => status === 'pending');

  useEffect(() => {
    if (isOpen) return fetch();
    if (!isPending) return;
    // Interop: Safari has no requestIdleCallback.
    if (typeof requestIdleCallback !== 'function') {
      const timer = setTimeout(fetch, 2000);
      return () => clearTimeout(timer);
    }
    const turn = requestIdleCallback(fetch, { timeout: 5000 });
    return () => cancelIdleCallback(turn);
  }, [isOpen, isPending, fetch]);
  return null;
}
