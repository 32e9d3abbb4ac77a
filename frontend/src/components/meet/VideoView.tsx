import { useEffect, useRef } from 'react';
import type { MeetVideo } from './engines/meetClient';

interface VideoViewProps {
  video: MeetVideo;
  /** Said by screen readers; one's own picture is called so too. */
  label: string;
  fit: 'cover' | 'contain';
  isMirrored?: boolean;
}

/** One picture. Sound never comes from here, so it is always muted. */
export function VideoView({ video, label, fit, isMirrored = false }: VideoViewProps) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = ref.current;
    return element === null ? undefined : video.attach(element);
  }, [video]);
  return (
    <video
      ref={ref}
      aria-label={label}
      autoPlay
      playsInline
      muted
      className={`absolute inset-0 size-full ${fit === 'cover' ? 'object-cover' : 'object-contain'} ${isMirrored ? '-scale-x-100' : ''}`}
    />
  );
}
