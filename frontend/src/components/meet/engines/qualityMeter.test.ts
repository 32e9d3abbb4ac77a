import { expect, test } from 'vitest';
import { QualityMeter } from './qualityMeter';

const inbound = (packetsReceived: number, packetsLost: number, more = {}) => ({ id: 'IT1', type: 'inbound-rtp', packetsReceived, packetsLost, ...more });
const outbound = (packetsSent: number) => ({ id: 'OT1', type: 'outbound-rtp', packetsSent });
const seenThere = (packetsLost: number) => ({ id: 'RI1', type: 'remote-inbound-rtp', packetsLost });
const pair = (seconds: number) => ({ id: 'CP1', type: 'candidate-pair', nominated: true, currentRoundTripTime: seconds });

test('sums up loss both ways, the mean delay, and the pauses of a picture', () => {
  const meter = new QualityMeter();
  meter.take(1000, [inbound(0, 0), outbound(0), pair(0.04)]);
  meter.take(61_000, [inbound(980, 20, { freezeCount: 2, totalFreezesDuration: 0.9 }), outbound(500), seenThere(5), pair(0.06)]);
  expect(meter.summary()).toEqual({ measuredMs: 60_000, lossSent: 0.01, lossReceived: 0.02, rttMs: 50, pauses: 2, pausedMs: 900 });
});

test('one report given for several tracks counts once', () => {
  const meter = new QualityMeter();
  meter.take(0, []);
  meter.take(1000, [inbound(90, 10), inbound(90, 10)]);
  expect(meter.summary()?.lossReceived).toBe(0.1);
});

test('counters that begin anew after a reconnection are added to the earlier ones', () => {
  const meter = new QualityMeter();
  meter.take(0, [inbound(100, 100)]);
  meter.take(1000, [inbound(50, 0)]);
  expect(meter.summary()?.lossReceived).toBe(0.4);
});

test('says nothing of what was not measured, and takes no nonsense', () => {
  const meter = new QualityMeter();
  expect(meter.summary()).toBeNull();
  meter.take(5, [{ id: 'x', type: 'inbound-rtp', packetsLost: Number.NaN, packetsReceived: 'many' }]);
  expect(meter.summary()).toBeNull();
  meter.take(6, [inbound(0, -3)]);
  expect(meter.summary()).toEqual({ measuredMs: 1, lossSent: 0, lossReceived: 0, rttMs: 0, pauses: 0, pausedMs: 0 });
});
