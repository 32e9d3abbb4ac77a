import { describe, expect, test } from 'vitest';
import { between, readReport, slowerWay, verdictOf, type StatsSample } from './callStats';

const report = (...entries: Record<string, unknown>[]) => new Map(entries.map((entry) => [String(entry['id']), entry]));
const path = [
  { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
  { id: 'P', type: 'candidate-pair', currentRoundTripTime: 0.04, localCandidateId: 'L', remoteCandidateId: 'R' },
  { id: 'L', type: 'local-candidate', candidateType: 'host', protocol: 'udp' },
  { id: 'R', type: 'remote-candidate', candidateType: 'host', protocol: 'udp' },
];
const camera = { id: 'camera', direction: 'sent', kind: 'camera' } as const;

describe('reading a report', () => {
  test('a camera in layers is one stream, with the picture of its largest moving layer', () => {
    const { streams, rttMs, path: way } = readReport(
      report(
        ...path,
        { id: 'C', type: 'codec', mimeType: 'video/VP8' },
        { id: 'q', type: 'outbound-rtp', bytesSent: 1000, packetsSent: 10, frameWidth: 320, frameHeight: 180, framesPerSecond: 15, codecId: 'C', active: true },
        { id: 'f', type: 'outbound-rtp', bytesSent: 9000, packetsSent: 90, frameWidth: 1280, frameHeight: 720, framesPerSecond: 30, codecId: 'C', active: false },
        { id: 'e', type: 'remote-inbound-rtp', packetsLost: 3, jitter: 0.005 },
      ),
      camera,
    );
    expect(streams).toEqual([{ ...camera, bytes: 10_000, packets: 100, lost: 3, jitterMs: 5, width: 320, height: 180, fps: 15, codec: 'VP8' }]);
    expect(rttMs).toBe(40);
    expect(way).toEqual({ protocol: 'udp', isRelayed: false });
  });

  test('a path over TCP or through a relay is said so', () => {
    const [transport, pair, local, remote] = path;
    const through = (...candidates: Record<string, unknown>[]) => readReport(report({ ...transport }, { ...pair }, ...candidates), camera).path;
    expect(through({ ...local, protocol: 'tcp' }, { ...remote })).toEqual({ protocol: 'tcp', isRelayed: false });
    expect(through({ ...local, candidateType: 'relay', relayProtocol: 'udp' }, { ...remote })).toEqual({ protocol: 'udp', isRelayed: true });
    expect(through()).toBeNull();
  });
});

describe('between two readings', () => {
  const sample = (at: number, bytes: number, packets: number, lost: number): StatsSample => ({
    at,
    rttMs: 30,
    path: null,
    streams: [{ id: 'v', direction: 'received', kind: 'audio', bytes, packets, lost, jitterMs: 2, width: 0, height: 0, fps: 0, codec: 'opus' }],
  });

  test('rates are those of the time between', () => {
    const stats = between(sample(0, 1_000, 100, 0), sample(2_000, 9_000, 190, 10));
    expect(stats.receivedKbps).toBe(32);
    expect(stats.sentKbps).toBe(0);
    expect(stats.lossPercent).toBe(10);
  });

  test('a stream that is new counts from nothing, one that stood still has no loss', () => {
    expect(between({ ...sample(0, 0, 0, 0), streams: [] }, sample(1_000, 1_000, 10, 0)).receivedKbps).toBe(8);
    expect(between(sample(0, 5, 1, 0), sample(1_000, 5, 1, 0)).streams[0]?.lossPercent).toBeNull();
  });
});

test('one word for it all', () => {
  expect(verdictOf({ rttMs: 40, lossPercent: 0.5 })).toBe('good');
  expect(verdictOf({ rttMs: 300, lossPercent: 0 })).toBe('fair');
  expect(verdictOf({ rttMs: null, lossPercent: 12 })).toBe('poor');
});

test('the direction that loses more is the slow one, with what gets through it', () => {
  const stream = (direction: 'sent' | 'received', lossPercent: number | null) =>
    ({ id: direction, direction, kind: 'audio', kbps: 1, lossPercent, jitterMs: null, width: 0, height: 0, fps: 0, codec: null }) as const;
  const rates = { sentKbps: 120, receivedKbps: 340 };
  expect(slowerWay({ ...rates, streams: [stream('sent', 9), stream('received', 2)] })).toEqual({ way: 'sent', kbps: 120 });
  expect(slowerWay({ ...rates, streams: [stream('sent', null), stream('received', 2)] })).toEqual({ way: 'received', kbps: 340 });
});
