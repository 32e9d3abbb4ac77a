import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { MeetSession } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { CallBanner } from './CallBanner';
import { CallHeader } from './CallHeader';
import { useCallUi } from './callUi';
import { chatButtonId, ControlBar } from './ControlBar';
import { deviceProblem, permissionOf, type DeviceKind } from './deviceProblem';
import { DevicesDialog } from './DevicesDialog';
import type { MeetClient } from './engines/meetClient';
import { SidePanel } from './SidePanel';
import { Stage } from './Stage';

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
  const [problem, setProblem] = useState<string | null>(null);
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

  async function switchDevice(kind: DeviceKind, on: boolean) {
    setProblem(null);
    try {
      await (kind === 'camera' ? client.setCamera(on) : client.setMicrophone(on));
    } catch (error) {
      const appareil = t(kind === 'microphone' ? 'dev.name.mic' : 'dev.name.cam');
      const what = deviceProblem(error, await permissionOf(kind));
      if (what === 'none') setProblem(t(kind === 'microphone' ? 'dev.noneMic' : 'dev.noneCam'));
      else if (what === 'busy') setProblem(t('dev.busy', { appareil }));
      else if (what === 'denied') setProblem(t('dev.denied', { appareil }));
      else if (what === 'dismissed' || what === 'system') setProblem(t(`dev.${what}`));
      else setProblem(t('dev.failed', { appareil }));
    }
  }

  async function share(on: boolean) {
    setProblem(null);
    try {
      await (on ? client.shareScreen() : client.stopSharing());
    } catch {
      setProblem(t('share.failed'));
    }
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
      <CallBanner client={client} state={state} problem={problem} />
      <div className="relative flex min-h-0 flex-1 sm:px-2">
        <main aria-label={t('call.stage')} className="min-w-0 flex-1 px-2">
          <Stage state={state} layout={layout} autre={{ ...autre, isComing, hasLeft: state.hasMet }} />
        </main>
        {isChatOpen && (
          <SidePanel title={t('chat.title')} closeLabel={t('call.chat.close')} onClose={closeChat}>
            {discussion.panel}
          </SidePanel>
        )}
      </div>
      <ControlBar
        state={state}
        unread={discussion.unread}
        onMicrophone={(on) => void switchDevice('microphone', on)}
        onCamera={(on) => void switchDevice('camera', on)}
        onShare={(on) => void share(on)}
        onHangUp={onHangUp}
      />
      <DevicesDialog client={client} />
      <p role="status" className="sr-only">
        {!isChatOpen && discussion.unread > 0 && t('chat.new', { n: discussion.unread })}
      </p>
      <p role="status" className="sr-only">
        {state.liveSince !== null && t('call.joined.sr', { nom })}
      </p>
    </div>
  );
}
