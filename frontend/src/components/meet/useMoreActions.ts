import { Activity, DoorOpen, Eye, Gauge, Images, Info, Keyboard, Leaf, LifeBuoy, Maximize, MonitorUp, MonitorX, PictureInPicture2, RectangleVertical, Settings2, SquareUser, SwitchCamera, FlipHorizontal2, LayoutGrid, type LucideIcon } from 'lucide-react';
import { useWords } from '../../i18n/words';
import { useCallUi } from './callUi';
import type { MeetState } from './engines/meetClient';
import { canFloat, toggleFloating } from './floating';
import { canFullscreen, toggleFullscreen } from './fullscreen';
import { layouts, usePreferences, type Layout } from './preferences';
import { canShare } from './sharing';
import type { CallDevices } from './useCallDevices';

export interface MoreAction {
  id: string;
  text: string;
  Icon: LucideIcon;
  /** One of several, or on and off; absent for what is simply done. */
  isOn?: boolean;
  run: () => void;
}

interface Given {
  state: MeetState;
  devices: CallDevices;
  /** The sheet of a phone has what its bar has no room for, and that first. */
  isPhone: boolean;
  onLeave: () => void;
}

const layoutIcons: Record<Layout, LucideIcon> = { face: SquareUser, speaker: RectangleVertical, grid: LayoutGrid };

/** What « Plus » offers, in groups. What this browser cannot do is not there. */
export function useMoreActions({ state, devices, isPhone, onLeave }: Given): { title: string; actions: MoreAction[] }[] {
  const { t } = useWords();
  const { open, togglePanel } = useCallUi();
  const { layout, isSavingData, isMirrored, selfSize, choose } = usePreferences();
  const isSharing = state.self.screen !== null;
  const picture = state.others[0]?.camera ?? null;
  const of = (isThere: boolean, action: MoreAction) => (isThere ? [action] : []);
  const device = [
    ...of(isPhone, { id: 'flip', text: t('cam.flip'), Icon: SwitchCamera, run: () => void devices.flipCamera().then((isFlipped) => !isFlipped && open('devices')) }),
    ...of(isPhone, { id: 'devices', text: t('call.devices'), Icon: Settings2, run: () => open('devices') }),
    ...of(isPhone && canShare(), {
      id: 'share',
      text: t(isSharing ? 'share.stop' : 'share.start'),
      Icon: isSharing ? MonitorX : MonitorUp,
      run: () => void devices.share(!isSharing),
    }),
    ...of(isPhone && !canShare(), { id: 'photo', text: t('chat.photo'), Icon: Images, run: () => togglePanel('chat') }),
    ...of(isPhone, { id: 'info', text: t('call.info'), Icon: Info, run: () => togglePanel('info') }),
  ];
  const shown = [
    ...of(canFullscreen(), { id: 'fullscreen', text: t('call.fullscreen'), Icon: Maximize, run: () => toggleFullscreen() }),
    ...of(canFloat(picture), { id: 'float', text: t('call.pip'), Icon: PictureInPicture2, run: () => void toggleFloating(picture) }),
    { id: 'mirror', text: t('self.mirror'), Icon: FlipHorizontal2, isOn: isMirrored, run: () => choose({ isMirrored: !isMirrored }) },
    ...of(selfSize === 'hidden', { id: 'self', text: t('self.show'), Icon: Eye, run: () => choose({ selfSize: 'normal' }) }),
  ];
  return [
    { title: t('call.more.devices'), actions: device },
    {
      title: t('call.layout'),
      actions: layouts.map((each) => ({ id: each, text: t(`call.layout.${each}`), Icon: layoutIcons[each], isOn: layout === each, run: () => choose({ layout: each }) })),
    },
    { title: t('call.more.picture'), actions: shown },
    {
      title: t('call.more.connection'),
      actions: [
        { id: 'quality', text: t('call.quality'), Icon: Gauge, run: () => open('quality') },
        { id: 'saver', text: t('call.data'), Icon: Leaf, isOn: isSavingData, run: () => choose({ isSavingData: !isSavingData }) },
        { id: 'stats', text: t('call.stats'), Icon: Activity, run: () => togglePanel('stats') },
      ],
    },
    {
      title: t('call.more.help'),
      actions: [
        ...of(!isPhone, { id: 'devices', text: t('call.devices'), Icon: Settings2, run: () => open('devices') }),
        // A phone's bar has no room for the menu beside hanging up.
        ...of(isPhone, { id: 'leave', text: t('call.leave'), Icon: DoorOpen, run: onLeave }),
        { id: 'keys', text: t('keys.title'), Icon: isPhone ? LifeBuoy : Keyboard, run: () => open('help') },
      ],
    },
  ].filter(({ actions }) => actions.length > 0);
}
