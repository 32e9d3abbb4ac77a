import { between, verdictOf, type CallStats, type StatsSample } from './callStats';
import type { MeetClient } from './engines/meetClient';
import { MeetRefused } from './engines/meetClient';

export const testSteps = ['browser', 'microphone', 'camera', 'server', 'sending', 'receiving', 'relay'] as const;
export type TestStep = (typeof testSteps)[number];

export type StepResult =
  | { status: 'waiting' | 'running' }
  /** `fair`: it works, with a limit worth knowing. */
  | { status: 'good' | 'fair'; stats?: CallStats }
  | { status: 'bad'; reason: 'unsupported' | 'absent' | 'unreachable' | 'blocked' | 'nothing' }
  | { status: 'skipped' };

export type TestResults = Record<TestStep, StepResult>;

const measured = { sending: 4_000, receiving: 9_000 }; // ms: the echo comes back after five seconds

export interface TestTools {
  isSupported: () => boolean;
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  /** Enters the echo room with both; rejects as joining does. */
  enter: () => Promise<MeetClient>;
  /** Rejects when the test was cancelled. */
  wait: (ms: number) => Promise<void>;
  onResults: (results: TestResults) => void;
}

/** From the browser to the path of the media, one step after the other; about fifteen seconds. */
export async function runConnectionTest({ isSupported, microphone, camera, enter, wait, onResults }: TestTools): Promise<TestResults> {
  let results: TestResults = Object.fromEntries(testSteps.map((step) => [step, { status: 'waiting' }])) as TestResults;
  const note = (step: TestStep, result: StepResult) => {
    results = { ...results, [step]: result };
    onResults(results);
  };
  const skip = (...steps: TestStep[]) => steps.forEach((step) => note(step, { status: 'skipped' }));

  note('browser', isSupported() ? { status: 'good' } : { status: 'bad', reason: 'unsupported' });
  note('microphone', microphone === null ? { status: 'bad', reason: 'absent' } : { status: 'good' });
  note('camera', camera === null ? { status: 'bad', reason: 'absent' } : { status: 'good' });
  if (!isSupported()) {
    skip('server', 'sending', 'receiving', 'relay');
    return results;
  }

  note('server', { status: 'running' });
  let client: MeetClient;
  try {
    client = await enter();
  } catch (error) {
    note('server', { status: 'bad', reason: error instanceof MeetRefused && error.reason === 'blocked' ? 'blocked' : 'unreachable' });
    skip('sending', 'receiving', 'relay');
    return results;
  }
  try {
    note('server', { status: 'good' });
    const start = await client.stats();
    if (microphone === null && camera === null) {
      skip('sending', 'receiving', 'relay');
      return results;
    }
    note('sending', { status: 'running' });
    await wait(measured.sending);
    const sent = await client.stats();
    note('sending', judged(start, sent, 'sentKbps'));
    note('receiving', { status: 'running' });
    await wait(measured.receiving);
    const received = await client.stats();
    note('receiving', judged(sent, received, 'receivedKbps'));
    const last = between(sent, received);
    note('relay', last.path === null ? { status: 'skipped' } : { status: last.path.protocol === 'udp' ? 'good' : 'fair', stats: last });
    return results;
  } finally {
    client.leave();
  }
}

function judged(before: StatsSample, after: StatsSample, which: 'sentKbps' | 'receivedKbps'): StepResult {
  const stats = between(before, after);
  if (stats[which] < 1) return { status: 'bad', reason: 'nothing' };
  return { status: verdictOf(stats) === 'good' ? 'good' : 'fair', stats };
}

/** What the whole test says: a video call, a call with sound, or none. */
export function overall(results: TestResults): 'video' | 'audio' | 'none' {
  const { server, sending, receiving } = results;
  if (server.status !== 'good' || sending.status === 'bad' || receiving.status === 'bad') return 'none';
  return sending.status === 'good' && receiving.status === 'good' ? 'video' : 'audio';
}
