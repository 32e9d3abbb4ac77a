import { useConvex, useMutation } from 'convex/react';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { useAuth } from '../../api/SessionProvider';
import { api } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { noteAnsweredHere } from '../ring/answeredHere';
import { thisDevice } from '../ring/thisDevice';
import { useSounds } from '../sounds';
import { keepForWorker } from './deviceSettings';
import { pushAbility, subscribe, unsubscribe, usePushWish } from './subscription';

/**
 * Beside every page: names this browser anew to the server, tells the service worker this device's
 * settings, goes where a pressed notification leads, and lets go of it all when one signs out.
 */
export function PushKeeper() {
  const { isAuthenticated, isLoading } = useAuth();
  const { isWanted, want } = usePushWish();
  const convex = useConvex();
  const tell = useMutation(api.push.subscribe);

  useEffect(() => {
    if (!isAuthenticated || !isWanted || pushAbility() !== 'able' || Notification.permission !== 'granted') return;
    let isOver = false; // somebody may sign out meanwhile
    (async () => {
      const key = await convex.query(api.push.publicKey, {});
      if (key === null || isOver) return;
      const subscription = await subscribe(key);
      if (!isOver) await tell({ ...subscription, device: thisDevice() });
      // Without a network it is done at the next start.
    })().catch(() => undefined);
    return () => {
      isOver = true;
    };
  }, [isAuthenticated, isWanted, convex, tell]);

  // The server forgets this browser by itself when its sign-in ends.
  const isSignedOut = !isLoading && !isAuthenticated;
  const wasSignedIn = useRef(false);
  useEffect(() => {
    if (isAuthenticated) wasSignedIn.current = true;
    if (!isSignedOut || !wasSignedIn.current) return;
    wasSignedIn.current = false;
    want(false);
    if (pushAbility() === 'able') unsubscribe().catch(() => undefined);
  }, [isAuthenticated, isSignedOut, want]);

  const { locale } = useWords();
  const { ring, quiet } = useSounds();
  useEffect(() => {
    keepForWorker({ locale, ring, quiet }).catch(() => undefined);
  }, [locale, ring, quiet]);

  usePressedNotifications();
  return null;
}

function usePressedNotifications() {
  const [, navigate] = useLocation();
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return;
    const onMessage = ({ data }: MessageEvent<{ kind?: unknown; path?: unknown } | null>) => {
      if (data?.kind !== 'open' || typeof data.path !== 'string' || !/^\/(meet\/[\w-]+|dashboard)$/.test(data.path)) return;
      const [, session] = /^\/meet\/(.+)$/.exec(data.path) ?? [];
      if (session !== undefined) noteAnsweredHere(session);
      navigate(data.path);
    };
    navigator.serviceWorker.addEventListener('message', onMessage);
    return () => navigator.serviceWorker.removeEventListener('message', onMessage);
  }, [navigate]);
}
