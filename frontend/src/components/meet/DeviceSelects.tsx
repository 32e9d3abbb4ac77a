import { useWords } from '../../i18n/words';
import { Select } from '../../ui/Select';
import { deviceSelectId } from './deviceSelectId';

interface DeviceSelectsProps {
  devices: MediaDeviceInfo[];
  chosen: Partial<Record<MediaDeviceKind, string>>;
  onChoose: (kind: MediaDeviceKind, device: { id: string; label: string }) => void;
}

const canChooseSpeaker = () => 'setSinkId' in HTMLMediaElement.prototype;

/** Microphone, camera and, where the browser lets pages choose it, speaker. */
export function DeviceSelects({ devices, chosen, onChoose }: DeviceSelectsProps) {
  const { t } = useWords();
  const kinds = [
    { kind: 'audioinput', label: t('dev.mic'), isOffered: true },
    { kind: 'videoinput', label: t('dev.cam'), isOffered: true },
    { kind: 'audiooutput', label: t('dev.speaker'), isOffered: canChooseSpeaker() },
  ] as const;
  return (
    <div className="flex flex-col gap-4">
      {kinds.map(({ kind, label, isOffered }) => {
        // Without permission the browser lists devices without id or name.
        const known = devices.filter((device) => device.kind === kind && device.deviceId !== '');
        if (!isOffered || known.length === 0) return null;
        const options = known.map((device, index) => ({
          value: device.deviceId,
          label: device.label || t('dev.n', { appareil: label, n: index + 1 }),
        }));
        return (
          <Select
            key={kind}
            id={deviceSelectId(kind)}
            label={label}
            value={chosen[kind] ?? options[0]?.value ?? ''}
            options={options}
            onChange={(id) => onChoose(kind, { id, label: options.find((option) => option.value === id)?.label ?? '' })}
          />
        );
      })}
    </div>
  );
}
