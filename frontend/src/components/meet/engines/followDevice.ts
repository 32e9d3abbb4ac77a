import { TrackEvent, type LocalTrack } from 'livekit-client';
import type { DeviceTrouble } from './meetClient';

const interruptedAfter = 2_000; // ms without a sample before it is worth a word (product.md, section 7)

interface Followed {
  onTrouble: (what: DeviceTrouble['what']) => void;
  onMended: () => void;
  onSwitched: (from: string, to: string) => void;
}

/** Follows what becomes of one of our devices: unplugged, replaced, taken by the system, given back. */
export function followDevice(track: LocalTrack, { onTrouble, onMended, onSwitched }: Followed) {
  let watched: MediaStreamTrack | null = null;
  let unplugged: string | null = null;
  let interruption: ReturnType<typeof setTimeout> | undefined;
  const onEnded = () => {
    // The client now tries the default device, which ends in one of the two events below.
    unplugged = watched?.label ?? '';
  };
  const onMute = () => {
    interruption = setTimeout(() => onTrouble('interrupted'), interruptedAfter);
  };
  const onUnmute = () => {
    clearTimeout(interruption);
    onMended();
  };
  const follow = () => {
    if (watched === track.mediaStreamTrack) return;
    watched?.removeEventListener('ended', onEnded);
    watched?.removeEventListener('mute', onMute);
    watched?.removeEventListener('unmute', onUnmute);
    clearTimeout(interruption);
    watched = track.mediaStreamTrack;
    watched.addEventListener('ended', onEnded);
    watched.addEventListener('mute', onMute);
    watched.addEventListener('unmute', onUnmute);
  };
  follow();
  track.on(TrackEvent.Restarted, () => {
    follow();
    const to = track.mediaStreamTrack.label;
    if (unplugged !== null && unplugged !== '' && unplugged !== to) onSwitched(unplugged, to);
    unplugged = null;
    onMended();
  });
  track.on(TrackEvent.Muted, () => {
    if (unplugged !== null && track.mediaStreamTrack.readyState === 'ended') onTrouble('lost');
    unplugged = null;
  });
}
