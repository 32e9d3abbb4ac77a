import { expect, test } from 'vitest';
import { FakeTrack } from '../../testing/fakeDevices';
import { FakeMeet } from '../../testing/fakeMeet';
import type { StatsSample } from './callStats';
import { overall, runConnectionTest, type TestTools } from './connectionTest';
import { MeetRefused } from './engines/meetClient';

const track = () => new FakeTrack('audio') as unknown as MediaStreamTrack;

/** Sound both ways; each second of waiting moves the counters. */
function world(change: Partial<TestTools> = {}, lossPercent = 0) {
  const meet = new FakeMeet();
  let seconds = 0;
  const count = (): StatsSample => ({
    at: seconds * 1000,
    rttMs: 30,
    path: { protocol: 'udp', isRelayed: false },
    streams: (['sent', 'received'] as const).map((direction) => ({ id: direction, direction, kind: 'audio', bytes: seconds * 4000, packets: seconds * 50, lost: seconds * 0.5 * lossPercent, jitterMs: 1, width: 0, height: 0, fps: 0, codec: 'opus' })),
  });
  meet.nextStats = count();
  const tools: TestTools = {
    isSupported: () => true,
    microphone: track(),
    camera: track(),
    enter: () => Promise.resolve(meet),
    wait: (ms) => {
      seconds += ms / 1000;
      meet.nextStats = count();
      return Promise.resolve();
    },
    onResults: () => undefined,
    ...change,
  };
  return { meet, tools };
}
const statuses = async (tools: TestTools) => {
  const results = await runConnectionTest(tools);
  return { results, all: Object.values(results).map(({ status }) => status).join(' ') };
};

test('a good connection passes each step, suits a video call, and the room is left', async () => {
  const { meet, tools } = world();
  const { results, all } = await statuses(tools);
  expect(all).toBe('good good good good good good good');
  expect(overall(results)).toBe('video');
  expect(meet.snapshot().link.status).toBe('ended');
});

test('a lossy one suits a call with sound', async () => {
  const { results } = await statuses(world({}, 5).tools);
  expect(results.sending.status).toBe('fair');
  expect(overall(results)).toBe('audio');
});

test('a server out of reach ends the test with its reason', async () => {
  const { results, all } = await statuses(world({ enter: () => Promise.reject(new MeetRefused('blocked', null)) }).tools);
  expect(results.server).toEqual({ status: 'bad', reason: 'blocked' });
  expect(all).toBe('good good good bad skipped skipped skipped');
  expect(overall(results)).toBe('none');
});

test('without devices the server is tried all the same', async () => {
  const { all } = await statuses(world({ microphone: null, camera: null }).tools);
  expect(all).toBe('good bad bad good skipped skipped skipped');
});

test('cancelled in the middle, it leaves the room', async () => {
  const { meet, tools } = world({ wait: () => Promise.reject(new Error('cancelled')) });
  await expect(runConnectionTest(tools)).rejects.toThrow('cancelled');
  expect(meet.snapshot().link.status).toBe('ended');
});
