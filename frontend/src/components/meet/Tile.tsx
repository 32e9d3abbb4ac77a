import { MicOff } from 'lucide-react';
import { useRef, useState } from 'react';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { DeclinedPicture } from './DeclinedPicture';
import type { MeetParticipant } from './engines/meetClient';
import { usePreferences } from './preferences';
import { TileMenu } from './TileMenu';
import { VideoView } from './VideoView';

interface TileProps {
  participant: MeetParticipant;
  size: 'stage' | 'strip' | 'float';
  className?: string;
  onShowPicture?: () => void;
}

/** One person: picture or initials, name, and whether the microphone is off. */
export function Tile({ participant, size, className = '', onShowPicture }: TileProps) {
  const { t } = useWords();
  const { isMirrored, isWhole } = usePreferences();
  const ref = useRef<HTMLElement>(null);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const hasMenu = !participant.isSelf && size === 'stage' && participant.camera !== null;
  const { name, camera, isSelf, isMicrophoneOn, isSpeaking } = participant;
  const nom = isSelf ? t('call.self') : name;
  const label = isSelf ? t('lobby.preview') : t('call.video', { nom });
  return (
    <figure
      ref={ref}
      aria-label={nom}
      onContextMenu={(event) => {
        if (!hasMenu) return;
        event.preventDefault();
        setMenuOpen(true);
      }}
      data-speaking={isSpeaking && isMicrophoneOn}
      className={`group relative isolate m-0 overflow-hidden bg-card ring-mark ring-inset data-[speaking=true]:after:pointer-events-none data-[speaking=true]:after:absolute data-[speaking=true]:after:inset-0 data-[speaking=true]:after:rounded-[inherit] data-[speaking=true]:after:ring-2 data-[speaking=true]:after:ring-mark data-[speaking=true]:after:ring-inset ${size === 'stage' ? 'rounded-2xl' : 'rounded-xl'} ${className}`}
    >
      {camera !== null ? (
        <VideoView video={camera} label={label} fit={isWhole && !isSelf ? 'contain' : 'cover'} isMirrored={isSelf && isMirrored} />
      ) : (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-4">
          <Avatar name={name || nom} size={size === 'stage' ? 128 : 48} />
          {participant.isPictureDeclined && onShowPicture ? <DeclinedPicture onShow={onShowPicture} /> : <span className="sr-only">{t('cam.off.sr')}</span>}
        </div>
      )}
      <figcaption
        className={`absolute bottom-1.5 left-1.5 flex max-w-[calc(100%-0.75rem)] items-center gap-1.5 rounded-lg bg-scrim px-2 py-0.5 text-sm font-medium text-white ${size === 'stage' ? 'sm:bottom-3 sm:left-3 sm:px-3 sm:py-1' : ''}`}
      >
        {!isMicrophoneOn && <MicOff aria-label={t('mic.off.sr')} role="img" size={15} className="shrink-0 text-on-error" />}
        <span className="truncate">{nom}</span>
      </figcaption>
      {hasMenu && <TileMenu nom={nom} isOpen={isMenuOpen} onOpenChange={setMenuOpen} tile={() => ref.current} />}
    </figure>
  );
}
