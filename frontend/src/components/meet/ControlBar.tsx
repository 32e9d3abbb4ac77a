import { ChevronUp, DoorOpen, Ellipsis, Info, MessageSquare, Mic, MicOff, MonitorUp, MonitorX, PhoneOff, Video, VideoOff, type LucideIcon } from 'lucide-react';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Toolbar } from 'react-aria-components/Toolbar';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { litRound, quietRound, round } from './barStyles';
import { useCallUi } from './callUi';
import { DeviceMenu } from './DeviceMenu';
import type { MeetState } from './engines/meetClient';
import { menuItemStyles, menuStyles } from './menuStyles';
import { MoreMenu } from './MoreMenu';
import { panelButtonId } from './regions';
import { canShare } from './sharing';
import { shortcutHint } from './shortcutHint';
import type { CallDevices } from './useCallDevices';
import type { MoreAction } from './useMoreActions';

interface ControlBarProps {
  state: MeetState;
  devices: CallDevices;
  /** Messages that came and were not looked at. */
  unread: number;
  more: { title: string; actions: MoreAction[] }[];
  isPhone: boolean;
  onHangUp: () => void;
  onLeave: () => void;
}

/** Always visible. Hanging up stands apart, so that nothing is ended by accident. */
export function ControlBar({ state, devices, unread, more, isPhone, onHangUp, onLeave }: ControlBarProps) {
  const { t } = useWords();
  const { panel, togglePanel, open } = useCallUi();
  const { self, active } = state;
  const isCameraOn = self.camera !== null;
  const isSharing = self.screen !== null;
  const kinds = {
    mic: [
      { kind: 'audioinput', title: t('dev.mic') },
      { kind: 'audiooutput', title: t('dev.speaker') },
    ] as const,
    cam: [{ kind: 'videoinput', title: t('dev.cam') }] as const,
  };
  return (
    <Toolbar
      aria-label={t('call.controls')}
      className="relative flex shrink-0 items-center justify-center gap-1.5 px-1.5 pt-2 pb-[calc(env(safe-area-inset-bottom)+0.5rem)] min-[360px]:gap-2.5 sm:gap-3 sm:py-3 short:h-full short:flex-col short:gap-2 short:overflow-y-auto short:px-2 short:py-2 short:pr-[calc(env(safe-area-inset-right)+0.5rem)]"
    >
      <span className="flex items-center">
        <Toggle isOn={self.isMicrophoneOn} On={Mic} Off={MicOff} label={t(self.isMicrophoneOn ? 'mic.mute' : 'mic.unmute')} hint={shortcutHint('mic')} onPress={() => void devices.set('microphone', !self.isMicrophoneOn)} />
        <DeviceMenu label={t('dev.menu.mic')} kinds={[...kinds.mic]} active={active} devices={devices} />
      </span>
      <span className="flex items-center">
        <Toggle isOn={isCameraOn} On={Video} Off={VideoOff} label={t(isCameraOn ? 'cam.off' : 'cam.on')} hint={shortcutHint('cam')} onPress={() => void devices.set('camera', !isCameraOn)} />
        <DeviceMenu label={t('dev.menu.cam')} kinds={[...kinds.cam]} active={active} devices={devices} />
      </span>
      {canShare() && !isPhone && (
        <span title={shortcutHint('share')}>
          <Button aria-label={t(isSharing ? 'share.stop' : 'share.start')} onPress={() => void devices.share(!isSharing)} className={isSharing ? `${round} bg-mark! text-black!` : quietRound}>
            {isSharing ? <MonitorX aria-hidden size={22} /> : <MonitorUp aria-hidden size={22} />}
          </Button>
        </span>
      )}
      <span className="contents lg:absolute lg:right-5 lg:flex lg:gap-3">
        <Button
          id={panelButtonId('chat')}
          aria-label={unread > 0 ? `${t('call.chat')}, ${t('chat.new', { n: unread })}` : t('call.chat')}
          aria-expanded={panel === 'chat'}
          onPress={() => togglePanel('chat')}
          className={`relative lg:h-13! lg:w-auto! lg:px-5! ${panel === 'chat' ? litRound : quietRound}`}
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
        {!isPhone && (
          <Button
            id={panelButtonId('info')}
            aria-label={t('call.info')}
            aria-expanded={panel === 'info'}
            onPress={() => togglePanel('info')}
            className={`lg:h-13! lg:w-auto! lg:px-5! ${panel === 'info' ? litRound : quietRound}`}
          >
            <Info aria-hidden size={22} />
            <span className="hidden lg:inline">{t('call.info')}</span>
          </Button>
        )}
      </span>
      {isPhone ? (
        <Button aria-label={t('call.more')} onPress={() => open('more')} className={quietRound}>
          <Ellipsis aria-hidden size={22} />
        </Button>
      ) : (
        <MoreMenu groups={more} />
      )}
      <Button
        tone="danger"
        aria-label={t('call.hangup')}
        onPress={onHangUp}
        className="size-12! rounded-full! p-0! min-[360px]:size-13! min-[390px]:size-14! sm:ml-3 md:w-auto! md:px-6! short:ml-0 short:mt-1 short:size-12! short:px-0!"
      >
        <PhoneOff aria-hidden size={22} className="shrink-0" />
        <span className="hidden md:inline short:hidden">{t('call.hangup')}</span>
      </Button>
      {!isPhone && <LeaveMenu onLeave={onLeave} />}
    </Toolbar>
  );
}

/** ▾ beside hanging up: going without ending. */
function LeaveMenu({ onLeave }: { onLeave: () => void }) {
  const { t } = useWords();
  return (
    <MenuTrigger>
      <Button tone="quiet" aria-label={t('call.hangup.more')} className="-ml-2 h-11! w-7! rounded-full! p-0! text-muted!">
        <ChevronUp aria-hidden size={18} />
      </Button>
      <Popover placement="top end" className={menuStyles}>
        <Menu aria-label={t('call.hangup.more')} className="outline-none">
          <MenuItem onAction={onLeave} textValue={t('call.leave')} className={menuItemStyles}>
            <DoorOpen aria-hidden size={19} className="shrink-0 text-muted" />
            {t('call.leave')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

interface ToggleProps {
  isOn: boolean;
  On: LucideIcon;
  Off: LucideIcon;
  /** What pressing does: the name changes with the state, so no `aria-pressed` beside it. */
  label: string;
  hint: string;
  onPress: () => void;
}

function Toggle({ isOn, On, Off, label, hint, onPress }: ToggleProps) {
  const Icon = isOn ? On : Off;
  return (
    <span title={hint}>
      <Button aria-label={label} onPress={onPress} className={isOn ? quietRound : litRound}>
        <Icon aria-hidden size={22} />
      </Button>
    </span>
  );
}
