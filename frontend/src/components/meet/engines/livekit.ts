import {
  ConnectionError,
  ConnectionErrorReason,
  ConnectionQuality,
  DisconnectReason,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  RoomEvent,
  Track,
  type LocalTrack,
  type Participant,
  type RemoteTrack,
} from 'livekit-client';
import type { Ticket } from '../../../api/generated';
import {
  MeetRefused,
  type EndReason,
  type GivenTrack,
  type JoinMedia,
  type MeetClient,
  type MeetLink,
  type MeetParticipant,
  type MeetState,
  type MeetVideo,
  type Quality,
} from './meetClient';

const qualities: Record<ConnectionQuality, Quality> = {
  [ConnectionQuality.Excellent]: 'good',
  [ConnectionQuality.Good]: 'fair',
  [ConnectionQuality.Poor]: 'poor',
  [ConnectionQuality.Lost]: 'lost',
  [ConnectionQuality.Unknown]: 'unknown',
};

const refreshOn = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackPublished,
  RoomEvent.TrackUnpublished,
  RoomEvent.TrackMuted,
  RoomEvent.TrackUnmuted,
  RoomEvent.LocalTrackPublished,
  RoomEvent.LocalTrackUnpublished,
  RoomEvent.ActiveSpeakersChanged,
  RoomEvent.ConnectionQualityChanged,
  RoomEvent.TrackStreamStateChanged,
  RoomEvent.AudioPlaybackStatusChanged,
] as const;

