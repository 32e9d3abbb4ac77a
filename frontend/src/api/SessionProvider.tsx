import { ConvexProviderWithAuth, useConvexAuth, type ConvexReactClient } from 'convex/react';
import { createContext, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import type { Session } from './session';

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession() is used inside SessionProvider');
  return session;
}

export function useSessionState() {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.snapshot);
}

/** Convex's hook contract: `fetchAccessToken` keeps its identity, or the client starts over. */
function useConvexSession() {
  const session = useSession();
  const { status } = useSessionState();
  return useMemo(
    () => ({
      isLoading: status === 'loading',
      isAuthenticated: status === 'signedIn',
      fetchAccessToken: session.fetchAccessToken,
    }),
    [session, status],
  );
}

/**
 * Whether queries of a signed-in person may run now. Between signing in and the live connection's
 * word that it knows, `useConvexAuth` says « not authenticated »: to people that is still loading.
 */
export function useAuth(): { isAuthenticated: boolean; isLoading: boolean } {
  const { status } = useSessionState();
  const { isAuthenticated } = useConvexAuth();
  return { isAuthenticated, isLoading: status === 'loading' || (status === 'signedIn' && !isAuthenticated) };
}

/** What the provider needs of `ConvexReactClient`; tests and the offline demo bring their own. */
export type LiveClient = Pick<ConvexReactClient, 'setAuth' | 'clearAuth'>;

export function SessionProvider({ session, client, children }: { session: Session; client: LiveClient; children: ReactNode }) {
  return (
    <SessionContext value={session}>
      <ConvexProviderWithAuth client={client} useAuth={useConvexSession}>
        {children}
      </ConvexProviderWithAuth>
    </SessionContext>
  );
}
