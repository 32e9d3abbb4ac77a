import { Volume2 } from 'lucide-react';
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import type { MeetSession } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { CallBanner } from './CallBanner';
import { CallHeader } from './CallHeader';
import { useCallUi } from './callUi';
import { chatButtonId, ControlBar } from './ControlBar';
import { DevicesDialog } from './DevicesDialog';
import type { MeetClient } from './engines/meetClient';
import { MicHint } from './MicHint';
import { SidePanel } from './SidePanel';
import { Stage } from './Stage';
import { ToastList } from './ToastList';
import { useCallDevices } from './useCallDevices';

interface CallProps {
  client: MeetClient;
  session: MeetSession;
  discussion: { unread: number; panel: ReactNode };
  onHangUp: () => void;
}

/** The call itself: header, one banner, the pictures and the discussion, the controls. */
export function Call({ client, session, discussion, onHangUp }: CallProps) {
  const { t } = useWords();
  const state = useSyncExternalStore(client.subscribe, client.snapshot);
  const { layout, isChatOpen, setChatOpen } = useCallUi();
  const devices = useCallDevices(client, state);
  const { autre } = session;
  const nom = autre.name;

  useEffect(() => {
    document.title = `${session.demande.titre} · Visavis`;
  }, [session.demande.titre]);

  // The next call begins with the faces.
  useEffect(() => () => setChatOpen(false), [setChatOpen]);

  function closeChat() {
    setChatOpen(false);
    document.getElementById(chatButtonId)?.focus();
  }

  const isComing = session.present.includes(autre._id);
  return (
    <div className="stage-theme flex h-dvh flex-col overflow-hidden bg-paper text-ink">
      <CallHeader
        titre={session.demande.titre}
        nom={nom}
        count={state.others.length + 1}
        liveSince={state.liveSince}
        quality={state.self.quality}
      />
      <CallBanner state={state} devices={devices} />
      <div className="relative flex min-h-0 flex-1 sm:px-2">
        <main aria-label={t('call.stage')} className="relative min-w-0 flex-1 px-2">
          <ToastList />
          {state.isAudioBlocked && (
            <div className="absolute inset-0 z-20 flex items-center justify-center">
              <Button tone="action" size="large" className="shadow-float" onPress={() => void client.startAudio()}>
                <Volume2 aria-hidden size={22} />
                {t('audio.blocked')}
              </Button>
            </div>
          )}
          <Stage state={state} layout={layout} autre={{ ...autre, isComing, hasLeft: state.hasMet }} />
        </main>
        {isChatOpen && (
          <SidePanel title={t('chat.title')} closeLabel={t('call.chat.close')} onClose={closeChat}>
            {discussion.panel}
          </SidePanel>
        )}
      </div>
      <div className="relative">
        <MicHint state={state} onUnmute={() => void devices.set('microphone', true)} />
        <ControlBar
          state={state}
          unread={discussion.unread}
          onMicrophone={(on) => void devices.set('microphone', on)}
          onCamera={(on) => void devices.set('camera', on)}
          onShare={(on) => void devices.share(on)}
          onHangUp={onHangUp}
        />
      </div>
      <DevicesDialog state={state} devices={devices} />
      <p role="status" className="sr-only">
        {!isChatOpen && discussion.unread > 0 && t('chat.new', { n: discussion.unread })}
      </p>
      <p role="status" className="sr-only">
        {state.liveSince !== null && t('call.joined.sr', { nom })}
      </p>
    </div>
  );
}
