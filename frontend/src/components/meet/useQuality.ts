import { useEffect, useRef } from 'react';
import { AutoQuality } from './autoQuality';
import type { MeetClient, Quality } from './engines/meetClient';
import { usePreferences } from './preferences';

const lookEvery = 1_000; // ms

/** Makes the person's choice of quality true in the room. */
export function useQuality(client: MeetClient, ownQuality: Quality) {
  const { send, receive, isSavingData } = usePreferences();
  const latest = useRef(ownQuality);
  useEffect(() => {
    latest.current = ownQuality;
  }, [ownQuality]);

  useEffect(() => {
    client.setReceiving(isSavingData ? 'audio' : receive === 'auto' ? 'high' : receive);
  }, [client, receive, isSavingData]);

  useEffect(() => {
    if (isSavingData || send !== 'auto') {
      client.setSending(isSavingData || send === 'auto' ? 'saver' : send);
      return;
    }
    const auto = new AutoQuality();
    const look = () => client.setSending(auto.update(performance.now(), latest.current));
    look();
    const timer = setInterval(look, lookEvery);
    return () => clearInterval(timer);
  }, [client, send, isSavingData]);
}
