// What the signalling and the admin API take at most, at the limit and one past it, and what the process tells of itself.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { JoinRequest, SignalRequest, SignalResponse, WrappedJoinRequest, WrappedJoinRequest_Compression } from '@livekit/protocol';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { KEY, openSocket, roomName, SECRET, startServer, token, until } from './support.mjs';

const NAME = 256;
const METADATA = 512 * 1024;
const ATTRIBUTES = 64 * 1024;
const SIGNAL = 2 * 1024 * 1024;
const BODY = 10 * 1024 * 1024;

let server;
before(async () => { server = await startServer(); });
after(async () => { assert.equal(await server.stop(), 0, 'the server ends well'); });

const get = (path, headers = {}) => fetch(server.httpUrl + path, { headers });
const metric = async (name) => {
  const line = (await (await get('/metrics')).text()).split('\n').find((text) => text.startsWith(`${name} `));
  return Number(line?.split(' ').at(-1) ?? 0);
};

/** The answer to a join with these claims, and this about the client in it. */
async function knock(claims, join = {}) {
  const access = new AccessToken(KEY, SECRET, { identity: 'amina', ...claims });
  access.addGrant({ roomJoin: true, room: roomName(), canUpdateOwnMetadata: true, ...claims.grant });
  const wrapped = new WrappedJoinRequest({
    compression: WrappedJoinRequest_Compression.GZIP,
    joinRequest: gzipSync(new JoinRequest(join).toBinary()),
  });
  const request = Buffer.from(wrapped.toBinary()).toString('base64url');
  const answer = await get(`/rtc/v1/validate?join_request=${request}`, { Authorization: `Bearer ${await access.toJwt()}` });
  return [answer.status, await answer.text()];
}

test('names, metadata and attributes are taken at their limit and refused one past it', async () => {
  const cases = [
    [(size) => knock({ identity: 'i'.repeat(size) }), NAME, 'identity exceeds limits'],
    [(size) => knock({ grant: { room: 'r'.repeat(size) } }), NAME, 'room name exceeds limits'],
    [(size) => knock({ name: 'n'.repeat(size) }), NAME, 'name exceeds limits'],
    [(size) => knock({}, { metadata: 'm'.repeat(size) }), METADATA, 'metadata exceeds limits'],
    [(size) => knock({}, { participantAttributes: { a: 'v'.repeat(size - 1) } }), ATTRIBUTES, 'attributes exceed limits'],
  ];
  for (const [attempt, limit, words] of cases) {
    assert.deepEqual(await attempt(limit), [200, 'success'], words);
    assert.deepEqual(await attempt(limit + 1), [400, words]);
  }
});

