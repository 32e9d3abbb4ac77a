// The echo room of `video:joinEcho`: one person, who hears and sees themselves 5 seconds later.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dispose, Room } from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';
import { KEY, publishPicture, publishTone, SECRET, startServer, until, watch } from './support.mjs';

let server;
before(async () => { server = await startServer(); });
after(async () => {
  await dispose();
  assert.equal(await server.stop(), 0, 'the server ends well');
});

async function post(path, body, token) {
  const response = await fetch(server.httpUrl + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: server.httpUrl, ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  return response.json();
}

let lastPerson = 0;
async function signUp() {
  const email = `echo-${++lastPerson}@example.org`;
  return (await post('/api/auth/signup', { email, password: 'un chateau de sable bleu', name: 'Écho' })).token;
}
const joinEcho = (token) => post('/api/action', { path: 'video:joinEcho', args: {}, format: 'json' }, token);

test('one hears and sees oneself, late enough to have spoken first', async () => {
  const { value: ticket } = await joinEcho(await signUp());
  assert.equal(ticket.engine, 'embedded');
  assert.match(ticket.roomName, /^meet_echo_/);
  const room = new Room();
  await room.connect(ticket.serverUrl, ticket.token, { autoSubscribe: true, dynacast: false });
  assert.deepEqual([...room.remoteParticipants.keys()], ['echo']);
  const seen = watch(room);
  const started = performance.now();
  const sources = [await publishTone(room, { hertz: 440 }), await publishPicture(room)];
  await until(() => seen.samples > 24_000 && seen.frames > 10, 'sound and picture', 40_000);
  assert.ok(Math.min(seen.firstSample, seen.firstFrame) - started > 4_500, 'a delay, not a loop at once');
  const hertz = (seen.crossings / seen.samples) * 48_000;
  assert.ok(Math.abs(hertz - 440) < 40, `the tone is ${hertz} Hz`);
  for (const source of sources) await source.stop();
  await room.disconnect();
});

test('nobody else gets in', async () => {
  const { value: ticket } = await joinEcho(await signUp());
  const { value: other } = await joinEcho(await signUp());
  assert.notEqual(ticket.roomName, other.roomName);
  assert.equal((await joinEcho()).errorData.code, 'unauthenticated');
  const { sub } = JSON.parse(Buffer.from(ticket.token.split('.')[1], 'base64url'));
  for (const identity of [sub, 'somebody']) {
    // Even a key that may enter the marketplace's rooms.
    const access = new AccessToken(KEY, SECRET, { identity });
    access.addGrant({ roomJoin: true, room: ticket.roomName, roomCreate: true });
    const answer = await fetch(`${server.httpUrl}/rtc/validate?access_token=${await access.toJwt()}`);
    assert.equal(answer.status, 404);
    assert.equal(await answer.text(), 'requested room does not exist');
  }
});
