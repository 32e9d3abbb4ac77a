import { useEffect, useRef, useState } from 'react';
import { systemOf } from '../../lib/agent';
import type { MeetState } from './engines/meetClient';
import { levelReader } from './level';
import { VoiceWatch, type MicHint } from './voiceWatch';

const readEvery = 100; // ms

/** What is worth saying about our own microphone now. */
export function useMicHint({ self, others }: MeetState): MicHint | null {
  const [hint, setHint] = useState<MicHint | null>(null);
  const { voice, isMicrophoneOn } = self;
  const isOtherSpeaking = useRef(false);
  useEffect(() => {
    isOtherSpeaking.current = others.some((other) => other.isSpeaking);
  });
  useEffect(() => {
    // iOS gives one page one microphone: a second look at it would silence the first.
    if (voice === null || voice.readyState === 'ended' || systemOf(navigator.userAgent) === 'ios') return;
    // A muted track is silent for everybody; a copy of it is not.
    const copy = voice.clone();
    copy.enabled = true;
    const reader = levelReader(copy);
    const watch = new VoiceWatch();
    const timer = setInterval(() => {
      if (reader === null) return;
      setHint(watch.update({ now: performance.now(), isOn: isMicrophoneOn, rms: reader.read(), isOtherSpeaking: isOtherSpeaking.current }));
    }, readEvery);
    return () => {
      clearInterval(timer);
      reader?.close();
      copy.stop();
      setHint(null);
    };
  }, [voice, isMicrophoneOn]);
  return hint;
}