test('an admin is held to the same limits, and to a body of 10 MiB', async () => {
  const service = new RoomServiceClient(server.httpUrl, KEY, SECRET);
  const name = roomName();
  await service.createRoom({ name, metadata: 'm'.repeat(METADATA) });
  await assert.rejects(service.createRoom({ name: roomName(), metadata: 'm'.repeat(METADATA + 1) }), /exceeds limits/);
  await service.updateRoomMetadata(name, 'm'.repeat(METADATA));
  await assert.rejects(service.updateRoomMetadata(name, 'm'.repeat(METADATA + 1)), /exceeds limits/);
  await service.createRoom({ name: 'r'.repeat(NAME) });
  await assert.rejects(service.createRoom({ name: 'r'.repeat(NAME + 1) }), /exceeds limits/);
  await service.deleteRoom('r'.repeat(NAME));

  const access = new AccessToken(KEY, SECRET, { identity: 'admin' });
  access.addGrant({ roomList: true });
  const list = async (size) => {
    const answer = await fetch(`${server.httpUrl}/twirp/livekit.RoomService/ListRooms`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${await access.toJwt()}` },
      body: '{}'.padEnd(size),
    });
    return answer.status;
  };
  assert.equal(await list(BODY), 200);
  assert.equal(await list(BODY + 1), 413);
});

test('a signal message of 2 MiB is read, and a byte more closes the socket', async () => {
  const message = (size) => {
    const request = (length) => new SignalRequest({ message: { case: 'updateMetadata', value: { metadata: 'm'.repeat(length) } } }).toBinary();
    const bytes = request(size - (request(size - 100).length - (size - 100)));
    assert.equal(bytes.length, size);
    return bytes;
  };
  const room = roomName();
  const connect = async () => {
    const socket = await openSocket(`${server.wsUrl}/rtc?protocol=17&access_token=${await token('amina', room, { canUpdateOwnMetadata: true })}`);
    await until(() => socket.got.length > 0, 'the first frame', 20_000);
    return socket;
  };
  const at = await connect();
  at.send(message(SIGNAL));
  const refused = () => at.got.map(([, bytes]) => SignalResponse.fromBinary(bytes).message).find((m) => m.case === 'requestResponse');
  await until(refused, 'an answer', 20_000);
  assert.equal(refused().value.reason, 3, 'LIMIT_EXCEEDED: read, and more metadata than may be');
  assert.equal(at.code(), 0);
  at.send(message(SIGNAL + 1));
  await at.closed;
  assert.equal(at.code(), 1009);
});

// covers H9, H11
test('a ticket of the marketplace opens no admin method, and each has its grant', async () => {
  const post = async (path, body, bearer) => fetch(server.httpUrl + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: server.httpUrl, ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}) },
    body: JSON.stringify(body),
  });
  const person = await (await post('/api/auth/signup', { email: 'limits@example.org', password: 'un chateau de sable bleu', name: 'Amina' })).json();
  const { value } = await (await post('/api/action', { path: 'video:joinEcho', args: {}, format: 'json' }, person.token)).json();
  const some = new AccessToken(KEY, SECRET, { identity: 'admin' });
  some.addGrant({ roomJoin: true, room: 'r' });
  const methods = ['CreateRoom', 'ListRooms', 'DeleteRoom', 'ListParticipants', 'GetParticipant', 'RemoveParticipant', 'MutePublishedTrack',
    'UpdateParticipant', 'UpdateSubscriptions', 'SendData', 'UpdateRoomMetadata', 'ForwardParticipant', 'MoveParticipant', 'PerformRpc'];
  for (const bearer of [value.token, await some.toJwt(), 'nonsense', undefined]) {
    for (const method of methods) {
      const answer = await post(`/twirp/livekit.RoomService/${method}`, { room: value.roomName, name: 'r' }, bearer);
      assert.equal(answer.status, 401, method);
    }
  }
  assert.equal((await post('/twirp/livekit.RoomService/Nonsense', {}, await some.toJwt())).status, 404);
});

// covers H12
test('a token in an address is written nowhere', async () => {
  const jwt = await token('amina', roomName());
  const socket = await openSocket(`${server.wsUrl}/rtc?protocol=17&access_token=${jwt}`);
  await until(() => socket.got.length > 0, 'the first frame', 20_000);
  socket.close();
  const refused = await get(`/rtc?access_token=${jwt}x`);
  await get(`/rtc/validate?access_token=${jwt}`);
  assert.equal(refused.headers.get('referrer-policy'), 'no-referrer');
  await until(() => server.log.some((line) => line.includes('/rtc/validate')), 'the access log', 20_000);
  const written = `${server.log.join('\n')}${await (await get('/metrics')).text()}`;
  assert.ok(!written.includes(jwt.slice(0, 40)) && !written.includes(jwt.slice(-40)));
  assert.doesNotMatch(written, /access_token|join_request/);
});

// covers H24
test('metrics are for loopback alone, name nobody, and count who was refused', async () => {
  const room = roomName('secret');
  const socket = await openSocket(`${server.wsUrl}/rtc?protocol=17&access_token=${await token('zenobia', room)}`);
  await until(() => socket.got.length > 0, 'the first frame', 20_000);
  const text = await (await get('/metrics')).text();
  assert.match(text, /^visavis_signaling_rooms [1-9]/m);
  assert.ok(!text.includes(room) && !text.includes('zenobia'));
  socket.close();
  for (const header of ['X-Forwarded-For', 'Forwarded']) {
    const answer = await get('/metrics', { [header]: 'for=127.0.0.1' });
    assert.equal(answer.status, 403, header);
  }
  assert.equal((await get('/metrics', { 'X-Forwarded-For': '127.0.0.1', Authorization: 'Bearer ' })).status, 403);
  for (const [path, words] of [['/healthz', 'ok\n'], ['/readyz', 'ready\n']]) {
    assert.equal(await (await get(path, { 'X-Forwarded-For': '192.0.2.1' })).text(), words);
  }
  const before = await metric('visavis_signaling_joins_refused_total{status="401"}');
  await assert.rejects(openSocket(`${server.wsUrl}/rtc?access_token=nonsense`));
  assert.equal(await metric('visavis_signaling_joins_refused_total{status="401"}'), before + 1);
});

// covers H25
test('pages say what a browser may do with them, and behind TLS that it stays so', async () => {
  const own = await startServer({ environment: { VISAVIS_PUBLIC_URL: 'https://meet.example.org' } });
  const { headers } = await fetch(`${own.httpUrl}/`);
  assert.match(headers.get('strict-transport-security'), /max-age=31536000/);
  assert.equal(await own.stop(), 0);
  const plain = (await get('/')).headers;
  assert.equal(plain.get('strict-transport-security'), null);
  for (const answer of [headers, plain]) {
    assert.match(answer.get('content-security-policy'), /default-src 'self'.*frame-ancestors 'none'/);
    assert.equal(answer.get('permissions-policy'), 'camera=(self), microphone=(self), display-capture=(self)');
    assert.equal(answer.get('x-content-type-options'), 'nosniff');
  }
});

// covers H27
test('the program is hardened, and a crash writes down nothing that people said', (t) => {
  if (process.platform !== 'linux') return t.skip('of Linux alone');
  const limits = readFileSync(`/proc/${server.pid}/limits`, 'utf8');
  assert.match(limits, /Max core file size\s+0\s+0/);
  assert.match(readFileSync(`/proc/${server.pid}/coredump_filter`, 'utf8'), /^0+$/m);
  const binary = readFileSync(`/proc/${server.pid}/cmdline`, 'utf8').split('\0')[0];
  const readelf = (...options) => execFileSync('readelf', ['-W', ...options, binary], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  assert.match(readelf('-h'), /Type:\s+DYN/, 'position independent');
  const segments = readelf('-l');
  assert.match(segments, /GNU_RELRO/);
  assert.match(segments, /GNU_STACK.*RW /, 'no code on the stack');
  assert.match(readelf('-d'), /BIND_NOW|FLAGS.*NOW/, 'relocated before it runs');
  assert.match(readelf('--dyn-syms'), /__stack_chk_fail/);
});
