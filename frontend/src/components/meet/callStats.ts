/** What of a call is measured: counters as the browser keeps them, and what two readings of them say. */
export type StreamKind = 'audio' | 'camera' | 'screen';
export type Direction = 'sent' | 'received';

/** One track's counters since it began, its layers summed. */
export interface StreamCounters {
  id: string;
  direction: Direction;
  kind: StreamKind;
  bytes: number;
  packets: number;
  lost: number;
  jitterMs: number | null;
  /** of the largest layer that is moving; 0 for sound */
  width: number;
  height: number;
  fps: number;
  codec: string | null;
}

/** How the media travel: straight or through a relay, over UDP or TCP. */
export interface MediaPath {
  protocol: 'udp' | 'tcp';
  isRelayed: boolean;
}

export interface StatsSample {
  /** milliseconds since the epoch */
  at: number;
  rttMs: number | null;
  path: MediaPath | null;
  streams: StreamCounters[];
}

export interface StreamRates {
  id: string;
  direction: Direction;
  kind: StreamKind;
  kbps: number;
  /** of 100; null while nothing went by */
  lossPercent: number | null;
  jitterMs: number | null;
  width: number;
  height: number;
  fps: number;
  codec: string | null;
}

export interface CallStats {
  at: number;
  rttMs: number | null;
  path: MediaPath | null;
  streams: StreamRates[];
  sentKbps: number;
  receivedKbps: number;
  /** the worst of all streams */
  lossPercent: number;
}

type Entry = Record<string, unknown>;
const number = (value: unknown) => (typeof value === 'number' ? value : 0);
const milliseconds = (value: unknown) => (typeof value === 'number' ? value * 1000 : null);

/** One track's part of a report of `RTCPeerConnection.getStats`. */
export function readReport(report: ReadonlyMap<string, Entry>, track: { id: string; direction: Direction; kind: StreamKind }): Omit<StatsSample, 'at'> {
  const entries = [...report.values()];
  const rtp = entries.filter(({ type }) => type === (track.direction === 'sent' ? 'outbound-rtp' : 'inbound-rtp'));
  const echo = entries.filter(({ type }) => type === 'remote-inbound-rtp');
  const sum = (from: Entry[], field: string) => from.reduce((total, entry) => total + number(entry[field]), 0);
  const largest = rtp.filter((entry) => entry['active'] !== false).sort((a, b) => number(b['frameHeight']) - number(a['frameHeight']))[0];
  const codec = report.get(String(largest?.['codecId']))?.['mimeType'];
  const receiver = track.direction === 'sent' ? echo : rtp;
  const stream: StreamCounters = {
    ...track,
    bytes: sum(rtp, track.direction === 'sent' ? 'bytesSent' : 'bytesReceived'),
    packets: sum(rtp, track.direction === 'sent' ? 'packetsSent' : 'packetsReceived'),
    lost: Math.max(0, sum(receiver, 'packetsLost')),
    jitterMs: milliseconds(receiver[0]?.['jitter']),
    width: number(largest?.['frameWidth']),
    height: number(largest?.['frameHeight']),
    fps: Math.round(number(largest?.['framesPerSecond'])),
    codec: typeof codec === 'string' ? codec.replace(/^\w+\//, '') : null,
  };
  const pair = selectedPair(report, entries);
  return { streams: rtp.length === 0 ? [] : [stream], rttMs: milliseconds(pair?.['currentRoundTripTime']), path: pathOf(report, pair) };
}

function selectedPair(report: ReadonlyMap<string, Entry>, entries: Entry[]): Entry | undefined {
  const transport = entries.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId !== undefined);
  if (transport !== undefined) return report.get(String(transport['selectedCandidatePairId']));
  // Firefox has no transport entry here.
  return entries.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated === true && state === 'succeeded');
}

function pathOf(report: ReadonlyMap<string, Entry>, pair: Entry | undefined): MediaPath | null {
  const local = report.get(String(pair?.['localCandidateId']));
  if (local === undefined) return null;
  const remote = report.get(String(pair?.['remoteCandidateId']));
  const isTcp = local['protocol'] === 'tcp' || remote?.['protocol'] === 'tcp' || local['relayProtocol'] === 'tcp';
  return { protocol: isTcp ? 'tcp' : 'udp', isRelayed: local['candidateType'] === 'relay' };
}

/** What happened between two readings. */
export function between(before: StatsSample, after: StatsSample): CallStats {
  const seconds = Math.max(0.001, (after.at - before.at) / 1000);
  const streams = after.streams.map((now): StreamRates => {
    const { bytes, packets, lost, ...rest } = now;
    const then = before.streams.find(({ id }) => id === now.id);
    const sent = Math.max(0, packets - (then?.packets ?? 0));
    const missed = Math.max(0, lost - (then?.lost ?? 0));
    // A sender's packets include those that were lost; a receiver's do not.
    const all = rest.direction === 'sent' ? sent : sent + missed;
    return { ...rest, kbps: (Math.max(0, bytes - (then?.bytes ?? 0)) * 8) / 1000 / seconds, lossPercent: all === 0 ? null : Math.min(100, (missed / all) * 100) };
  });
  const total = (direction: Direction) => streams.filter((stream) => stream.direction === direction).reduce((sum, { kbps }) => sum + kbps, 0);
  return {
    at: after.at,
    rttMs: after.rttMs,
    path: after.path,
    streams,
    sentKbps: total('sent'),
    receivedKbps: total('received'),
    lossPercent: Math.max(0, ...streams.map(({ lossPercent }) => lossPercent ?? 0)),
  };
}

export type Verdict = 'good' | 'fair' | 'poor';

/** In one word. Limits: ITU-T G.114 calls 150 ms one way fine and 400 ms the end of it; Opus conceals up to about 5 % well. */
export function verdictOf({ rttMs, lossPercent }: Pick<CallStats, 'rttMs' | 'lossPercent'>): Verdict {
  if (lossPercent > 8 || (rttMs ?? 0) > 500) return 'poor';
  return lossPercent > 2 || (rttMs ?? 0) > 250 ? 'fair' : 'good';
}

/** The direction that loses more, and what gets through it. */
export function slowerWay({ streams, sentKbps, receivedKbps }: Pick<CallStats, 'streams' | 'sentKbps' | 'receivedKbps'>): { way: Direction; kbps: number } {
  const loss = (direction: Direction) => Math.max(0, ...streams.filter((stream) => stream.direction === direction).map(({ lossPercent }) => lossPercent ?? 0));
  return loss('sent') > loss('received') ? { way: 'sent', kbps: sentKbps } : { way: 'received', kbps: receivedKbps };
}
