import type { ReactNode } from 'react';
import type { MeetParticipant, MeetState } from './engines/meetClient';
import { OwnShare } from './OwnShare';
import type { Layout } from './preferences';
import { ScreenView } from './ScreenView';
import { SelfView } from './SelfView';
import { Tile } from './Tile';
import { useMainSpeaker } from './useMainSpeaker';
import { WaitingPanel, type WaitedFor } from './WaitingPanel';

interface StageProps {
  state: MeetState;
  layout: Layout;
  /** The other party, also while away. */
  autre: WaitedFor;
  /** Pictures of this person, although pictures were declined. */
  onShowPicture: (id: string) => void;
  /** Nobody came, and nobody is here either. */
  onGiveUp: () => void;
}

/** The pictures of the call; a shared screen takes the place of any other layout. */
export function Stage({ state: { self, others }, layout, autre, onShowPicture, onGiveUp }: StageProps) {
  const sharing = others.find((other) => other.screen !== null) ?? (self.screen !== null ? self : undefined);
  const speaker = useMainSpeaker(others);
  const show = (participant: MeetParticipant) => () => onShowPicture(participant.id);
  if (sharing !== undefined) return <Sharing sharer={sharing} faces={[...others, self]} />;
  if (speaker === undefined) {
    return (
      <div className="relative size-full">
        <WaitingPanel autre={autre} onGiveUp={onGiveUp} />
        <SelfView self={self} />
      </div>
    );
  }
  switch (layout) {
    case 'face':
      return (
        <div className="relative size-full">
          <Tile participant={speaker} size="stage" className="size-full" onShowPicture={show(speaker)} />
          <SelfView self={self} />
        </div>
      );
    case 'speaker':
      return (
        <WithStrip
          main={<Tile participant={speaker} size="stage" className="size-full" onShowPicture={show(speaker)} />}
          faces={[...others.filter((other) => other !== speaker), self]}
        />
      );
    case 'grid':
      return (
        <ul className="grid size-full auto-rows-fr gap-2 landscape:auto-cols-fr landscape:grid-flow-col lg:gap-3">
          {[...others, self].map((face) => (
            <li key={face.id} className="min-h-0 min-w-0">
              <Tile participant={face} size="stage" className="size-full" onShowPicture={show(face)} />
            </li>
          ))}
        </ul>
      );
    default:
      return layout satisfies never;
  }
}

function WithStrip({ main, faces }: { main: ReactNode; faces: MeetParticipant[] }) {
  return (
    <div className="flex size-full flex-col gap-2 lg:flex-row lg:gap-3 short:flex-row">
      <div className="relative order-2 min-h-0 min-w-0 flex-1 lg:order-1 short:order-1">{main}</div>
      <ul className="order-1 flex shrink-0 gap-2 overflow-auto lg:order-2 lg:w-56 lg:flex-col short:order-2 short:w-32 short:flex-col">
        {faces.map((face) => (
          <li key={face.id} className="aspect-4/3 h-24 shrink-0 sm:aspect-video sm:h-28 lg:h-auto lg:w-full short:h-auto short:w-full">
            <Tile participant={face} size="strip" className="size-full" />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Sharing({ sharer, faces }: { sharer: MeetParticipant; faces: MeetParticipant[] }) {
  if (sharer.screen === null) return null;
  const main = sharer.isSelf ? <OwnShare screen={sharer.screen} /> : <ScreenView key={sharer.screen.id} screen={sharer.screen} nom={sharer.name} />;
  return <WithStrip main={main} faces={faces} />;
}
