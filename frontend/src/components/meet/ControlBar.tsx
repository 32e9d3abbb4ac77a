import { LayoutGrid, MessageSquare, Mic, MicOff, MonitorUp, MonitorX, PhoneOff, Settings2, Video, VideoOff, RectangleVertical, type LucideIcon } from 'lucide-react';
import { Toolbar } from 'react-aria-components/Toolbar';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { useCallUi } from './callUi';
import type { MeetState } from './engines/meetClient';

interface ControlBarProps {
  state: MeetState;
  /** Messages that came and were not looked at. */
  unread: number;
  onMicrophone: (on: boolean) => void;
  onCamera: (on: boolean) => void;
  onShare: (on: boolean) => void;
  onHangUp: () => void;
}

/** Where the focus returns when the panel closes. */
export const chatButtonId = 'call-chat';

const canShare = () => navigator.mediaDevices !== undefined && 'getDisplayMedia' in navigator.mediaDevices;

/** Always visible. Hanging up stands apart, so that nothing is ended by accident. */
export function ControlBar({ state, unread, onMicrophone, onCamera, onShare, onHangUp }: ControlBarProps) {
  const { t } = useWords();
  const { layout, toggleLayout, setDevicesOpen, isChatOpen, setChatOpen } = useCallUi();
  const { self } = state;
  const isCameraOn = self.camera !== null;
  const isSharing = self.screen !== null;
  return (
    <Toolbar
      aria-label={t('call.controls')}
      className="relative flex shrink-0 items-center justify-center gap-1 px-1 py-2 min-[360px]:gap-2 min-[360px]:px-2 pb-[calc(env(safe-area-inset-bottom)+0.5rem)] sm:gap-3 sm:py-3"
    >
      <Toggle
        isOn={self.isMicrophoneOn}
        On={Mic}
        Off={MicOff}
        label={t(self.isMicrophoneOn ? 'mic.mute' : 'mic.unmute')}
        onPress={() => onMicrophone(!self.isMicrophoneOn)}
      />
      <Toggle
        isOn={isCameraOn}
        On={Video}
        Off={VideoOff}
        label={t(isCameraOn ? 'cam.off' : 'cam.on')}
        onPress={() => onCamera(!isCameraOn)}
      />
      {canShare() && (
        <Button
          aria-label={t(isSharing ? 'share.stop' : 'share.start')}
          onPress={() => onShare(!isSharing)}
          className={isSharing ? `${round} border-0! bg-mark! text-black!` : `${round} border-0! bg-sunken!`}
        >
          {isSharing ? <MonitorX aria-hidden size={22} /> : <MonitorUp aria-hidden size={22} />}
        </Button>
      )}
      <Button
        aria-label={t(layout === 'face' ? 'call.layout.speaker' : 'call.layout.face')}
        onPress={toggleLayout}
        className={`${round} border-0! bg-sunken! hidden! min-[440px]:inline-flex!`}
      >
        {layout === 'face' ? <LayoutGrid aria-hidden size={22} /> : <RectangleVertical aria-hidden size={22} />}
      </Button>
      <Button aria-label={t('call.devices')} onPress={() => setDevicesOpen(true)} className={`${round} border-0! bg-sunken!`}>
        <Settings2 aria-hidden size={22} />
      </Button>
      <Button
        id={chatButtonId}
        aria-label={unread > 0 ? `${t('call.chat')}, ${t('chat.new', { n: unread })}` : t('call.chat')}
        aria-expanded={isChatOpen}
        onPress={() => setChatOpen(!isChatOpen)}
        className={`${round} relative border-0! lg:absolute! lg:right-5 lg:h-13! lg:w-auto! lg:px-5! ${isChatOpen ? 'bg-ink! text-paper!' : 'bg-sunken!'}`}
      >
        <MessageSquare aria-hidden size={22} />
        <span className="hidden lg:inline">{t('call.chat')}</span>
        {unread > 0 && (
          <span
            aria-hidden
            className="absolute -top-1 -right-1 flex h-6 min-w-6 items-center justify-center rounded-full bg-mark px-1.5 text-sm font-bold text-black tabular-nums ring-2 ring-paper"
          >
            {unread > 9 ? '9+' : unread}
          </span>
        )}
      </Button>
      <Button
        tone="danger"
        aria-label={t('call.hangup')}
        onPress={onHangUp}
        className="ml-1 size-11! p-0! min-[360px]:ml-2 min-[360px]:size-12! rounded-full! sm:ml-4 sm:size-14! md:w-auto! md:px-6!"
      >
        <PhoneOff aria-hidden size={22} />
        <span className="hidden md:inline">{t('call.hangup')}</span>
      </Button>
    </Toolbar>
  );
}

const round = 'size-11! p-0! min-[360px]:size-12! rounded-full! sm:size-13!';

interface ToggleProps {
  isOn: boolean;
  On: LucideIcon;
  Off: LucideIcon;
  /** What pressing does: the name changes with the state, so no `aria-pressed` beside it. */
  label: string;
  onPress: () => void;
}

function Toggle({ isOn, On, Off, label, onPress }: ToggleProps) {
  const Icon = isOn ? On : Off;
  return (
    <Button aria-label={label} onPress={onPress} className={isOn ? `${round} border-0! bg-sunken!` : `${round} border-0! bg-ink! text-paper!`}>
      <Icon aria-hidden size={22} />
    </Button>
  );
}
