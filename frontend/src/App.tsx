import type { ConvexReactClient } from 'convex/react';
import { lazy, Suspense, useCallback, type ReactNode } from 'react';
import { Redirect, Route, Switch, useLocation, useSearch } from 'wouter';
import { SessionProvider, useAuth } from './api/SessionProvider';
import type { Session } from './api/session';
import { CallCode } from './components/CallCode';
import { CallElsewhere } from './components/meet/CallElsewhere';
import { MeetClientLoader } from './components/meet/engines/MeetClientLoader';
import type { LoadMeetClient } from './components/meet/engines/meetClient';
import { UnreadOnTab } from './components/messages/UnreadOnTab';
import { MeetNotification } from './components/MeetNotification';
import { PageFailure } from './components/PageFailure';
import { PushKeeper } from './components/push/PushKeeper';
import { Shell } from './components/Shell';
import { Waiting } from './components/Waiting';
import { returnPath, signInPath } from './lib/path';
import { Accueil } from './pages/Accueil';
import { Connexion } from './pages/Connexion';
import { Dashboard } from './pages/Dashboard';
import { DemandePage } from './pages/DemandePage';
import { Historique } from './pages/Historique';
import { Inconnue } from './pages/Inconnue';
import { Inscription } from './pages/Inscription';
import { NouvelleDemande } from './pages/NouvelleDemande';
import { Offres } from './pages/Offres';
import { PastMeetPage } from './pages/PastMeetPage';
import { ErrorBoundary } from './ui/ErrorBoundary';

// The call and its libraries are no part of what every page loads.
const Parametres = lazy(() => import('./pages/Parametres').then(({ Parametres: page }) => ({ default: page })));
const importMeetRoom = () => import('./pages/MeetRoom');
const MeetRoom = lazy(() => importMeetRoom().then(({ MeetRoom: page }) => ({ default: page })));
const Essai = lazy(() => import('./pages/Essai').then(({ Essai: page }) => ({ default: page })));

export interface Services {
  session: Session;
  client: ConvexReactClient;
  loadMeetClient: LoadMeetClient;
}

export function App({ session, client, loadMeetClient }: Services) {
  const fetchCall = useCallback(() => {
    // Fetched ahead and in vain is no failure: the page itself asks again.
    importMeetRoom().catch(() => undefined);
    loadMeetClient().catch(() => undefined);
  }, [loadMeetClient]);
  return (
    <SessionProvider session={session} client={client}>
      <MeetClientLoader value={loadMeetClient}>
        <CallCode fetch={fetchCall} />
        <MeetNotification />
        <UnreadOnTab />
        <PushKeeper />
        <Pages />
        <CallElsewhere />
      </MeetClientLoader>
    </SessionProvider>
  );
}

function Pages() {
  const [path] = useLocation();
  const { isAuthenticated } = useAuth();
  return (
    <ErrorBoundary resetKey={`${path} ${isAuthenticated}`} fallback={(error, retry) => <PageFailure error={error} onRetry={retry} />}>
      <Switch>
        <Route path="/meet/:sessionId">
          {({ sessionId }) => (
            <Private>
              <Suspense fallback={<div className="stage-theme min-h-dvh bg-paper" />}>
                <MeetRoom key={sessionId} sessionId={sessionId} />
              </Suspense>
            </Private>
          )}
        </Route>
        <Route>
          <Shell>
            <ShellPages />
          </Shell>
        </Route>
      </Switch>
    </ErrorBoundary>
  );
}

function ShellPages() {
  return (
    <Switch>
      <Route path="/" component={Accueil} />
      <Route path="/inscription">
        <Entry>
          <Inscription />
        </Entry>
      </Route>
      <Route path="/connexion">
        <Entry>
          <Connexion />
        </Entry>
      </Route>
      <Route path="/demandes/nouvelle">
        <Private>
          <NouvelleDemande />
        </Private>
      </Route>
      <Route path="/demandes/:demandeId">{({ demandeId }) => <DemandePage key={demandeId} demandeId={demandeId} />}</Route>
      <Route path="/dashboard">
        <Private>
          <Dashboard />
        </Private>
      </Route>
      <Route path="/offres">
        <Private>
          <Offres />
        </Private>
      </Route>
      <Route path="/historique/:sessionId">
        {({ sessionId }) => (
          <Private>
            <PastMeetPage key={sessionId} sessionId={sessionId} />
          </Private>
        )}
      </Route>
      <Route path="/historique">
        <Private>
          <Historique />
        </Private>
      </Route>
      <Route path="/parametres">
        <Private>
          <Suspense fallback={null}>
            <Parametres />
          </Suspense>
        </Private>
      </Route>
      <Route path="/test">
        <Private>
          <Suspense fallback={null}>
            <Essai />
          </Suspense>
        </Private>
      </Route>
      <Route component={Inconnue} />
    </Switch>
  );
}

/** Signing up and in: whoever is signed in already goes on to where they wanted. */
function Entry({ children }: { children: ReactNode }) {
  const { isAuthenticated } = useAuth();
  const search = useSearch();
  return isAuthenticated ? <Redirect to={returnPath(search)} replace /> : children;
}

/** Shown to a signed-in person; others are asked to sign in first and come back here. */
function Private({ children }: { children: ReactNode }) {
  const { isAuthenticated, isLoading } = useAuth();
  const [path] = useLocation();
  const search = useSearch();
  if (isLoading) return <Waiting />;
  if (!isAuthenticated) return <Redirect to={signInPath(search ? `${path}?${search}` : path)} replace />;
  return children;
}
