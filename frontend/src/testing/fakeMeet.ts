import type { Ticket } from '../api/generated';
import type { StatsSample } from '../components/meet/callStats';
import type { JoinMedia, MeetClient, MeetParticipant, MeetState, MeetVideo, Receiving, Sending } from '../components/meet/engines/meetClient';

export const person = (change: Partial<MeetParticipant> = {}): MeetParticipant => ({
  id: 'someone',
  name: 'Quelqu’un',
  isSelf: false,
  isMicrophoneOn: true,
  isSpeaking: false,
  quality: 'good',
  isPictureHeldBack: false,
  isPictureDeclined: false,
  camera: null,
  screen: null,
  voice: null,
  ...change,
});

/** A call without a network: tests and the offline demo move it with `set()`. */
export class FakeMeet implements MeetClient {
  #state: MeetState = {
    link: { status: 'connecting' },
    self: person({ id: 'self', name: 'Moi', isSelf: true }),
    others: [],
    liveSince: null,
    hasMet: false,
    speakerId: null,
    isAudioBlocked: false,
    trouble: null,
    lastSwitch: null,
    active: {},
  };
  readonly #listeners = new Set<() => void>();
  ticket: Ticket | null = null;
  /** What `connect` does once the link is live. */
  onConnect: () => void = () => undefined;

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly snapshot = () => this.#state;

  set(change: Partial<MeetState>) {
    const next = { ...this.#state, ...change };
    const isLive = next.others.length > 0;
    this.#state = { ...next, liveSince: isLive ? (next.liveSince ?? Date.now()) : null, hasMet: next.hasMet || isLive };
    for (const listener of this.#listeners) listener();
  }

  connect(ticket: Ticket, media: JoinMedia) {
    this.ticket = ticket;
    const { microphone, camera } = media;
    const self = {
      ...this.#state.self,
      isMicrophoneOn: microphone !== null && !(microphone instanceof Promise),
      camera: camera !== null && !(camera instanceof Promise) ? videoOf(camera) : null,
    };
    this.set({ link: { status: 'live' }, self });
    this.onConnect();
    return Promise.resolve();
  }

  setMicrophone(on: boolean) {
    this.set({ self: { ...this.#state.self, isMicrophoneOn: on } });
    return Promise.resolve();
  }

  setCamera(on: boolean) {
    this.set({ self: { ...this.#state.self, camera: on ? this.#state.self.camera : null } });
    return Promise.resolve();
  }

  shareScreen() {
    this.set({ self: { ...this.#state.self, screen: { id: 'screen', attach: () => () => undefined } } });
    return Promise.resolve(true);
  }

  stopSharing() {
    this.set({ self: { ...this.#state.self, screen: null } });
    return Promise.resolve();
  }

  selectDevice(kind: MediaDeviceKind, deviceId: string) {
    this.set({ active: { ...this.#state.active, [kind]: deviceId }, trouble: null });
    return Promise.resolve();
  }

  resume() {
    this.set({ trouble: null });
    return Promise.resolve();
  }

  startAudio() {
    this.set({ isAudioBlocked: false });
    return Promise.resolve();
  }

  readonly measured = () => ({ measuredMs: 60_000, lossSent: 0, lossReceived: 0.01, rttMs: 40, pauses: 0, pausedMs: 0 });

  sending: Sending = 'high';
  setSending(quality: Sending) {
    this.sending = quality;
  }

  receiving: Receiving = 'high';
  setReceiving(quality: Receiving) {
    this.receiving = quality;
    this.set({ others: this.#state.others.map((other) => ({ ...other, isPictureDeclined: quality === 'audio' })) });
  }

  showPicture(id: string) {
    this.set({ others: this.#state.others.map((other) => (other.id === id ? { ...other, isPictureDeclined: false } : other)) });
  }

  /** What the next reading of the counters says. */
  nextStats: StatsSample = { at: 0, rttMs: null, path: null, streams: [] };
  stats() {
    return Promise.resolve(this.nextStats);
  }

  leave() {
    this.set({ link: { status: 'ended', reason: 'left' } });
  }
}

export function videoOf(track: MediaStreamTrack): MeetVideo {
  return {
    id: track.id,
    attach: (element) => {
      element.srcObject = new MediaStream([track]);
      return () => {
        element.srcObject = null;
      };
    },
  };
}
