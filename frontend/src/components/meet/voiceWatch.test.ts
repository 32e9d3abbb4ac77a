import { describe, expect, test } from 'vitest';
import { VoiceWatch } from './voiceWatch';

const every = 100;
function hear(watch: VoiceWatch, from: number, ms: number, heard: { isOn: boolean; rms: number; isOtherSpeaking?: boolean }) {
  let hint = null;
  for (let now = from; now <= from + ms; now += every) hint = watch.update({ now, isOtherSpeaking: false, ...heard });
  return hint;
}

describe('the microphone’s hints', () => {
  test('speaking for a second while muted is noticed, and unmuting ends it', () => {
    const watch = new VoiceWatch();
    expect(hear(watch, 0, 900, { isOn: false, rms: 0.05 })).toBeNull();
    expect(hear(watch, 1_000, 200, { isOn: false, rms: 0.05 })).toBe('mutedSpeaking');
    expect(hear(watch, 1_300, 0, { isOn: true, rms: 0.05 })).toBeNull();
  });

  test('a cough or a door while muted is none', () => {
    const watch = new VoiceWatch();
    expect(hear(watch, 0, 300, { isOn: false, rms: 0.2 })).toBeNull();
    expect(hear(watch, 400, 3_000, { isOn: false, rms: 0.001 })).toBeNull();
    expect(hear(watch, 3_500, 300, { isOn: false, rms: 0.2 })).toBeNull();
  });

  test('a dead microphone is noticed after eight seconds, if somebody speaks to us', () => {
    const watch = new VoiceWatch();
    expect(hear(watch, 0, 20_000, { isOn: true, rms: 0 })).toBeNull();
    expect(hear(watch, 20_100, 200, { isOn: true, rms: 0, isOtherSpeaking: true })).toBe('silent');
    expect(hear(watch, 20_400, 0, { isOn: true, rms: 0.003 })).toBeNull();
  });

  test('a quiet room is not a dead microphone', () => {
    expect(hear(new VoiceWatch(), 0, 20_000, { isOn: true, rms: 0.0004, isOtherSpeaking: true })).toBeNull();
  });
});
