import { Volume2 } from 'lucide-react';
import { useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react';
import type { MeetSession } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { nameTab } from '../../lib/tabTitle';
import { sound } from '../sounds';
import { CallBanner } from './CallBanner';
import { CallHeader } from './CallHeader';
import { useCallUi } from './callUi';
import { ControlBar } from './ControlBar';
import { DevicesDialog } from './DevicesDialog';
import type { MeetClient } from './engines/meetClient';
import { toggleFullscreen } from './fullscreen';
import { InfoPanel } from './InfoPanel';
import { MicHint } from './MicHint';
import { MoreSheet } from './MoreSheet';
import { usePreferences } from './preferences';
import { QualityDialog } from './QualityDialog';
import { focusBar, focusRegion, panelButtonId } from './regions';
import { SaverChip } from './SaverChip';
import { ShortcutsDialog } from './ShortcutsDialog';
import { SidePanel } from './SidePanel';
import { Stage } from './Stage';
import { StatsPanel } from './StatsPanel';
import { ToastList } from './ToastList';
import { useBackNews } from './useBackNews';
import { useCallDevices } from './useCallDevices';
import { useIsPhone } from './useIsPhone';
import { useLiveGuards } from './useLiveGuards';
import { useMoreActions } from './useMoreActions';
import { useQuality } from './useQuality';
import { useShortcuts } from './useShortcuts';

interface CallProps {
  client: MeetClient;
  session: MeetSession;
  discussion: { unread: number; panel: ReactNode };
  /** Ends the meeting for both. */
  onHangUp: () => void;
  /** Goes without ending it. */
  onLeave: () => void;
  onStartOver: () => void;
}

/** The call itself: header, one banner, the pictures and a panel, the controls. */
export function Call({ client, session, discussion, onHangUp, onLeave, onStartOver }: CallProps) {
  const { t } = useWords();
  const state = useSyncExternalStore(client.subscribe, client.snapshot);
  const { panel, togglePanel, closePanel, open } = useCallUi();
  const { layout, hasSingleKeys } = usePreferences();
  const devices = useCallDevices(client, state);
  const isPhone = useIsPhone();
  const more = useMoreActions({ state, devices, isPhone, onLeave });
  const { autre } = session;
  const nom = autre.name;
  const isMicrophoneOn = state.self.isMicrophoneOn;
  const isCameraOn = state.self.camera !== null;
  useLiveGuards(state.liveSince !== null);
  useQuality(client, state.self.quality);
  useBackNews(state.link);
  useShortcuts(
    {
      mic: () => void devices.set('microphone', !isMicrophoneOn),
      cam: () => void devices.set('camera', !isCameraOn),
      talk: (isHeld) => void devices.set('microphone', isHeld),
      share: () => void devices.share(state.self.screen === null),
      chat: () => togglePanel('chat'),
      fullscreen: () => toggleFullscreen(),
      bar: focusBar,
      nextRegion: () => focusRegion(1),
      previousRegion: () => focusRegion(-1),
      help: () => open('help'),
    },
    hasSingleKeys,
  );

  useEffect(() => {
    nameTab(session.demande.titre);
  }, [session.demande.titre]);

  const isLive = state.liveSince !== null;
  useEffect(() => {
    if (isLive) sound('joined');
  }, [isLive]);
  const unreadBefore = useRef(discussion.unread);
  useEffect(() => {
    if (discussion.unread > unreadBefore.current) sound('message');
    unreadBefore.current = discussion.unread;
  }, [discussion.unread]);

  // The next call begins with the faces.
  useEffect(() => () => useCallUi.setState({ panel: null, dialog: null }), []);

  function close() {
    if (panel !== null) document.getElementById(panelButtonId(panel))?.focus();
    closePanel();
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
      <section aria-label={t('card.region')} className="shrink-0">
        <CallBanner client={client} state={state} devices={devices} onStartOver={onStartOver} />
        <SaverChip />
      </section>
      <div className="flex min-h-0 flex-1 flex-col short:flex-row">
        <div className="relative flex min-h-0 min-w-0 flex-1 sm:px-2">
          <main data-region="stage" tabIndex={-1} aria-label={t('call.stage')} className="relative min-w-0 flex-1 px-2 outline-none">
            <ToastList />
            {state.isAudioBlocked && (
              <div className="absolute inset-0 z-20 flex items-center justify-center">
                <Button tone="action" size="large" className="shadow-float" onPress={() => void client.startAudio()}>
                  <Volume2 aria-hidden size={22} />
                  {t('audio.blocked')}
                </Button>
              </div>
            )}
            <Stage state={state} layout={layout} autre={{ ...autre, isComing, hasLeft: state.hasMet, sessionId: session._id, ring: session.ringAutre }} onShowPicture={(id) => client.showPicture(id)} onGiveUp={() => client.leave()} />
          </main>
          {panel !== null && (
            <SidePanel
              key={panel}
              title={t(panel === 'chat' ? 'chat.title' : panel === 'info' ? 'call.info' : 'call.stats')}
              closeLabel={t(panel === 'chat' ? 'call.chat.close' : 'call.panel.close')}
              onClose={close}
            >
              {panel === 'chat' ? discussion.panel : panel === 'info' ? <InfoPanel session={session} state={state} /> : <StatsPanel client={client} />}
            </SidePanel>
          )}
        </div>
        <section data-region="bar" aria-label={t('call.controls')} className="relative shrink-0">
          <MicHint state={state} onUnmute={() => void devices.set('microphone', true)} />
          <ControlBar state={state} devices={devices} unread={discussion.unread} more={more} isPhone={isPhone} onHangUp={onHangUp} onLeave={onLeave} />
        </section>
      </div>
      <DevicesDialog state={state} devices={devices} />
      <QualityDialog />
      <ShortcutsDialog />
      {isPhone && <MoreSheet groups={more} />}
      <p role="status" className="sr-only">
        {panel !== 'chat' && discussion.unread > 0 && t('chat.new', { n: discussion.unread })}
      </p>
      <p role="status" className="sr-only">
        {state.liveSince !== null && t('call.joined.sr', { nom })}
      </p>
      <p role="status" className="sr-only">
        {t(isMicrophoneOn ? 'mic.on.sr' : 'mic.off.sr')}
      </p>
      <p role="status" className="sr-only">
        {t(isCameraOn ? 'cam.on.sr' : 'cam.off.sr')}
      </p>
    </div>
  );
}
