import { useEffect, useState } from 'react';
import { useWords } from '../../i18n/words';
import { Dialog } from '../../ui/Dialog';
import { useCallUi } from './callUi';
import { DeviceSelects } from './DeviceSelects';
import type { MeetState } from './engines/meetClient';
import { LevelMeter } from './LevelMeter';
import type { CallDevices } from './useCallDevices';

/** Another microphone, camera or speaker without leaving the call. */
export function DevicesDialog({ state, devices }: { state: MeetState; devices: CallDevices }) {
  const { t } = useWords();
  const { dialog, closeDialog } = useCallUi();
  const { voice, isMicrophoneOn } = state.self;
  return (
    <Dialog theme="stage" title={t('call.devices.title')} closeLabel={t('call.devices.close')} isOpen={dialog === 'devices'} onOpenChange={closeDialog}>
      <Choices active={state.active} onChoose={(kind, device) => void devices.choose(kind, device)} />
      {voice !== null && isMicrophoneOn && (
        <div className="mt-4">
          <LevelMeter track={voice} />
        </div>
      )}
    </Dialog>
  );
}

interface ChoicesProps {
  active: MeetState['active'];
  onChoose: (kind: MediaDeviceKind, device: { id: string; label: string }) => void;
}

function Choices({ active, onChoose }: ChoicesProps) {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    const { mediaDevices } = navigator;
    if (mediaDevices === undefined) return;
    const list = () => void mediaDevices.enumerateDevices().then(setDevices);
    list();
    mediaDevices.addEventListener('devicechange', list);
    return () => mediaDevices.removeEventListener('devicechange', list);
  }, []);
  return <DeviceSelects devices={devices} chosen={active} onChoose={onChoose} />;
}
