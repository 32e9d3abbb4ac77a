import { useMutation, useQuery } from 'convex/react';
import { Maximize2, Mic, MicOff, PhoneOff, Video, VideoOff, X } from 'lucide-react';
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

interface MiniCallProps {
  sessionId: Id<'meetSessions'>;
  client: MeetClient;
  /** The dock leaves the camera to the call's page; the floating window stands alone. */
  hasCamera?: boolean;
}

/** A call in little, as the dock and the floating window show it: the other's picture, what cannot wait, and the way back. */
export function MiniCall({ sessionId, client, hasCamera = false }: MiniCallProps) {
  const { t } = useWords();
  const state = useSyncExternalStore(client.subscribe, client.snapshot);
  const session = useQuery(api.meetSessions.getMeetSession, { sessionId });
  const endMeetSession = useMutation(api.meetSessions.endMeetSession);
  const [, navigate] = useLocation();
  const { release } = useRunningCall.getState();
  useLiveGuards(state.liveSince !== null);

  const isEnded = session !== undefined && session?.status !== 'active';
  const isOver = state.link.status === 'ended' || isEnded;
  useEffect(() => {
    if (!isOver) return;
    noteInCall(null);
    client.leave();
  }, [isOver, client]);

  const way = `/meet/${sessionId}`;
  if (isOver) {
    return (
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
    );
  }

  const other = state.others[0];
  const { isMicrophoneOn, camera } = state.self;
  // A device that fails has its sentence and its way out on the call's page.
  const orShow = (done: Promise<void>) => void done.catch(() => navigate(way));
  return (
    <>
      {other === undefined ? (
        <p className="flex size-full items-center justify-center p-4 pb-14 text-center text-sm text-muted">
          {session && t('wait.alone', { nom: session.autre.name })}
        </p>
      ) : (
        <Tile participant={other} size="strip" className="size-full" />
      )}
      <div className="absolute inset-x-0 bottom-0 flex items-center justify-end gap-1.5 bg-linear-to-t from-black/70 to-transparent p-2">
        <Button
          aria-label={t(isMicrophoneOn ? 'mic.mute' : 'mic.unmute')}
          onPress={() => orShow(client.setMicrophone(!isMicrophoneOn))}
          className={switchLook(isMicrophoneOn)}
        >
          {isMicrophoneOn ? <Mic aria-hidden size={19} /> : <MicOff aria-hidden size={19} />}
        </Button>
        {hasCamera && (
          <Button
            aria-label={t(camera !== null ? 'cam.off' : 'cam.on')}
            onPress={() => orShow(client.setCamera(camera === null))}
            className={switchLook(camera !== null)}
          >
            {camera !== null ? <Video aria-hidden size={19} /> : <VideoOff aria-hidden size={19} />}
          </Button>
        )}
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
  );
}

const switchLook = (isOn: boolean) => `size-11! rounded-full! border-0! p-0! ${isOn ? 'bg-scrim! text-white!' : 'bg-ink! text-paper!'}`;
