import { useEffect, useRef, useState } from 'react';
import type { MeetParticipant } from './engines/meetClient';
import { SpeakerPicker } from './speaker';

const lookEvery = 250; // ms

/** Which of the others is large now. */
export function useMainSpeaker(others: MeetParticipant[]): MeetParticipant | undefined {
  const [picker] = useState(() => new SpeakerPicker());
  const [speakerId, setSpeakerId] = useState<string | null>(null);
  const latest = useRef(others);
  useEffect(() => {
    latest.current = others;
    const look = () => setSpeakerId(picker.update(performance.now(), latest.current));
    look();
    if (others.length < 2) return;
    const timer = setInterval(look, lookEvery);
    return () => clearInterval(timer);
  }, [others, picker]);
  return others.find((other) => other.id === speakerId) ?? others[0];
}
