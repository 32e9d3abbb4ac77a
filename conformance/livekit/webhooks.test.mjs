// Webhooks as the published receiver checks them, and the external TURN server that clients are told of.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { dispose } from '@livekit/rtc-node';
import { SignalResponse } from '@livekit/protocol';
import { RoomServiceClient, WebhookReceiver } from 'livekit-server-sdk';
import { enter, KEY, openSocket, publishTone, roomName, SECRET, startServer, token, until } from './support.mjs';

const TURN_SECRET = 'a secret shared with the TURN server';
const receiver = new WebhookReceiver(KEY, SECRET);
/** What the receiver took, and how it answers the next calls. */
const taken = [];
const refused = [];
const answers = [];
let http;
let server;

before(async () => {
  http = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    const status = answers.shift() ?? 200;
    response.writeHead(status).end();
    const event = await receiver.receive(body, request.headers.authorization);
    (status === 200 ? taken : refused).push({ event, headers: request.headers });
  });
  await new Promise((done) => http.listen(0, '127.0.0.1', done));
  server = await startServer({
    environment: {
      VISAVIS_WEBHOOK_URLS: `http://127.0.0.1:${http.address().port}/hook?a=b`,
      VISAVIS_WEBHOOK_API_KEY: KEY,
      VISAVIS_RTC_TURN_URLS: 'turn:turn.example.org:3478?transport=udp,turns:turn.example.org:443?transport=tcp',
      VISAVIS_RTC_TURN_SECRET: TURN_SECRET,
    },
  });
});
after(async () => {
  await dispose();
  assert.equal(await server.stop(), 0, 'the server ends well');
  http.close();
});

test('a room is told in order, signed over its body, and again until it was taken', async () => {
  const room = roomName('hook');
  answers.push(503, 500);
  const amina = await enter(server.wsUrl, 'amina', room);
  const tone = await publishTone(amina);
  await until(() => taken.some(({ event }) => event.event === 'track_published'), 'the track', 20_000);
  const { sid } = tone.track;
  await tone.stop();
  await amina.disconnect();
  await until(() => taken.some(({ event }) => event.event === 'participant_left'), 'the end', 20_000);
  await new RoomServiceClient(server.httpUrl, KEY, SECRET).deleteRoom(room);
  await until(() => taken.some(({ event }) => event.event === 'room_finished'), 'the end of the room', 20_000);

  const events = taken.map(({ event }) => event);
  assert.deepEqual(events.map(({ event }) => event),
    ['room_started', 'participant_joined', 'track_published', 'track_unpublished', 'participant_left', 'room_finished']);
  assert.deepEqual(refused.map(({ event }) => event.event), ['room_started', 'room_started']);
  assert.equal(new Set(refused.map(({ event }) => event.id)).size, 1, 'it is the same event again');
  assert.equal(events[0].id, refused[0].event.id);
  assert.equal(new Set(events.map(({ id }) => id)).size, 6);
  for (const { event, headers } of taken) {
    assert.equal(event.room.name, room);
    assert.match(event.room.sid, /^RM_/);
    assert.ok(Math.abs(Number(event.createdAt) - Date.now() / 1000) < 60);
    assert.equal(headers['content-type'], 'application/webhook+json');
    assert.equal(headers['user-agent'], 'LiveKit');
  }
  assert.equal(events[1].participant.identity, 'amina');
  assert.equal(events[2].track.sid, sid);
  assert.equal(events[2].participant.identity, 'amina');
  assert.notEqual(events[4].participant.disconnectReason, 0);
});

/** The first message of a fresh join. */
async function joined(identity, room) {
  const socket = await openSocket(`${server.wsUrl}/rtc?protocol=17&sdk=js&access_token=${await token(identity, room)}`);
  await until(() => socket.got.length > 0, 'the first frame', 20_000);
  socket.close();
  const { message } = SignalResponse.fromBinary(socket.got[0][1]);
  assert.equal(message.case, 'join');
  return message.value;
}

test('the TURN server comes with credentials of ten minutes that it can check by itself', async () => {
  const { iceServers, participant } = await joined('amina', roomName('turn'));
  assert.equal(iceServers.length, 1);
  const [{ urls, username, credential }] = iceServers;
  assert.deepEqual(urls, ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:443?transport=tcp']);
  const [expiry, sid] = username.split(':');
  assert.equal(sid, participant.sid);
  const left = Number(expiry) - Date.now() / 1000;
  assert.ok(left > 60 && left <= 601, `${left} s`);
  assert.equal(credential, createHmac('sha1', TURN_SECRET).update(username).digest('base64'));
});

// covers H22
test('what a killed server had not told is told by the next one, in its order and before anything new', async () => {
  const told = []; // [room, event, id] of what was taken
  let isAway = true;
  let tries = 0;
  const hooks = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    tries += 1;
    const event = await receiver.receive(Buffer.concat(parts).toString(), request.headers.authorization);
    if (!isAway) told.push([event.room.name, event.event, event.id]);
    response.writeHead(isAway ? 503 : 200).end();
  });
  await new Promise((done) => hooks.listen(0, '127.0.0.1', done));
  const environment = { VISAVIS_WEBHOOK_URLS: `http://127.0.0.1:${hooks.address().port}/hook`, VISAVIS_WEBHOOK_API_KEY: KEY };
  const rooms = [roomName('kept'), roomName('kept')];
  const live = await startServer({ environment });
  const service = new RoomServiceClient(live.httpUrl, KEY, SECRET);
  const metric = async (name) => {
    const text = await (await fetch(`${live.httpUrl}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
  };
  for (let round = 0; round < 2; round += 1) {
    for (const room of rooms) {
      await service.createRoom({ name: room });
      await service.deleteRoom(room);
    }
  }
  const written = 2 * 2 * rooms.length;
  await until(async () => (await metric('visavis_server_webhooks_kept_total')) >= written, 'all of it to be written', 30_000);
  await until(() => tries > 0, 'a try', 30_000);
  assert.deepEqual(told, []);
  await live.restart('SIGKILL');
  await service.createRoom({ name: rooms[0] });
  isAway = false;
  await until(() => told.length > written, 'what waited, and what is new', 30_000);
  for (const room of rooms) {
    const events = told.filter(([name]) => name === room).map(([, event]) => event);
    const before = ['room_started', 'room_finished', 'room_started', 'room_finished'];
    assert.deepEqual(events, room === rooms[0] ? [...before, 'room_started'] : before);
  }
  assert.equal(new Set(told.map(([, , id]) => id)).size, written + 1);

  // What was taken is not told again.
  await until(async () => (await metric('visavis_signaling_webhooks_waiting')) === 0, 'all of it to be forgotten', 30_000);
  await live.restart('SIGTERM');
  const count = told.length;
  await service.createRoom({ name: rooms[1] });
  const since = () => told.slice(count).filter(([name]) => name === rooms[1]);
  await until(() => since().length > 0, 'the new one', 30_000);
  assert.deepEqual(since().map(([, event]) => event), ['room_started']);
  assert.equal(await live.stop(), 0);
  hooks.close();
});
