import { AppWindow, Maximize, MonitorUp, Undo2, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { createPortal } from 'react-dom';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import type { MeetVideo } from './engines/meetClient';
import { toggleFullscreen } from './fullscreen';
import { dressWindow } from './ownWindow';
import { useIsPhone } from './useIsPhone';
import { VideoView } from './VideoView';
import { fitted, moved, zoomed, zoomSteps } from './zoom';

const keyStep = 0.1;
const arrows: Record<string, [number, number]> = { ArrowLeft: [keyStep, 0], ArrowRight: [-keyStep, 0], ArrowUp: [0, keyStep], ArrowDown: [0, -keyStep] };

interface ScreenProps {
  screen: MeetVideo;
  nom: string;
}

/** The other's shared screen, on the stage or in a window of its own: on a second monitor, say. */
export function ScreenView({ screen, nom }: ScreenProps) {
  const { t } = useWords();
  const [frame, setFrame] = useState<Window | null>(null);
  const label = t('call.screen', { nom });
  // The window ends with what it shows.
  useEffect(() => () => frame?.close(), [frame]);

  function open() {
    const opened = window.open('', '', `popup,width=${windowSize.width},height=${windowSize.height}`);
    if (opened === null) return; // the browser blocks windows: the screen stays on the stage
    dressWindow(opened, label);
    opened.addEventListener('pagehide', () => setFrame(null), { once: true });
    setFrame(opened);
  }

  if (frame === null) return <ScreenOnStage screen={screen} nom={nom} onOpenWindow={open} />;
  return (
    <div className="flex size-full flex-col items-center justify-center gap-4 rounded-2xl bg-card p-6 text-center">
      <p className="flex items-center gap-2 text-lg font-semibold">
        <AppWindow aria-hidden size={22} className="text-mark" />
        {t('share.elsewhere', { nom })}
      </p>
      <Button onPress={() => frame.close()}>
        <Undo2 aria-hidden size={18} />
        {t('share.back')}
      </Button>
      {createPortal(
        <div className="fixed inset-0 bg-black">
          <VideoView video={screen} label={label} fit="contain" />
        </div>,
        frame.document.body,
      )}
    </div>
  );
}

const windowSize = { width: 1280, height: 760 }; // px

/** On the stage: whole at first; larger by buttons or + and −, moved by pointer or arrows. */
function ScreenOnStage({ screen, nom, onOpenWindow }: ScreenProps & { onOpenWindow: () => void }) {
  const { t } = useWords();
  const [view, setView] = useState(fitted);
  const ref = useRef<HTMLElement>(null);
  const isPhone = useIsPhone();

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
        {!isPhone && (
          <Button tone="quiet" size="icon" aria-label={t('share.window')} onPress={onOpenWindow} className={zoomButton}>
            <AppWindow aria-hidden size={20} />
          </Button>
        )}
      </div>
    </figure>
  );
}

const zoomButton = 'rounded-full! text-white! hover:bg-sunken!';
