import { useAction } from 'convex/react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../api/generated';
import { useMeetClientLoader } from './engines/MeetClientLoader';
import type { MeetClient } from './engines/meetClient';

/** The server gives back what it hears this much later: one speaks, then one listens. */
export const echoSeconds = 5;

export type EchoPhase =
  | { status: 'idle' }
  | { status: 'connecting' }
  /** `left`: whole seconds */
  | { status: 'speaking' | 'listening'; left: number }
  | { status: 'done' }
  | { status: 'failed' };

/** Oneself through the server and back: proves microphone, network and loudspeaker in one go. */
export function useEcho(microphone: MediaStreamTrack | null, speakerId: string | null) {
  const load = useMeetClientLoader();
  const requestTicket = useAction(api.video.joinEcho);
  const [phase, setPhase] = useState<EchoPhase>({ status: 'idle' });
  const running = useRef<{ client: MeetClient | null; isOver: boolean; timer?: ReturnType<typeof setInterval> } | null>(null);

  function stop() {
    const run = running.current;
    running.current = null;
    if (run === null) return;
    run.isOver = true;
    clearInterval(run.timer);
    run.client?.leave();
  }
  useEffect(() => stop, []);

  async function start() {
    if (microphone === null) return;
    stop();
    const run: NonNullable<typeof running.current> = { client: null, isOver: false };
    running.current = run;
    setPhase({ status: 'connecting' });
    try {
      const [create, ticket] = await Promise.all([load(), requestTicket({})]);
      if (run.isOver) return;
      const client = create();
      run.client = client;
      // A copy: the preview and the level go on with the microphone itself.
      await client.connect(ticket, { microphone: microphone.clone(), camera: null, speakerId });
      if (run.isOver) return client.leave();
      count(run, client);
    } catch {
      if (!run.isOver) setPhase({ status: 'failed' });
      stop();
    }
  }

  function count(run: NonNullable<typeof running.current>, client: MeetClient) {
    let passed = 0;
    setPhase({ status: 'speaking', left: echoSeconds });
    run.timer = setInterval(() => {
      passed++;
      if (passed === echoSeconds) void client.setMicrophone(false);
      if (passed < echoSeconds) setPhase({ status: 'speaking', left: echoSeconds - passed });
      else if (passed <= 2 * echoSeconds) setPhase({ status: 'listening', left: 2 * echoSeconds - passed + 1 });
      else {
        setPhase({ status: 'done' });
        stop();
      }
    }, 1_000);
  }

  return {
    phase,
    start: () => void start(),
    cancel: () => {
      stop();
      setPhase({ status: 'idle' });
    },
  };
}
