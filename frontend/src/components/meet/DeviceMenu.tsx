import { Check, ChevronUp, Settings2 } from 'lucide-react';
import { useState } from 'react';
import { Header } from 'react-aria-components/Header';
import { Menu, MenuItem, MenuSection, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { useCallUi } from './callUi';
import type { MeetState } from './engines/meetClient';
import { menuItemStyles, menuStyles } from './menuStyles';
import type { CallDevices } from './useCallDevices';

interface DeviceMenuProps {
  label: string;
  kinds: { kind: MediaDeviceKind; title: string }[];
  active: MeetState['active'];
  devices: CallDevices;
}

/** ▾ beside a switch: the devices of its kind, the one in use marked, and the settings. */
export function DeviceMenu({ label, kinds, active, devices }: DeviceMenuProps) {
  const { t } = useWords();
  const { open } = useCallUi();
  const [known, setKnown] = useState<MediaDeviceInfo[]>([]);
  return (
    <MenuTrigger onOpenChange={(isOpen) => isOpen && void navigator.mediaDevices?.enumerateDevices().then(setKnown)}>
      <Button tone="quiet" aria-label={label} className="hidden! h-11! w-7! rounded-full! p-0! text-muted! sm:inline-flex! short:hidden!">
        <ChevronUp aria-hidden size={18} />
      </Button>
      <Popover placement="top" className={menuStyles}>
        <Menu aria-label={label} className="outline-none">
          {kinds.map(({ kind, title }) => {
            const choices = known.filter((device) => device.kind === kind && device.deviceId !== '');
            return (
              choices.length > 0 && (
                <MenuSection key={kind}>
                  <Header className="px-3 pt-2 pb-1 text-sm font-semibold text-muted">{title}</Header>
                  {choices.map(({ deviceId, label: name }, index) => {
                    const text = name || t('dev.n', { appareil: title, n: index + 1 });
                    return (
                      <MenuItem key={deviceId} textValue={text} onAction={() => void devices.choose(kind, { id: deviceId, label: text })} className={menuItemStyles}>
                        <span className="max-w-72 flex-1 truncate">{text}</span>
                        {active[kind] === deviceId && <Check role="img" aria-label={t('call.on')} size={18} className="text-mark" />}
                      </MenuItem>
                    );
                  })}
                </MenuSection>
              )
            );
          })}
          <MenuSection className="not-first:mt-1 not-first:border-t not-first:border-line not-first:pt-1">
            <MenuItem textValue={t('call.devices')} onAction={() => open('devices')} className={menuItemStyles}>
              <Settings2 aria-hidden size={19} className="text-muted" />
              {t('call.devices')}
            </MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
