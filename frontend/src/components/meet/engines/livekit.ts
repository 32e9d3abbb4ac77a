import {
  ConnectionError,
  ConnectionErrorReason,
  ConnectionQuality,
  DisconnectReason,
  LocalAudioTrack,
  LocalVideoTrack,
  RemoteAudioTrack,
  Room,
  RoomEvent,
  Track,
  VideoQuality,
  type LocalTrack,
  type Participant,
  type RemoteTrack,
  type RemoteTrackPublication,
} from 'livekit-client';
import type { Ticket } from '../../../api/generated';
import { readReport, type StatsSample, type StreamKind } from '../callStats';
import type { DeviceKind } from '../deviceProblem';
import { followDevice } from './followDevice';
import {
  MeetRefused,
  type DeviceSwitch,
  type DeviceTrouble,
  type EndReason,
  type GivenTrack,
  type JoinMedia,
  type MeetClient,
  type MeetClientOptions,
  type MeetLink,
  type MeetParticipant,
  type MeetState,
  type MeetVideo,
  type Quality,
  type Receiving,
  type Sending,
} from './meetClient';
import { QualityMeter } from './qualityMeter';
import { VoicePatience } from './voicePatience';

const qualities: Record<ConnectionQuality, Quality> = {
  [ConnectionQuality.Excellent]: 'good',
  [ConnectionQuality.Good]: 'fair',
  [ConnectionQuality.Poor]: 'poor',
  [ConnectionQuality.Lost]: 'lost',
  [ConnectionQuality.Unknown]: 'unknown',
};

const measureEvery = 3000; // ms

const refreshOn = [
  RoomEvent.ParticipantConnected,
  RoomEvent.ParticipantDisconnected,
  RoomEvent.ParticipantNameChanged,
  RoomEvent.TrackSubscribed,
  RoomEvent.TrackUnsubscribed,
  RoomEvent.TrackSubscriptionStatusChanged,
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
  RoomEvent.ActiveDeviceChanged,
] as const;

const sourceOf = { microphone: Track.Source.Microphone, camera: Track.Source.Camera } as const;
const deviceOf: Partial<Record<MediaDeviceKind, DeviceKind>> = { audioinput: 'microphone', videoinput: 'camera' };

const usualFps = 30;
const saverFps = 10;
/** The layers of the camera are 180p, 360p and 720p. */
const sentLayers = { high: VideoQuality.HIGH, standard: VideoQuality.MEDIUM, low: VideoQuality.LOW, saver: VideoQuality.LOW } as const;
const receivedLayers = { high: VideoQuality.HIGH, standard: VideoQuality.MEDIUM, low: VideoQuality.LOW, audio: VideoQuality.LOW } as const;
const streamKindOf: Partial<Record<Track.Source, StreamKind>> = {
  [Track.Source.Microphone]: 'audio',
  [Track.Source.Camera]: 'camera',
  [Track.Source.ScreenShare]: 'screen',
};

/** What to ask for when the device has to be opened again: the same one, or any other if it is gone. */
function replaceable(given: MediaStreamTrack): MediaTrackConstraints {
  const { deviceId } = given.getSettings();
  return { ...given.getConstraints(), ...(deviceId !== undefined && { deviceId: { ideal: deviceId } }) };
}

