import { MonitorUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../../i18n/words';
import type { MeetParticipant, MeetState } from './engines/meetClient';
import type { Layout } from './callUi';
import { Tile } from './Tile';
import { VideoView } from './VideoView';
import { WaitingPanel, type WaitedFor } from './WaitingPanel';

interface StageProps {
  state: MeetState;
  layout: Layout;
  /** The other party, also while away. */
  autre: WaitedFor;
}

/** The pictures of the call; a shared screen takes the place of any other layout. */
export function Stage({ state: { self, others, speakerId }, layout, autre }: StageProps) {
  const sharing = others.find((other) => other.screen !== null) ?? (self.screen !== null ? self : undefined);
  const speaker = others.find((other) => other.id === speakerId) ?? others[0];
  if (sharing !== undefined) return <Sharing sharer={sharing} faces={[...others, self]} />;
  if (speaker === undefined) {
    return (
      <div className="relative size-full">
        <WaitingPanel autre={autre} />
        <SelfView self={self} />
      </div>
    );
  }
  if (layout === 'face') {
    return (
      <div className="relative size-full">
        <Tile participant={speaker} size="stage" className="size-full" />
        <SelfView self={self} />
      </div>
    );
  }
  return <WithStrip main={<Tile participant={speaker} size="stage" className="size-full" />} faces={[...others.filter((other) => other !== speaker), self]} />;
}

function SelfView({ self }: { self: MeetParticipant }) {
  return (
    <Tile
      participant={self}
      size="float"
      className="absolute! right-3 bottom-3 h-32 w-24 shadow-float ring-1! ring-line! sm:h-[90px] sm:w-40 lg:h-28 lg:w-50 2xl:h-[135px] 2xl:w-60"
    />
  );
}

function WithStrip({ main, faces }: { main: ReactNode; faces: MeetParticipant[] }) {
  return (
    <div className="flex size-full flex-col gap-2 lg:flex-row lg:gap-3">
      <div className="relative order-2 min-h-0 min-w-0 flex-1 lg:order-1">{main}</div>
      <ul className="order-1 flex shrink-0 gap-2 overflow-auto lg:order-2 lg:w-56 lg:flex-col">
        {faces.map((face) => (
          <li key={face.id} className="aspect-4/3 h-24 shrink-0 sm:aspect-video sm:h-28 lg:h-auto lg:w-full">
            <Tile participant={face} size="strip" className="size-full" />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Sharing({ sharer, faces }: { sharer: MeetParticipant; faces: MeetParticipant[] }) {
  const { t } = useWords();
  const main =
    sharer.isSelf || sharer.screen === null ? (
      // Showing our own screen here would show itself in itself without end.
      <div className="flex size-full flex-col items-center justify-center gap-4 rounded-2xl bg-card p-6 text-center">
        <MonitorUp aria-hidden size={48} className="text-mark" />
        <p className="text-lg font-semibold">{t('share.you')}</p>
      </div>
    ) : (
      <figure className="relative m-0 size-full overflow-hidden rounded-2xl bg-black">
        <VideoView video={sharer.screen} label={t('call.screen', { nom: sharer.name })} fit="contain" />
        <figcaption className="absolute bottom-3 left-3 flex items-center gap-2 rounded-lg bg-scrim px-3 py-1 text-sm font-medium text-white">
          <MonitorUp aria-hidden size={16} />
          {t('share.other', { nom: sharer.name })}
        </figcaption>
      </figure>
    );
  return <WithStrip main={main} faces={faces} />;
}
