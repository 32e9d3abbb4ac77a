import { useAction } from 'convex/react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/generated';
import { runConnectionTest, type TestResults } from './connectionTest';
import { useMeetClientLoader } from './engines/MeetClientLoader';

export type ConnectionTestState = { status: 'idle' } | { status: 'running' | 'done'; results: TestResults | null };

interface Given {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
}

/** The connection test as a page runs it: through the echo room, silently, and cancelled by leaving. */
export function useConnectionTest({ microphone, camera }: Given) {
  const load = useMeetClientLoader();
  const requestTicket = useAction(api.video.joinEcho);
  const [state, setState] = useState<ConnectionTestState>({ status: 'idle' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function start() {
    const abort = new AbortController();
    running.current = abort;
    const { signal } = abort;
    const ifGoing = (next: ConnectionTestState) => {
      if (!signal.aborted) setState(next);
    };
    setState({ status: 'running', results: null });
    try {
      const results = await runConnectionTest({
        isSupported: () => 'RTCPeerConnection' in window && navigator.mediaDevices !== undefined,
        microphone,
        camera,
        enter: async () => {
          const [create, ticket] = await Promise.all([load(), requestTicket({})]);
          const client = create({ isSilent: true });
          // Copies: the preview goes on with the devices themselves.
          await client.connect(ticket, { microphone: microphone?.clone() ?? null, camera: camera?.clone() ?? null, speakerId: null });
          return client;
        },
        wait: (ms) =>
          new Promise((resolve, reject) => {
            const timer = setTimeout(resolve, ms);
            const cancel = () => {
              clearTimeout(timer);
              reject(new Error('cancelled'));
            };
            if (signal.aborted) cancel();
            else signal.addEventListener('abort', cancel, { once: true });
          }),
        onResults: (now) => ifGoing({ status: 'running', results: now }),
      });
      ifGoing({ status: 'done', results });
    } catch {
      // Cancelled, or the room went away in the middle: nothing can be said.
      ifGoing({ status: 'idle' });
    }
  }

  return {
    state,
    start: () => void start(),
    cancel: () => {
      running.current?.abort();
      setState({ status: 'idle' });
    },
  };
}
