import { Mic, MicOff, Video, VideoOff } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import type { LocalMedia, LocalMediaState } from './localMedia';

interface PreviewProps {
  media: LocalMedia;
  state: LocalMediaState;
  name: string;
}

/** Oneself before the call, mirrored, with the two switches on the picture. */
export function Preview({ media, state: { microphone, camera }, name }: PreviewProps) {
  const { t } = useWords();
  const ref = useRef<HTMLVideoElement>(null);
  const track = camera.status === 'on' ? camera.track : null;
  useEffect(() => {
    if (ref.current !== null && track !== null) ref.current.srcObject = new MediaStream([track]);
  }, [track]);

  const isOpening = camera.status === 'opening' || microphone.status === 'opening';
  const toggle = (kind: 'microphone' | 'camera', isOn: boolean) =>
    isOn ? media.switchOff(kind) : void media.switchOn(kind);
  return (
    <div className="relative aspect-4/3 w-full overflow-hidden rounded-3xl bg-card sm:aspect-video">
      {track !== null ? (
        <video ref={ref} aria-label={t('lobby.preview')} autoPlay playsInline muted className="absolute inset-0 size-full -scale-x-100 object-cover" />
      ) : (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-4 pb-14 text-center text-muted">
          <Avatar name={name} size={88} />
          <p role="status" className="px-6">
            {isOpening ? t('lobby.opening') : t('lobby.camOff')}
          </p>
        </div>
      )}
      {track !== null && name !== '' && (
        <p className="absolute bottom-4 left-4 hidden max-w-[28%] truncate rounded-lg bg-scrim px-3 py-1 text-sm font-medium text-white sm:block">{name}</p>
      )}
      <div className="absolute inset-x-0 bottom-4 flex justify-center gap-3">
        <PreviewSwitch
          isOn={microphone.status === 'on'}
          label={t(microphone.status === 'on' ? 'mic.mute' : 'mic.unmute')}
          isDisabled={microphone.status === 'opening'}
          onPress={() => toggle('microphone', microphone.status === 'on')}
        >
          {microphone.status === 'on' ? <Mic aria-hidden size={22} /> : <MicOff aria-hidden size={22} />}
        </PreviewSwitch>
        <PreviewSwitch
          isOn={camera.status === 'on'}
          label={t(camera.status === 'on' ? 'cam.off' : 'cam.on')}
          isDisabled={camera.status === 'opening'}
          onPress={() => toggle('camera', camera.status === 'on')}
        >
          {camera.status === 'on' ? <Video aria-hidden size={22} /> : <VideoOff aria-hidden size={22} />}
        </PreviewSwitch>
      </div>
    </div>
  );
}

interface PreviewSwitchProps {
  isOn: boolean;
  label: string;
  isDisabled: boolean;
  onPress: () => void;
  children: ReactNode;
}

function PreviewSwitch({ isOn, label, isDisabled, onPress, children }: PreviewSwitchProps) {
  return (
    <Button
      aria-label={label}
      isDisabled={isDisabled}
      onPress={onPress}
      className={`size-13! rounded-full! border-0! ${isOn ? 'bg-scrim! text-white!' : 'bg-ink! text-paper!'}`}
    >
      {children}
    </Button>
  );
}
