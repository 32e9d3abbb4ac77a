// A page as anybody would write one with the published React components: nothing here knows our server.
// ?url=&token=&single=0|1&look=hooks|conference[&codec=][&backup=1][&mode=L3T3_KEY][&width=960][&dynacast=1][&publish=0][&deaf=vp9][&mono=1]
import '@livekit/components-styles';
import {
  LiveKitRoom, RoomAudioRenderer, useConnectionQualityIndicator, useConnectionState, useDataChannel, useIsMuted, useLocalParticipant,
  useParticipants, useRoomContext, useSpeakingParticipants, useTracks, VideoConference, VideoTrack,
} from '@livekit/components-react';
import { ExternalE2EEKeyProvider, Room, RoomEvent, Track } from 'livekit-client';
import { useEffect, useMemo } from 'react';
import { createRoot } from 'react-dom/client';

const sources = [Track.Source.Camera, Track.Source.Microphone, Track.Source.ScreenShare];
const eventsOfInterest = [
  RoomEvent.Reconnecting, RoomEvent.SignalReconnecting, RoomEvent.Reconnected, RoomEvent.Disconnected, RoomEvent.ParticipantDisconnected,
  RoomEvent.TrackStreamStateChanged,
];

/** What the test reads: the hooks' own words, and every event that came. */
const seen = { messages: [], events: [], qualities: {}, spoken: [], refreshed: 0 };
window.seen = seen;

function TrackProbe({ reference }) {
  const isMuted = useIsMuted(reference);
  seen.muted = { ...seen.muted, [`${reference.participant.identity} ${reference.source}`]: isMuted };
  return reference.source === Track.Source.Microphone ? null : <VideoTrack trackRef={reference} width="320" />;
}

function QualityProbe({ participant }) {
  seen.qualities[participant.identity] = useConnectionQualityIndicator({ participant }).quality;
  return null;
}

function Probe() {
  const room = useRoomContext();
  seen.state = useConnectionState();
  const participants = useParticipants();
  seen.participants = participants.map((each) => each.identity);
  seen.names = participants.map((each) => each.name);
  const local = useLocalParticipant();
  seen.local = {
    sid: local.localParticipant.sid, camera: local.isCameraEnabled, microphone: local.isMicrophoneEnabled, screen: local.isScreenShareEnabled,
  };
  const tracks = useTracks(sources, { onlySubscribed: true });
  seen.tracks = tracks.map((each) => `${each.participant.identity} ${each.source}`);
  for (const each of useSpeakingParticipants()) if (!seen.spoken.includes(each.identity)) seen.spoken.push(each.identity);
  const { send } = useDataChannel('talk', (message) => {
    seen.messages.push([new TextDecoder().decode(message.payload), message.from?.identity]);
  });
  useEffect(() => {
    window.say = (text, reliable) => send(new TextEncoder().encode(text), { reliable });
  }, [send]);
  useEffect(() => {
    for (const name of eventsOfInterest) room.on(name, () => seen.events.push(name));
    window.room = room;
  }, [room]);
  return (
    <>
      {participants.map((each) => <QualityProbe key={each.sid} participant={each} />)}
      {tracks.map((each) => <TrackProbe key={each.publication.trackSid} reference={each} />)}
    </>
  );
}

/** A browser that cannot decode `codec`: it never offers to receive it. */
function deafen(codec) {
  const { addTransceiver } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addTransceiver = function (kind, init) {
    const transceiver = addTransceiver.call(this, kind, init);
    if (kind === 'video' && init?.direction === 'recvonly') {
      const { codecs } = RTCRtpReceiver.getCapabilities('video');
      transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType.toLowerCase() !== `video/${codec}`));
    }
    return transceiver;
  };
}
const deafTo = new URLSearchParams(location.search).get('deaf');
if (deafTo) deafen(deafTo);

/** A room whose media and data the page encrypts with `key` before they leave it. */
async function sealedRoom(options, key) {
  const keyProvider = new ExternalE2EEKeyProvider();
  const room = new Room({ ...options, encryption: { keyProvider, worker: new Worker('/e2ee.js', { type: 'module' }) } });
  room.on(RoomEvent.EncryptionError, () => { seen.undecipherable = (seen.undecipherable ?? 0) + 1; });
  await keyProvider.setKey(key);
  await room.setE2EEEnabled(true);
  return room;
}

function App() {
  const query = new URLSearchParams(location.search);
  const publishes = query.get('publish') !== '0';
  const width = Number(query.get('width') ?? 640);
  const options = useMemo(() => ({
    singlePeerConnection: query.get('single') !== '0',
    adaptiveStream: query.get('adaptive') === '1',
    videoCaptureDefaults: { resolution: { width, height: (width * 9) / 16, frameRate: 20 } },
    dynacast: query.get('dynacast') === '1',
    publishDefaults: {
      ...(query.get('mono') === '1' && { forceStereo: false }), // the fake microphone has two channels
      videoCodec: query.get('codec') ?? 'vp8', backupCodec: query.get('backup') === '1', ...(query.get('mode') && { scalabilityMode: query.get('mode') }),
    },
  }), []);
  return (
    <LiveKitRoom {...(sealed && { room: sealed })} data-lk-theme="default" style={{ height: '100vh' }} serverUrl={query.get('url')} token={query.get('token')} connect audio={publishes} video={publishes} options={options}
      onError={(error) => seen.events.push(`error ${error}`)}>
      {query.get('look') === 'conference' ? <VideoConference /> : <RoomAudioRenderer />}
      <Probe />
    </LiveKitRoom>
  );
}

const key = new URLSearchParams(location.search).get('key');
const sealed = key && await sealedRoom({ singlePeerConnection: new URLSearchParams(location.search).get('single') !== '0' }, key);
createRoot(document.getElementById('root')).render(<App />);
