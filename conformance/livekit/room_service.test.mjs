// The admin API through the published server SDK, and raw where the SDK hides what it got.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ListRoomsRequest, ListRoomsResponse, PerformRpcRequest, PerformRpcResponse } from '@livekit/protocol';
import { dispose, RpcError } from '@livekit/rtc-node';
import {
  AccessToken, AgentDispatchClient, DataPacket_Kind, EgressClient, IngressClient, RoomServiceClient, SipClient,
} from 'livekit-server-sdk';
import { enter, KEY, next, publishTone, roomName, SECRET, startServer, token, until, watch } from './support.mjs';

let server;
let service;
before(async () => {
  server = await startServer();
  service = new RoomServiceClient(server.httpUrl, KEY, SECRET);
});
after(async () => {
  await dispose();
  await server.stop();
});

const grant = async (grants) => {
  const access = new AccessToken(KEY, SECRET, { identity: 'admin' });
  access.addGrant(grants);
  return access.toJwt();
};
const call = (method, body, jwt, type = 'application/json') => fetch(`${server.httpUrl}/twirp/livekit.RoomService/${method}`, {
  method: 'POST', body, headers: { 'Content-Type': type, ...(jwt ? { Authorization: `Bearer ${jwt}` } : {}) },
});

test('rooms are made, listed, found again and deleted', async () => {
  const name = roomName();
  const made = await service.createRoom({ name, emptyTimeout: 60, maxParticipants: 5, metadata: 'm' });
  assert.match(made.sid, /^RM_/);
  assert.equal(made.emptyTimeout, 60);
  assert.equal((await service.createRoom({ name })).sid, made.sid, 'the same room again');
  const listed = await service.listRooms([name]);
  assert.deepEqual(listed.map((room) => [room.name, room.metadata, room.maxParticipants]), [[name, 'm', 5]]);
  await service.deleteRoom(name);
  assert.deepEqual(await service.listRooms([name]), []);
  await assert.rejects(service.deleteRoom(name), (error) => error.code === 'not_found');
});

test('participants are listed, read, changed, muted and removed', async () => {
  const name = roomName();
  const amina = await enter(server.wsUrl, 'amina', name);
  const tone = await publishTone(amina);
  await until(() => tone.publication.sid, 'the track');
  const participants = await service.listParticipants(name);
  assert.deepEqual(participants.map((p) => p.identity), ['amina']);
  let info = await service.getParticipant(name, 'amina');
  for (let i = 0; i < 100 && info.tracks.length === 0; i++) {
    await new Promise((done) => setTimeout(done, 20));
    info = await service.getParticipant(name, 'amina');
  }
  assert.match(info.tracks[0].mimeType, /^audio\/(opus|red)$/);

  await service.updateParticipant(name, 'amina', { metadata: 'new', attributes: { a: '1' } });
  await until(() => amina.localParticipant.metadata === 'new', 'the new metadata');
  const muted = await service.mutePublishedTrack(name, 'amina', info.tracks[0].sid, true);
  assert.equal(muted.muted, true);
  await assert.rejects(service.mutePublishedTrack(name, 'amina', info.tracks[0].sid, false), (error) => error.code === 'failed_precondition');

  const gone = next(amina, 'disconnected');
  await service.removeParticipant(name, 'amina');
  assert.equal((await gone)[0], 4, 'PARTICIPANT_REMOVED');
  await assert.rejects(service.getParticipant(name, 'amina'), (error) => error.code === 'not_found');
  await tone.stop();
});

