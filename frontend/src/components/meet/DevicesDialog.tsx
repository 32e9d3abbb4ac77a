import { useEffect, useState } from 'react';
import { useWords } from '../../i18n/words';
import { Dialog } from '../../ui/Dialog';
import { useCallUi } from './callUi';
import { DeviceSelects } from './DeviceSelects';
import type { MeetClient } from './engines/meetClient';

/** Another microphone, camera or speaker without leaving the call. */
export function DevicesDialog({ client }: { client: MeetClient }) {
  const { t } = useWords();
  const { isDevicesOpen, setDevicesOpen } = useCallUi();
  return (
    <Dialog theme="stage" title={t('call.devices.title')} closeLabel={t('call.devices.close')} isOpen={isDevicesOpen} onOpenChange={setDevicesOpen}>
      <Choices client={client} />
    </Dialog>
  );
}

function Choices({ client }: { client: MeetClient }) {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const [chosen, setChosen] = useState<Partial<Record<MediaDeviceKind, string>>>({});
  useEffect(() => {
    const list = () => void navigator.mediaDevices.enumerateDevices().then(setDevices);
    list();
    navigator.mediaDevices.addEventListener('devicechange', list);
    return () => navigator.mediaDevices.removeEventListener('devicechange', list);
  }, []);
  return (
    <DeviceSelects
      devices={devices}
      chosen={chosen}
      onChoose={(kind, deviceId) => {
        setChosen({ ...chosen, [kind]: deviceId });
        void client.selectDevice(kind, deviceId);
      }}
    />
  );
}
