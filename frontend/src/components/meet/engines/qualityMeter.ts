/** What a call was like for one person, as their browser counted it. Shares are of packets, 0 to 1. */
export interface CallQuality {
  measuredMs: number;
  lossSent: number;
  lossReceived: number;
  /** Mean. */
  rttMs: number;
  /** Times that a picture of the other's stood still, and for how long together. */
  pauses: number;
  pausedMs: number;
}

type Counts = Record<'sent' | 'lostSent' | 'received' | 'lostReceived' | 'pauses' | 'pausedMs', number>;
const nothing: Counts = { sent: 0, lostSent: 0, received: 0, lostReceived: 0, pauses: 0, pausedMs: 0 };
const names = Object.keys(nothing) as (keyof Counts)[];

const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : 0);

/** The counters of one report that say something about the way; each stream of a call has its own. */
function countsOf(report: Record<string, unknown>): Counts {
  switch (report['type']) {
    case 'inbound-rtp':
      return {
        ...nothing,
        received: number(report['packetsReceived']),
        lostReceived: number(report['packetsLost']),
        pauses: number(report['freezeCount']),
        pausedMs: number(report['totalFreezesDuration']) * 1000,
      };
    case 'outbound-rtp':
      return { ...nothing, sent: number(report['packetsSent']) };
    case 'remote-inbound-rtp':
      return { ...nothing, lostSent: number(report['packetsLost']) };
    default:
      return nothing;
  }
}

/** Sums up a call from the statistics of its connections, which begin anew whenever a connection does. */
export class QualityMeter {
  readonly #streams = new Map<string, Counts>();
  readonly #closed = { ...nothing };
  #rttSum = 0;
  #rtts = 0;
  #since: number | null = null;
  #until = 0;

  /** `now`: any clock in milliseconds; `reports`: what `getStats` gave, several times over if need be. */
  take(now: number, reports: Iterable<Record<string, unknown>>) {
    this.#since ??= now;
    this.#until = now;
    let rtt = 0;
    for (const report of reports) {
      const counts = countsOf(report);
      if (counts !== nothing) this.#count(`${String(report['type'])} ${String(report['id'])}`, counts);
      if (report['type'] === 'candidate-pair' && report['nominated'] === true) rtt = Math.max(rtt, number(report['currentRoundTripTime']) * 1000);
    }
    if (rtt === 0) return;
    this.#rttSum += rtt;
    this.#rtts++;
  }

  /** Null until two measurements have been taken. */
  summary(): CallQuality | null {
    if (this.#since === null || this.#until <= this.#since) return null;
    const total = { ...this.#closed };
    for (const counts of this.#streams.values()) add(total, counts);
    return {
      measuredMs: Math.round(this.#until - this.#since),
      lossSent: share(total.lostSent, total.sent),
      lossReceived: share(total.lostReceived, total.received + total.lostReceived),
      rttMs: this.#rtts === 0 ? 0 : Math.round(this.#rttSum / this.#rtts),
      pauses: total.pauses,
      pausedMs: Math.round(total.pausedMs),
    };
  }

  #count(stream: string, counts: Counts) {
    const before = this.#streams.get(stream);
    const isAnew = before !== undefined && (counts.sent < before.sent || counts.received < before.received);
    if (isAnew) add(this.#closed, before);
    this.#streams.set(stream, counts);
  }
}

function add(total: Counts, counts: Counts) {
  for (const name of names) total[name] += counts[name];
}

const share = (part: number, whole: number) => (whole === 0 ? 0 : Math.min(1, part / whole));
