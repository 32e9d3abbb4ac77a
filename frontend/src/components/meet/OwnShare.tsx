import { MonitorUp } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useWords } from '../../i18n/words';
import type { MeetVideo } from './engines/meetClient';

/** One still of our own screen: moving, it would show itself in itself without end. */
export function OwnShare({ screen }: { screen: MeetVideo }) {
  const { t } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    const detach = screen.attach(video);
    video.addEventListener(
      'loadeddata',
      () => {
        const target = canvas.current;
        if (target !== null) {
          target.height = Math.round((target.width * video.videoHeight) / Math.max(1, video.videoWidth));
          target.getContext('2d')?.drawImage(video, 0, 0, target.width, target.height);
        }
        detach();
      },
      { once: true },
    );
    return detach;
  }, [screen]);
  return (
    <div className="flex size-full flex-col items-center justify-center gap-4 overflow-hidden rounded-2xl bg-card p-6 text-center">
      <canvas ref={canvas} aria-hidden width={480} height={270} className="max-h-[45%] max-w-[min(100%,20rem)] rounded-lg bg-black ring-1 ring-line" />
      <p className="flex items-center gap-2 text-lg font-semibold">
        <MonitorUp aria-hidden size={22} className="text-mark" />
        {t('share.you')}
      </p>
      <p className="max-w-sm text-sm text-muted">{t('share.you.hint')}</p>
    </div>
  );
}