/** The embedded engine and any LiveKit server, through the unmodified LiveKit client. */
export class LiveKitMeet implements MeetClient {
  readonly #room = new Room({
    adaptiveStream: true,
    dynacast: false,
    // Leaving the tab is an interruption, not the end: the server keeps the place.
    disconnectOnPageLeave: true,
    publishDefaults: { videoCodec: 'vp8', simulcast: true, dtx: true, forceStereo: false /* one voice, and RED with it */ },
  });
  readonly #listeners = new Set<() => void>();
  readonly #videos = new WeakMap<Track, MeetVideo>();
  #link: MeetLink = { status: 'connecting' };
  #trouble: DeviceTrouble | null = null;
  #lastSwitch: DeviceSwitch | null = null;
  #sending: Sending = 'high';
  #receiving: Receiving = 'high';
  /** Whose picture is wanted although pictures are not. */
  readonly #shown = new Set<string>();
  #liveSince: number | null = null;
  #hasMet = false;
  #speakerId: string | null = null;
  readonly #meter = new QualityMeter();
  readonly #patience = new WeakMap<Track, VoicePatience>();
  #measuring: ReturnType<typeof setInterval> | undefined;
  #state: MeetState;

  constructor({ isSilent = false }: MeetClientOptions = {}) {
    this.#state = this.#read();
    for (const event of refreshOn) this.#room.on(event, this.#refresh);
    this.#room
      .on(RoomEvent.TrackSubscribed, (track: RemoteTrack) => {
        // Voices play by themselves; pictures wait for the element that shows them.
        if (track.kind === Track.Kind.Audio && !isSilent) track.attach();
      })
      .on(RoomEvent.TrackUnsubscribed, (track: RemoteTrack) => {
        if (track.kind === Track.Kind.Audio) track.detach().forEach((element) => element.remove());
      })
      .on(RoomEvent.LocalTrackPublished, ({ track, source }) => {
        if (track === undefined) return;
        if (source === Track.Source.Microphone) this.#follow(track, 'microphone');
        if (source === Track.Source.Camera) this.#follow(track, 'camera');
        if (source === Track.Source.Camera) void this.#limitSending();
      })
      .on(RoomEvent.TrackUnmuted, (publication) => {
        if (publication.source === Track.Source.Camera && publication.isLocal) void this.#limitSending();
      })
      .on(RoomEvent.TrackPublished, (publication, participant) => this.#limitReceiving(publication, participant.identity))
      .on(RoomEvent.TrackSubscribed, (_track, publication, participant) => this.#limitReceiving(publication, participant.identity))
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
    if (on) this.#mended('microphone');
  }

  async setCamera(on: boolean) {
    await this.#room.localParticipant.setCameraEnabled(on);
    if (on) this.#mended('camera');
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
    // Not exact: should it be unplugged later, the default one takes over by itself.
    await this.#room.switchActiveDevice(kind, deviceId, kind === 'audiooutput');
    const device = deviceOf[kind];
    const publication = device && this.#room.localParticipant.getTrackPublication(sourceOf[device]);
    // What was lost is muted; choosing another one means wanting it.
    if (device !== undefined && this.#trouble?.device === device) await publication?.unmute();
    if (device !== undefined) this.#mended(device);
    this.#refresh();
  }

  async resume(device: DeviceKind) {
    const track = this.#room.localParticipant.getTrackPublication(sourceOf[device])?.track;
    if (track instanceof LocalVideoTrack || track instanceof LocalAudioTrack) {
      await track.restartTrack();
      await track.unmute();
    }
    this.#mended(device);
  }

  async startAudio() {
    await this.#room.startAudio();
  }

  setSending(quality: Sending) {
    if (quality === this.#sending) return;
    this.#sending = quality;
    void this.#limitSending();
  }

  setReceiving(quality: Receiving) {
    if (quality === this.#receiving) return;
    this.#receiving = quality;
    this.#shown.clear();
    this.#limitAllReceiving();
  }

  showPicture(participantId: string) {
    this.#shown.add(participantId);
    this.#limitAllReceiving();
  }

  async stats(): Promise<StatsSample> {
    const sample: StatsSample = { at: Date.now(), rttMs: null, path: null, streams: [] };
    const { localParticipant, remoteParticipants } = this.#room;
    const publications = [localParticipant, ...remoteParticipants.values()].flatMap((participant) => [...participant.trackPublications.values()]);
    const readings = publications.map(async ({ track, source, isLocal, isMuted }) => {
      const kind = streamKindOf[source];
      if (track === undefined || kind === undefined || (isMuted && kind !== 'audio')) return null;
      // Two classes with the same method, and no common one that has it.
      const report = await (track as RemoteTrack | LocalAudioTrack | LocalVideoTrack).getRTCStatsReport();
      // The browser's own map type knows no entries.
      return report && readReport(report as unknown as ReadonlyMap<string, Record<string, unknown>>, { id: track.sid ?? source, direction: isLocal ? 'sent' : 'received', kind });
    });
    for (const reading of await Promise.all(readings)) {
      if (!reading) continue;
      sample.streams.push(...reading.streams);
      sample.rttMs ??= reading.rttMs;
      sample.path ??= reading.path;
    }
    return sample;
  }

  leave() {
    void this.#room.disconnect();
  }

  readonly measured = () => this.#meter.summary();

  readonly #measure = async () => {
    const { localParticipant, remoteParticipants } = this.#room;
    const tracks = [localParticipant, ...remoteParticipants.values()].flatMap((each) => [...each.trackPublications.values()].flatMap(({ track }) => track ?? []));
    // A connection that is just being replaced has no statistics.
    const reports = await Promise.all(tracks.map((track) => track.getRTCStatsReport().catch(() => undefined)));
    this.#meter.take(performance.now(), reports.flatMap((report) => (report === undefined ? [] : [...report.values()])));
    tracks.forEach((track, i) => {
      if (track instanceof RemoteAudioTrack) this.#bearWith(track, reports[i]);
    });
  };

  /** Where a voice loses packets, it waits for them to come again. */
  #bearWith(voice: RemoteAudioTrack, reports: RTCStatsReport | undefined) {
    const received = [...(reports?.values() ?? [])].find((report: Record<string, unknown>) => report['type'] === 'inbound-rtp');
    if (received === undefined) return;
    const patience = this.#patience.get(voice) ?? new VoicePatience();
    this.#patience.set(voice, patience);
    voice.setPlayoutDelay(patience.look({ received: received.packetsReceived, lost: received.packetsLost }));
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
        source === Track.Source.Camera
          ? new LocalVideoTrack(given, replaceable(given), false)
          : new LocalAudioTrack(given, replaceable(given), false);
      this.#publish(track, source).catch(() => this.#refresh());
    }
  }

  async #publish(track: LocalAudioTrack | LocalVideoTrack, source: Track.Source) {
    await this.#room.localParticipant.publishTrack(
      // A LocalTrack by inheritance; only `exactOptionalPropertyTypes` tells its optional `processor` apart.
      track as LocalTrack,
      { source },
    );
  }

  /** Which layers the camera sends, and how often; what the browser estimates still comes off that. */
  async #limitSending() {
    const track = this.#room.localParticipant.getTrackPublication(Track.Source.Camera)?.track;
    if (!(track instanceof LocalVideoTrack)) return;
    const { sender } = track;
    const parameters = sender?.getParameters();
    if (sender !== undefined && parameters !== undefined && parameters.encodings.length > 0) {
      for (const encoding of parameters.encodings) encoding.maxFramerate = this.#sending === 'saver' ? saverFps : usualFps;
      await sender.setParameters(parameters).catch(() => undefined); // the track has just gone
    }
    track.setPublishingQuality(sentLayers[this.#sending]);
  }

  #limitAllReceiving() {
    for (const participant of this.#room.remoteParticipants.values())
      for (const publication of participant.trackPublications.values()) this.#limitReceiving(publication, participant.identity);
    this.#refresh();
  }

  #limitReceiving(publication: RemoteTrackPublication, identity: string) {
    if (publication.kind !== Track.Kind.Video) return;
    const isWanted = this.#receiving !== 'audio' || this.#shown.has(identity);
    if (publication.isDesired !== isWanted) publication.setSubscribed(isWanted);
    // A shared screen in a small layer could not be read.
    if (isWanted && publication.source === Track.Source.Camera) publication.setVideoQuality(receivedLayers[this.#receiving]);
  }

  #follow(track: LocalTrack, device: DeviceKind) {
    followDevice(track, {
      onTrouble: (what) => this.#troubled({ device, what }),
      onMended: () => this.#mended(device),
      onSwitched: (from, to) => {
        this.#lastSwitch = { device, from, to };
      },
    });
  }

  #troubled(trouble: DeviceTrouble) {
    this.#trouble = trouble;
    this.#refresh();
  }

  #mended(device: DeviceKind) {
    if (this.#trouble?.device === device) this.#trouble = null;
    this.#refresh();
  }

  readonly #reconnecting = () => {
    if (this.#link.status !== 'reconnecting') this.#move({ status: 'reconnecting', since: Date.now() });
  };

  #move(link: MeetLink) {
    if (this.#link.status === 'ended') return;
    this.#link = link;
    if (link.status === 'live') this.#measuring ??= setInterval(() => void this.#measure(), measureEvery);
    if (link.status === 'ended') clearInterval(this.#measuring);
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
      trouble: this.#trouble,
      lastSwitch: this.#lastSwitch,
      active: this.#active(),
    };
  }

  #active(): MeetState['active'] {
    const active: MeetState['active'] = {};
    for (const kind of ['audioinput', 'videoinput', 'audiooutput'] as const) {
      const device = deviceOf[kind];
      const track = device && this.#room.localParticipant.getTrackPublication(sourceOf[device])?.track;
      const id = track?.mediaStreamTrack.getSettings().deviceId ?? this.#room.getActiveDevice(kind);
      if (id !== undefined) active[kind] = id;
    }
    return active;
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
      isPictureDeclined: [...participant.videoTrackPublications.values()].some(
        (publication) => 'isDesired' in publication && publication.isDesired === false && !publication.isMuted,
      ),
      camera: this.#video(participant, Track.Source.Camera),
      screen: this.#video(participant, Track.Source.ScreenShare),
      voice: participant.getTrackPublication(Track.Source.Microphone)?.track?.mediaStreamTrack ?? null,
    };
  }

  #video(participant: Participant, source: Track.Source): MeetVideo | null {
    const publication = participant.getTrackPublication(source);
    const track = publication?.track;
    if (publication === undefined || track === undefined || publication.isMuted) return null;
    // Declined, it is gone at once; its last picture would stand there until the track is taken away.
    if ('isDesired' in publication && publication.isDesired === false) return null;
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