test('an admin decides what somebody is subscribed to', async () => {
  const name = roomName();
  const [amina, bruno] = [await enter(server.wsUrl, 'amina', name), await enter(server.wsUrl, 'bruno', name)];
  const seen = watch(bruno);
  const tone = await publishTone(amina);
  await until(() => seen.samples > 9_600, 'sound', 20_000);
  const jwt = await grant({ roomAdmin: true, room: name });
  /** Waits until that many tracks are sent to bruno. */
  const sent = async (count) => {
    const end = performance.now() + 20_000;
    for (let got; got !== count;) {
      assert.ok(performance.now() < end, `${got} tracks are sent, not ${count}`);
      const answer = await fetch(`${server.httpUrl}/twirp/visavis.Statistics/GetRoom`, {
        method: 'POST', body: JSON.stringify({ room: name }), headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${jwt}` },
      });
      const { participants } = await answer.json();
      got = (participants.find(({ identity }) => identity === 'bruno').subscriptions ?? []).filter(({ sending }) => sending).length;
    }
  };
  await sent(1);
  await service.updateSubscriptions(name, 'bruno', [tone.track.sid], false);
  await sent(0);
  await service.updateSubscriptions(name, 'bruno', [tone.track.sid], true);
  await sent(1);
  const before = seen.samples;
  await until(() => seen.samples > before + 9_600, 'sound again', 20_000);
  await tone.stop();
  await amina.disconnect();
  await bruno.disconnect();
});

test('data and room metadata reach the room', async () => {
  const name = roomName();
  const amina = await enter(server.wsUrl, 'amina', name);
  const got = next(amina, 'dataReceived');
  await service.sendData(name, Buffer.from('from above'), DataPacket_Kind.RELIABLE, { topic: 't' });
  assert.equal(Buffer.from((await got)[0]).toString(), 'from above');
  await service.updateRoomMetadata(name, 'changed');
  await until(() => amina.metadata === 'changed', 'the room metadata');
  await amina.disconnect();
});

test('protobuf bodies get protobuf answers', async () => {
  const jwt = await grant({ roomList: true });
  const answer = await call('ListRooms', new ListRoomsRequest({ names: ['nobody here'] }).toBinary(), jwt, 'application/protobuf');
  assert.equal(answer.headers.get('content-type'), 'application/protobuf');
  assert.equal(ListRoomsResponse.fromBinary(new Uint8Array(await answer.arrayBuffer())).rooms.length, 0);
});

test('errors are exactly application/json, and name their code', async () => {
  const cases = [
    ['ListRooms', '{}', null, 401, 'unauthenticated'],
    ['ListRooms', '{}', await grant({ roomCreate: true }), 401, 'unauthenticated'],
    ['ListRooms', '{}', await token('amina', 'r'), 401, 'unauthenticated'],
    ['ListRooms', '{nonsense', await grant({ roomList: true }), 400, 'malformed'],
    ['NoSuchMethod', '{}', await grant({ roomList: true }), 404, 'bad_route'],
    ['GetParticipant', '{"room":"other","identity":"a"}', await grant({ roomAdmin: true, room: 'mine' }), 401, 'unauthenticated'],
    ['GetParticipant', '{"room":"mine","identity":"a"}', await grant({ roomAdmin: true, room: 'mine' }), 404, 'not_found'],
  ];
  for (const [method, body, jwt, status, code] of cases) {
    const answer = await call(method, body, jwt);
    assert.equal(answer.status, status, `${method} ${code}`);
    assert.equal(answer.headers.get('content-type'), 'application/json');
    assert.equal((await answer.json()).code, code);
  }
});

test('what this server has not is said in words', async () => {
  const name = roomName();
  await service.createRoom({ name });
  const egress = new EgressClient(server.httpUrl, KEY, SECRET);
  await assert.rejects(egress.listEgress(), (error) => error.code === 'unimplemented' && /does not record/.test(error.message));
  await assert.rejects(egress.startRoomCompositeEgress(name, { file: { filepath: 'x.mp4' } }), (error) => error.code === 'unimplemented');
  const amina = await enter(server.wsUrl, 'amina', name);
  await assert.rejects(service.moveParticipant(name, 'amina', 'elsewhere'), (error) => error.code === 'unimplemented');
  await assert.rejects(service.forwardParticipant(name, 'amina', name), (error) => error.code === 'invalid_argument');
  for (const asked of [
    new AgentDispatchClient(server.httpUrl, KEY, SECRET).listDispatch(name),
    new IngressClient(server.httpUrl, KEY, SECRET).listIngress({ roomName: name }),
    new SipClient(server.httpUrl, KEY, SECRET).listSipInboundTrunk(),
  ]) await assert.rejects(asked, (error) => error.code === 'unimplemented');
  const refusal = await fetch(`${server.httpUrl}/twirp/livekit.Egress/ListEgress`, {
    method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await grant({ roomAdmin: true })}` },
  });
  assert.equal(refusal.status, 401, 'egress wants roomRecord');
  await amina.disconnect();
});

test("an admin calls a participant's method, in JSON and in protobuf", async () => {
  const name = roomName();
  const [amina, bruno] = [await enter(server.wsUrl, 'amina', name), await enter(server.wsUrl, 'bruno', name)];
  amina.localParticipant.registerRpcMethod('turn', async ({ payload }) => [...payload].reverse().join(''));
  amina.localParticipant.registerRpcMethod('refuse', async () => { throw new RpcError(101, 'not today', 'tomorrow'); });
  const leaked = [];
  bruno.on('dataReceived', (payload) => leaked.push(payload));
  const jwt = await grant({ roomAdmin: true, room: name });
  const perform = async (fields) => {
    const answer = await call('PerformRpc', JSON.stringify({ room: name, destinationIdentity: 'amina', payload: 'abc', ...fields }), jwt);
    return { status: answer.status, ...(await answer.json()) };
  };
  assert.deepEqual(await perform({ method: 'turn' }), { status: 200, payload: 'cba' });
  assert.deepEqual(await perform({ method: 'refuse', responseTimeoutMs: 9_000 }), { status: 500, code: 'internal', msg: 'RpcError 101: not today: tomorrow' });
  assert.deepEqual(await perform({ method: 'unknown' }), { status: 400, code: 'invalid_argument', msg: 'RpcError 1400: Method not supported at destination' });
  const large = await perform({ method: 'turn', payload: 'x'.repeat(15_361) });
  assert.deepEqual([large.status, large.code], [400, 'malformed']);
  assert.equal((await perform({ method: 'turn', destinationIdentity: 'nobody' })).code, 'not_found');
  assert.equal((await perform({ method: 'turn', destinationIdentity: '' })).code, 'invalid_argument');
  const elsewhere = await call('PerformRpc', JSON.stringify({ room: name, destinationIdentity: 'amina', method: 'turn' }), await grant({ roomAdmin: true, room: 'another' }));
  assert.equal(elsewhere.status, 401);
  const body = new PerformRpcRequest({ room: name, destinationIdentity: 'amina', method: 'turn', payload: 'été' }).toBinary();
  const binary = await call('PerformRpc', body, jwt, 'application/protobuf');
  assert.equal(PerformRpcResponse.fromBinary(new Uint8Array(await binary.arrayBuffer())).payload, 'été');
  assert.equal(leaked.length, 0);
  await amina.disconnect();
  await bruno.disconnect();
});

test('a packet sent twice with one nonce comes once', async () => {
  const name = roomName();
  const amina = await enter(server.wsUrl, 'amina', name);
  const got = [];
  amina.on('dataReceived', (payload) => got.push(Buffer.from(payload).toString()));
  const jwt = await grant({ roomAdmin: true, room: name });
  const send = async (text, nonce) => {
    const answer = await call('SendData', JSON.stringify({ room: name, data: Buffer.from(text).toString('base64'), kind: 'RELIABLE', nonce }), jwt);
    assert.equal(answer.status, 200);
  };
  const nonce = Buffer.alloc(16, 7).toString('base64');
  await send('one', nonce);
  await send('one', nonce);
  await send('two', Buffer.alloc(16, 8).toString('base64'));
  await until(() => got.includes('two'), 'the second packet', 20_000);
  assert.deepEqual(got, ['one', 'two']);
  await amina.disconnect();
});

test('a room tells its admin how everybody is connected', async () => {
  const name = roomName();
  const [amina, bruno] = [await enter(server.wsUrl, 'amina', name), await enter(server.wsUrl, 'bruno', name)];
  const tone = await publishTone(amina);
  const ask = async (jwt) => fetch(`${server.httpUrl}/twirp/visavis.Statistics/GetRoom`, {
    method: 'POST', body: JSON.stringify({ room: name }), headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${jwt}` },
  });
  const jwt = await grant({ roomAdmin: true, room: name });
  const end = performance.now() + 40_000;
  let by = {};
  const measured = () => by.amina?.transports[0].bytesReceived && by.bruno?.transports[0].bytesSent;
  while (!measured()) {
    assert.ok(performance.now() < end, `no statistics: ${JSON.stringify(by)}`);
    await new Promise((done) => setTimeout(done, 100));
    const { participants } = await (await ask(jwt)).json();
    by = Object.fromEntries(participants.map((each) => [each.identity, each]));
  }
  assert.equal(by.amina.state, 'ACTIVE');
  assert.match(by.amina.tracks[0].mimeType, /^audio\/(opus|red)$/);
  assert.equal(by.amina.tracks[0].subscribers, 1);
  assert.deepEqual(by.bruno.subscriptions.map(({ trackSid, sending }) => [trackSid, sending]), [[tone.track.sid, true]]);
  assert.equal((await ask(await grant({ roomAdmin: true, room: 'another' }))).status, 401);
  const metrics = await (await fetch(`${server.httpUrl}/metrics`)).text();
  assert.match(metrics, /^visavis_signaling_published_tracks [1-9]/m);
  assert.ok(!metrics.includes(name) && !metrics.includes('amina'), 'no names in metrics');
  await tone.stop();
  await amina.disconnect();
  await bruno.disconnect();
});

test("an admin gets a participant's packet headers as a pcap file, and nothing behind them", async () => {
  const name = roomName();
  const [amina, bruno] = [await enter(server.wsUrl, 'amina', name), await enter(server.wsUrl, 'bruno', name)];
  const tone = await publishTone(amina);
  const answer = await fetch(`${server.httpUrl}/twirp/visavis.Statistics/Capture`, {
    method: 'POST', body: JSON.stringify({ room: name, identity: 'amina', seconds: 2 }),
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await grant({ roomAdmin: true, room: name })}` },
  });
  assert.equal(answer.status, 200);
  const pcap = Buffer.from((await answer.json()).pcap, 'base64');
  assert.equal(pcap.readUInt32BE(0), 0xa1b2c3d4);
  assert.equal(pcap.readUInt32BE(20), 101, 'raw IP');
  let [rtp, toServer] = [0, 0];
  for (let at = 24; at < pcap.length;) {
    const [kept, whole] = [pcap.readUInt32BE(at + 8), pcap.readUInt32BE(at + 12)];
    const packet = pcap.subarray(at + 16, at + 16 + kept);
    assert.equal(packet[0] >> 4, 4);
    const datagram = packet.subarray(28);
    if (datagram[0] >= 128 && !(datagram[1] >= 192 && datagram[1] <= 223)) {
      rtp++;
      assert.ok(kept < whole, 'the payload stays behind');
    }
    if (packet.readUInt16BE(22) === server.udp) toServer++;
    at += 16 + kept;
  }
  assert.ok(rtp >= 10, `${rtp} media packets`);
  assert.ok(toServer >= 10);
  await tone.stop();
  await amina.disconnect();
  await bruno.disconnect();
});
