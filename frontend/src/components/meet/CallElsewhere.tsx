import { lazy, Suspense, useEffect } from 'react';
import { useLocation } from 'wouter';
import { useAuth } from '../../api/SessionProvider';
import { useRunningCall } from './runningCall';

const importDock = () => import('./Dock');
const Dock = lazy(() => importDock().then(({ Dock: dock }) => ({ default: dock })));
const FloatingCall = lazy(() => importDock().then(({ FloatingCall: floating }) => ({ default: floating })));

/** The running call outside its page: in a floating window while there is one, else in the dock on every other page. */
export function CallElsewhere() {
  const [path] = useLocation();
  const { isAuthenticated, isLoading } = useAuth();
  const { call, floating } = useRunningCall();

  // Whoever signs out is gone from the call, too.
  const isGone = call !== null && !isAuthenticated && !isLoading;
  useEffect(() => {
    if (!isGone) return;
    call.client.leave();
    useRunningCall.getState().release(call.client);
  }, [isGone, call]);

  if (call === null || isGone) return null;
  if (floating !== null) {
    return (
      <Suspense fallback={null}>
        <FloatingCall {...call} frame={floating} />
      </Suspense>
    );
  }
  if (path === `/meet/${call.sessionId}`) return null;
  return (
    <Suspense fallback={null}>
      <Dock {...call} />
    </Suspense>
  );
}
