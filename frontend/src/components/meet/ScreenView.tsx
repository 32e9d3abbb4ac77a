import { Maximize, MonitorUp, ZoomIn, ZoomOut } from 'lucide-react';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import type { MeetVideo } from './engines/meetClient';
import { toggleFullscreen } from './fullscreen';
import { VideoView } from './VideoView';
import { fitted, moved, zoomed, zoomSteps } from './zoom';

const keyStep = 0.1;
const arrows: Record<string, [number, number]> = { ArrowLeft: [keyStep, 0], ArrowRight: [-keyStep, 0], ArrowUp: [0, keyStep], ArrowDown: [0, -keyStep] };

/** The other's shared screen: whole at first; larger by buttons or + and −, moved by pointer or arrows. */
export function ScreenView({ screen, nom }: { screen: MeetVideo; nom: string }) {
  const { t } = useWords();
  const [view, setView] = useState(fitted);
  const ref = useRef<HTMLElement>(null);

  function onKeyDown(event: KeyboardEvent) {
    const arrow = arrows[event.key];
    if (event.key === '+' || event.key === '=') setView(zoomed(view, 1));
    else if (event.key === '-') setView(zoomed(view, -1));
    else if (event.key === '0') setView(fitted);
    else if (arrow !== undefined) setView(moved(view, ...arrow));
    else return;
    event.preventDefault();
  }
  function onPointerMove(event: PointerEvent<HTMLElement>) {
    if (event.buttons !== 1 || view.scale === 1) return;
    const { width, height } = event.currentTarget.getBoundingClientRect();
    setView((now) => moved(now, event.movementX / width, event.movementY / height));
  }

  const percent = `${Math.round(view.scale * 100)} %`;
  return (
    <figure ref={ref} onPointerMove={onPointerMove} className={`relative m-0 size-full touch-none overflow-hidden rounded-2xl bg-black ${view.scale > 1 ? 'cursor-grab active:cursor-grabbing' : ''}`}>
      <div className="absolute inset-0" style={{ transform: `translate(${view.x * 100}%, ${view.y * 100}%) scale(${view.scale})` }}>
        <VideoView video={screen} label={t('call.screen', { nom })} fit="contain" />
      </div>
      <figcaption className="pointer-events-none absolute bottom-3 left-3 flex max-w-[55%] items-center gap-2 rounded-lg bg-scrim px-3 py-1 text-sm font-medium text-white">
        <MonitorUp aria-hidden size={16} className="shrink-0" />
        <span className="truncate">{t('share.other', { nom })}</span>
      </figcaption>
      {/* The keys of the group are those of its buttons. */}
      <div role="group" aria-label={t('zoom.group')} onKeyDown={onKeyDown} className="absolute right-3 bottom-3 flex max-sm:top-3 max-sm:bottom-auto items-center gap-1 rounded-full bg-scrim p-1 text-white">
        <Button tone="quiet" size="icon" aria-label={t('zoom.out')} isDisabled={view.scale === 1} onPress={() => setView(zoomed(view, -1))} className={zoomButton}>
          <ZoomOut aria-hidden size={20} />
        </Button>
        <span role="status" className="min-w-14 text-center text-sm font-semibold tabular-nums">
          {percent}
        </span>
        <Button tone="quiet" size="icon" aria-label={t('zoom.in')} isDisabled={view.scale === zoomSteps.at(-1)} onPress={() => setView(zoomed(view, 1))} className={zoomButton}>
          <ZoomIn aria-hidden size={20} />
        </Button>
        <Button tone="quiet" size="icon" aria-label={t('call.fullscreen')} onPress={() => ref.current && toggleFullscreen(ref.current)} className={zoomButton}>
          <Maximize aria-hidden size={20} />
        </Button>
      </div>
    </figure>
  );
}

const zoomButton = 'rounded-full! text-white! hover:bg-sunken!';
