import { useMutation, useQuery } from 'convex/react';
import { Maximize2, Mic, MicOff, PhoneOff, X } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api/generated';
import type { Id } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { LinkButton } from '../../ui/LinkButton';
import type { MeetClient } from './engines/meetClient';
import { noteInCall } from './reentry';
import { useRunningCall } from './runningCall';
import { Tile } from './Tile';
import { useLiveGuards } from './useLiveGuards';

interface DockProps {
  sessionId: Id<'meetSessions'>;
  client: MeetClient;
}

/** The call while another page is open: the other's picture, the microphone, hanging up, and the way back. */
export function Dock({ sessionId, client }: DockProps) {
  const { t } = useWords();
  const state = useSyncExternalStore(client.subscribe, client.snapshot);
  const session = useQuery(api.meetSessions.getMeetSession, { sessionId });
  const endMeetSession = useMutation(api.meetSessions.endMeetSession);
  const [, navigate] = useLocation();
  const { release } = useRunningCall.getState();
  useLiveGuards(state.liveSince !== null);

  const isOver = state.link.status === 'ended' || (session !== undefined && session?.status !== 'active');
  useEffect(() => {
    if (!isOver) return;
    noteInCall(null);
    client.leave();
  }, [isOver, client]);

  const other = state.others[0];
  const way = `/meet/${sessionId}`;
  const { isMicrophoneOn } = state.self;
  const isEnded = session !== undefined && session?.status !== 'active';
  return (
    <section
      aria-label={t('dock.region')}
      className="stage-theme fixed bottom-[calc(env(safe-area-inset-bottom)+4.5rem)] left-3 z-35 h-[158px] w-70 animate-fade overflow-hidden rounded-2xl bg-card text-ink shadow-float ring-1 ring-line md:bottom-6 md:left-6"
    >
      {isOver ? (
        <div className="flex size-full flex-col items-center justify-center gap-3 p-4 text-center">
          <p role="status" className="font-semibold">
            {t(isEnded ? 'end.completed' : 'int.h1')}
          </p>
          <span className="flex gap-2">
            <LinkButton href={way} tone="action">
              {t('dock.see')}
            </LinkButton>
            <Button tone="quiet" size="icon" aria-label={t('dock.close')} onPress={() => release(client)}>
              <X aria-hidden size={20} />
            </Button>
          </span>
        </div>
      ) : (
        <>
          {other === undefined ? (
            <p className="flex size-full items-center justify-center p-4 pb-14 text-center text-sm text-muted">{session && t('wait.alone', { nom: session.autre.name })}</p>
          ) : (
            <Tile participant={other} size="strip" className="size-full" />
          )}
          <div className="absolute inset-x-0 bottom-0 flex items-center justify-end gap-1.5 bg-linear-to-t from-black/70 to-transparent p-2">
            <Button
              aria-label={t(isMicrophoneOn ? 'mic.mute' : 'mic.unmute')}
              onPress={() => void client.setMicrophone(!isMicrophoneOn).catch(() => navigate(way))}
              className={`size-11! rounded-full! border-0! p-0! ${isMicrophoneOn ? 'bg-scrim! text-white!' : 'bg-ink! text-paper!'}`}
            >
              {isMicrophoneOn ? <Mic aria-hidden size={19} /> : <MicOff aria-hidden size={19} />}
            </Button>
            <LinkButton href={way} label={t('call.back')} size="icon" className="rounded-full! border-0! bg-scrim! text-white!">
              <Maximize2 aria-hidden size={19} />
            </LinkButton>
            <Button
              tone="danger"
              size="icon"
              aria-label={t('call.hangup')}
              onPress={() => void endMeetSession({ sessionId }).then(() => navigate(way))}
              className="ml-1 rounded-full!"
            >
              <PhoneOff aria-hidden size={19} />
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