/** The embedded engine and any LiveKit server, through the unmodified LiveKit client. */
export class LiveKitMeet implements MeetClient {
  readonly #room = new Room({
    adaptiveStream: true,
    dynacast: false,
    // Leaving the tab is an interruption, not the end: the server keeps the place.
    disconnectOnPageLeave: true,
    publishDefaults: { videoCodec: 'vp8', simulcast: true, dtx: true, red: false },
  });
  readonly #listeners = new Set<() => void>();
  readonly #videos = new WeakMap<Track, MeetVideo>();
  #link: MeetLink = { status: 'connecting' };
  #lostDevice: MeetState['lostDevice'] = null;
  #liveSince: number | null = null;
  #hasMet = false;
  #speakerId: string | null = null;
  #state: MeetState;

  constructor() {
    this.#state = this.#read();
    for (const event of refreshOn) this.#room.on(event, this.#refresh);
    this.#room
      .on(RoomEvent.TrackSubscribed, (track: RemoteTrack) => {
        // Voices play by themselves; pictures wait for the element that shows them.
        if (track.kind === Track.Kind.Audio) track.attach();
      })
      .on(RoomEvent.TrackUnsubscribed, (track: RemoteTrack) => {
        if (track.kind === Track.Kind.Audio) track.detach().forEach((element) => element.remove());
      })
      .on(RoomEvent.SignalReconnecting, this.#reconnecting)
      .on(RoomEvent.Reconnecting, this.#reconnecting)
      .on(RoomEvent.Reconnected, () => this.#move({ status: 'live' }))
      .on(RoomEvent.Connected, () => this.#move({ status: 'live' }))
      .on(RoomEvent.Disconnected, (reason) => this.#move({ status: 'ended', reason: endReason(reason) }));
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly snapshot = () => this.#state;

  async connect(ticket: Ticket, { microphone, camera, speakerId }: JoinMedia) {
    const connected = this.#room.connect(ticket.serverUrl, ticket.token);
    // Publishing waits for the connection by itself: started now, it costs no turn of its own.
    this.#give(microphone, Track.Source.Microphone);
    this.#give(camera, Track.Source.Camera);
    try {
      await connected;
    } catch (error) {
      for (const given of [microphone, camera]) void Promise.resolve(given).then((track) => track?.stop());
      throw new MeetRefused(refusedReason(error), error);
    }
    if (speakerId !== null) await this.selectDevice('audiooutput', speakerId).catch(() => undefined);
  }

  async setMicrophone(on: boolean) {
    await this.#room.localParticipant.setMicrophoneEnabled(on);
    if (on) this.#found('microphone');
  }

  async setCamera(on: boolean) {
    await this.#room.localParticipant.setCameraEnabled(on);
    if (on) this.#found('camera');
  }

  async shareScreen() {
    try {
      await this.#room.localParticipant.setScreenShareEnabled(true, { contentHint: 'detail' });
      return true;
    } catch (error) {
      // Closing the picker and a block by the system carry the same name; only the text differs.
      const isClosed = error instanceof DOMException && error.name === 'NotAllowedError' && !/system/i.test(error.message);
      if (isClosed) return false;
      throw error;
    }
  }

  async stopSharing() {
    await this.#room.localParticipant.setScreenShareEnabled(false);
  }

  async selectDevice(kind: MediaDeviceKind, deviceId: string) {
    await this.#room.switchActiveDevice(kind, deviceId);
  }

  async startAudio() {
    await this.#room.startAudio();
  }

  leave() {
    void this.#room.disconnect();
  }

  #give(given: GivenTrack, source: Track.Source) {
    if (given instanceof Promise) {
      // Whoever left meanwhile, or switched the device on in the call, needs no second track.
      void given.then((track) => {
        const isWanted = this.#link.status !== 'ended' && !this.#room.localParticipant.getTrackPublication(source);
        if (isWanted) this.#give(track, source);
        else track?.stop();
      });
    } else if (given !== null) {
      const track =
        source === Track.Source.Camera ? new LocalVideoTrack(given, undefined, false) : new LocalAudioTrack(given, undefined, false);
      this.#publish(track, source).catch(() => this.#refresh());
    }
  }

  async #publish(track: LocalAudioTrack | LocalVideoTrack, source: Track.Source) {
    track.mediaStreamTrack.addEventListener('ended', () => this.#lost(source));
    await this.#room.localParticipant.publishTrack(
      // A LocalTrack by inheritance; only `exactOptionalPropertyTypes` tells its optional `processor` apart.
      track as LocalTrack,
      { source },
    );
  }

  #lost(source: Track.Source) {
    this.#lostDevice = source === Track.Source.Camera ? 'camera' : 'microphone';
    this.#refresh();
  }

  #found(device: MeetState['lostDevice']) {
    if (this.#lostDevice === device) this.#lostDevice = null;
    this.#refresh();
  }

  readonly #reconnecting = () => {
    if (this.#link.status !== 'reconnecting') this.#move({ status: 'reconnecting', since: Date.now() });
  };

  #move(link: MeetLink) {
    if (this.#link.status === 'ended') return;
    this.#link = link;
    this.#refresh();
  }

  readonly #refresh = () => {
    this.#state = this.#read();
    for (const listener of this.#listeners) listener();
  };

  #read(): MeetState {
    const room = this.#room;
    const others = [...room.remoteParticipants.values()].map((other) => this.#participant(other, false));
    this.#liveSince = others.length > 0 ? (this.#liveSince ?? Date.now()) : null;
    this.#hasMet ||= others.length > 0;
    this.#speakerId = others.find((other) => other.isSpeaking)?.id ?? this.#speakerId;
    return {
      link: this.#link,
      self: this.#participant(room.localParticipant, true),
      others,
      liveSince: this.#liveSince,
      hasMet: this.#hasMet,
      speakerId: this.#speakerId,
      isAudioBlocked: this.#link.status === 'live' && !room.canPlaybackAudio,
      lostDevice: this.#lostDevice,
    };
  }

  #participant(participant: Participant, isSelf: boolean): MeetParticipant {
    return {
      id: participant.identity,
      name: participant.name ?? '',
      isSelf,
      isMicrophoneOn: participant.isMicrophoneEnabled,
      isSpeaking: participant.isSpeaking,
      quality: qualities[participant.connectionQuality],
      isPictureHeldBack: [...participant.videoTrackPublications.values()].some(
        ({ track }) => track?.streamState === Track.StreamState.Paused,
      ),
      camera: this.#video(participant, Track.Source.Camera),
      screen: this.#video(participant, Track.Source.ScreenShare),
    };
  }

  #video(participant: Participant, source: Track.Source): MeetVideo | null {
    const publication = participant.getTrackPublication(source);
    const track = publication?.track;
    if (publication === undefined || track === undefined || publication.isMuted) return null;
    const known = this.#videos.get(track);
    if (known !== undefined) return known;
    const video: MeetVideo = {
      id: `${participant.identity}/${source}`,
      attach: (element) => {
        track.attach(element);
        return () => void track.detach(element);
      },
    };
    this.#videos.set(track, video);
    return video;
  }
}

function endReason(reason: DisconnectReason | undefined): EndReason {
  switch (reason) {
    case DisconnectReason.CLIENT_INITIATED:
      return 'left';
    case DisconnectReason.DUPLICATE_IDENTITY:
      return 'movedElsewhere';
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
    case DisconnectReason.PARTICIPANT_REMOVED:
      return 'roomClosed';
    default:
      return 'lost';
  }
}

function refusedReason(error: unknown): MeetRefused['reason'] {
  if (!(error instanceof ConnectionError)) return 'network';
  switch (error.reason) {
    case ConnectionErrorReason.NotAllowed:
      return 'notAllowed';
    case ConnectionErrorReason.InternalError:
    case ConnectionErrorReason.Timeout:
      return 'blocked'; // signalling answered, the peer connection did not come up
    default:
      return 'network';
  }
}
