import type { Ticket } from '../../../api/generated';
import type { CallQuality } from './qualityMeter';
import type { StatsSample } from '../callStats';
import type { DeviceKind } from '../deviceProblem';

/**
 * A call as the pages see it, whichever engine carries it. One adapter per vendor SDK lives in this
 * folder; nothing outside it imports one. Read with `useSyncExternalStore`.
 */
export interface MeetClient {
  readonly subscribe: (listener: () => void) => () => void;
  /** The same object until something has changed. */
  readonly snapshot: () => MeetState;
  /** Enters the room and publishes what the waiting room opened; rejects with `MeetRefused`. */
  connect: (ticket: Ticket, media: JoinMedia) => Promise<void>;
  setMicrophone: (on: boolean) => Promise<void>;
  setCamera: (on: boolean) => Promise<void>;
  /** Resolves to false when the person closed the picker. */
  shareScreen: () => Promise<boolean>;
  stopSharing: () => Promise<void>;
  selectDevice: (kind: MediaDeviceKind, deviceId: string) => Promise<void>;
  /** Opens a device again that the system took away; rejects as `getUserMedia` does. */
  resume: (device: DeviceKind) => Promise<void>;
  /** Plays what the browser held back for want of a click. */
  startAudio: () => Promise<void>;
  /** At most this is sent of the camera: 720p, 360p, 180p, or 180p at ten frames a second. */
  setSending: (quality: Sending) => void;
  /** At most this is received; without pictures, each can be shown by `showPicture`. */
  setReceiving: (quality: Receiving) => void;
  showPicture: (participantId: string) => void;
  /** The counters of all that is sent and received now. */
  stats: () => Promise<StatsSample>;
  leave: () => void;
  /** What the call was like so far; null while too little was measured. */
  measured: () => CallQuality | null;
}

export type Sending = 'high' | 'standard' | 'low' | 'saver';
export type Receiving = 'high' | 'standard' | 'low' | 'audio';

export interface MeetClientOptions {
  /** Voices are received and not played: they are to be recorded or measured. */
  isSilent?: boolean;
}

/** Fetches the SDK when a call is near, and then makes one client a call. */
export type LoadMeetClient = () => Promise<(options?: MeetClientOptions) => MeetClient>;

/** A track, none, or one that is still being opened: it follows, or null when that fails. */
export type GivenTrack = MediaStreamTrack | Promise<MediaStreamTrack | null> | null;

/** Tracks change hands here: the client stops them when it is done. */
export interface JoinMedia {
  microphone: GivenTrack;
  camera: GivenTrack;
  speakerId: string | null;
}

export type Quality = 'good' | 'fair' | 'poor' | 'lost' | 'unknown';

export type EndReason = 'left' | 'roomClosed' | 'movedElsewhere' | 'lost';

export type MeetLink =
  | { status: 'connecting' }
  | { status: 'live' }
  /** `since`: milliseconds since the epoch */
  | { status: 'reconnecting'; since: number }
  | { status: 'ended'; reason: EndReason };

/** A picture that can be shown in any number of elements. The same object as long as it is the same track. */
export interface MeetVideo {
  readonly id: string;
  attach: (element: HTMLVideoElement) => () => void;
}

export interface MeetParticipant {
  id: string;
  name: string;
  isSelf: boolean;
  isMicrophoneOn: boolean;
  isSpeaking: boolean;
  quality: Quality;
  /** The server leaves out a picture of theirs, so that the sound gets through to us. */
  isPictureHeldBack: boolean;
  /** We asked for no picture of theirs, and they have one. */
  isPictureDeclined: boolean;
  camera: MeetVideo | null;
  screen: MeetVideo | null;
  /** The sound itself, to measure it; null where there is none. Whoever measures neither stops nor plays it. */
  voice: MediaStreamTrack | null;
}

/** A device of ours that does not work by itself any more: unplugged without a successor, or taken by the system. */
export interface DeviceTrouble {
  device: DeviceKind;
  what: 'lost' | 'interrupted';
}

/** A device that was unplugged, and the one that took over. A new object each time. */
export interface DeviceSwitch {
  device: DeviceKind;
  from: string;
  to: string;
}

export interface MeetState {
  link: MeetLink;
  self: MeetParticipant;
  others: MeetParticipant[];
  /** Since when somebody else is in, in milliseconds since the epoch; null while alone. */
  liveSince: number | null;
  /** Somebody else was in at some time. */
  hasMet: boolean;
  /** Who of the others spoke last: silence moves nothing on the stage. */
  speakerId: string | null;
  isAudioBlocked: boolean;
  /** Until it is mended. */
  trouble: DeviceTrouble | null;
  lastSwitch: DeviceSwitch | null;
  /** Which device of each kind is in use, where that is known. */
  active: Partial<Record<MediaDeviceKind, string>>;
}

/** Why the room was not entered. `blocked`: signalling worked, media did not get through. */
export class MeetRefused extends Error {
  readonly reason: 'notAllowed' | 'blocked' | 'network';
  constructor(reason: MeetRefused['reason'], cause: unknown) {
    super(`meet refused: ${reason}`, { cause });
    this.reason = reason;
  }
}
