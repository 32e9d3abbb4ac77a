"""LiveKit's Python client and its admin client, unmodified, against the real server."""

import asyncio
import math
import unittest
import warnings
from array import array

from livekit import api, rtc

from support import Server

KEY, SECRET = "devkey", "secret"
PATIENCE = 30  # seconds
RATE = 48_000


async def until(condition, what):
    """Looks again until `condition()` holds."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"still waiting for {what}") from None


async def enter(server, identity, room_name):
    token = (api.AccessToken(KEY, SECRET).with_identity(identity)
             .with_grants(api.VideoGrants(room_join=True, room=room_name)).to_jwt())
    room = rtc.Room()
    await asyncio.wait_for(room.connect(server.url.replace("http", "ws", 1), token), PATIENCE)
    return room


async def play_tone(source):
    """440 Hz for as long as nobody stops it."""
    at = 0
    while True:
        frame = rtc.AudioFrame.create(RATE, 1, RATE // 100)
        frame.data[:] = memoryview(array("h", (int(9_000 * math.sin(math.tau * 440 * (at + i) / RATE)) for i in range(RATE // 100))))
        at += RATE // 100
        await source.capture_frame(frame)


async def loudest(track):
    """Returns once something is heard in it."""
    stream = rtc.AudioStream(track)
    try:
        async for event in stream:
            if max(map(abs, event.frame.data), default=0) > 2_000:
                return
    finally:
        await stream.aclose()


class LiveKitInPython(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        warnings.filterwarnings("ignore", message=".*HMAC key")  # that of --dev is short

    async def test_a_voice_data_and_calls_reach_the_other_and_an_admin_sees_them(self):
        amina = await enter(self.server, "amina", "python")
        bruno = await enter(self.server, "bruno", "python")
        admin = api.LiveKitAPI(self.server.url, KEY, SECRET)
        tone = None
        try:
            heard, packets = [], []
            bruno.on("track_subscribed", lambda track, *_: heard.append(track))
            bruno.on("data_received", lambda packet: packets.append((packet.data, packet.topic, packet.participant.identity)))
            await until(lambda: "bruno" in amina.remote_participants and "amina" in bruno.remote_participants, "each other")

            source = rtc.AudioSource(RATE, 1)
            tone = asyncio.create_task(play_tone(source))
            options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
            published = await amina.local_participant.publish_track(rtc.LocalAudioTrack.create_audio_track("voice", source), options)
            await until(lambda: heard, "the track")
            await asyncio.wait_for(loudest(heard[0]), PATIENCE)

            await amina.local_participant.publish_data("bonjour", reliable=True, topic="t")
            await until(lambda: packets, "the packet")
            self.assertEqual(packets, [(b"bonjour", "t", "amina")])

            bruno.local_participant.register_rpc_method("double", lambda call: asyncio.sleep(0, call.payload * 2))
            answer = await amina.local_participant.perform_rpc(destination_identity="bruno", method="double", payload="ab")
            self.assertEqual(answer, "abab")

            rooms = await admin.room.list_rooms(api.ListRoomsRequest(names=["python"]))
            self.assertEqual([(room.name, room.num_participants) for room in rooms.rooms], [("python", 2)])
            everybody = await admin.room.list_participants(api.ListParticipantsRequest(room="python"))
            self.assertEqual({p.identity: [t.sid for t in p.tracks] for p in everybody.participants},
                             {"amina": [published.sid], "bruno": []})

            left = []
            bruno.on("participant_disconnected", lambda participant: left.append(participant.identity))
            await admin.room.remove_participant(api.RoomParticipantIdentity(room="python", identity="amina"))
            await until(lambda: left == ["amina"], "her leaving")
            with self.assertRaises(api.TwirpError) as refused:
                await admin.room.delete_room(api.DeleteRoomRequest(room="nowhere"))
            self.assertEqual(refused.exception.code, "not_found")
        finally:
            if tone:
                tone.cancel()
            await amina.disconnect()
            await bruno.disconnect()
            await admin.aclose()


if __name__ == "__main__":
    unittest.main()
