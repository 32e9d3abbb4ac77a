// The statuses and words that clients decide by (docs/protocols/livekit.md).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AccessToken } from 'livekit-server-sdk';
import { KEY, roomName, SECRET, startServer, token } from './support.mjs';

let server;
before(async () => { server = await startServer(); });
after(async () => { await server.stop(); });

const get = async (path, headers = {}) => {
  const response = await fetch(server.httpUrl + path, { headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
};

test('validate says success for a good token, in header or query', async () => {
  const jwt = await token('amina', roomName());
  const byHeader = await get('/rtc/validate', { Authorization: `Bearer ${jwt}` });
  assert.deepEqual([byHeader.status, byHeader.text], [200, 'success']);
  const byQuery = await get(`/rtc/validate?access_token=${jwt}`);
  assert.deepEqual([byQuery.status, byQuery.text], [200, 'success']);
});

test('refusals come with the status and text clients know', async () => {
  const room = roomName();
  const jwt = await token('amina', room);
  const noJoin = new AccessToken(KEY, SECRET, { identity: 'a' });
  noJoin.addGrant({ roomList: true });
  const otherSecret = new AccessToken(KEY, 'not the secret', { identity: 'a' });
  otherSecret.addGrant({ roomJoin: true, room });
  const otherKey = new AccessToken('nobody', SECRET, { identity: 'a' });
  otherKey.addGrant({ roomJoin: true, room });
  const noRoom = new AccessToken(KEY, SECRET, { identity: 'a' });
  noRoom.addGrant({ roomJoin: true });
  const cases = [
    ['/rtc/validate', {}, 401, /^permissions denied/],
    ['/rtc/validate', { Authorization: jwt }, 401, /invalid authorization token/],
    ['/rtc/validate', { Authorization: 'Bearer nonsense' }, 401, /^invalid authorization token/],
    ['/rtc/validate', { Authorization: `Bearer ${await otherSecret.toJwt()}` }, 401, /^invalid authorization token/],
    ['/rtc/validate', { Authorization: `Bearer ${await otherKey.toJwt()}` }, 401, /^invalid API key/],
    ['/rtc/validate', { Authorization: `Bearer ${await noJoin.toJwt()}` }, 401, /^permissions denied/],
    ['/rtc/validate', { Authorization: `Bearer ${await noRoom.toJwt()}` }, 400, /^no room name/],
    ['/rtc/v1/validate', { Authorization: `Bearer ${jwt}` }, 400, /^join_request is required/],
    ['/rtc/v1/validate?join_request=%21%21', { Authorization: `Bearer ${jwt}` }, 400, /join request/],
  ];
  for (const [path, headers, status, words] of cases) {
    const answer = await get(path, headers);
    assert.equal(answer.status, status, `${path} ${answer.text}`);
    assert.match(answer.text, words);
  }
});

test('what is not there is a plain 404', async () => {
  for (const path of ['/rtc', '/rtc/v1', '/rtc/v2', '/settings/regions']) {
    const answer = await get(path);
    assert.equal(answer.status, 404, path);
    assert.doesNotMatch(answer.text, /<html/i, path);
  }
  assert.equal((await get('/rtc')).text, '');
});

test('any origin is echoed once, on refusals too', async () => {
  const answer = await get('/rtc/validate', { Origin: 'https://somewhere.example' });
  assert.equal(answer.status, 401);
  assert.equal(answer.headers.get('access-control-allow-origin'), 'https://somewhere.example');
  assert.equal(answer.headers.get('access-control-allow-credentials'), null);
});

test('what a page of another origin asks first is answered', async () => {
  const preflight = await fetch(`${server.httpUrl}/twirp/livekit.RoomService/ListRooms`, {
    method: 'OPTIONS',
    headers: { Origin: 'https://somewhere.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization,content-type' },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://somewhere.example');
  assert.match(preflight.headers.get('access-control-allow-headers'), /authorization/);
  const head = await fetch(server.httpUrl, { method: 'HEAD', headers: { Origin: 'https://somewhere.example' } });
  assert.deepEqual([head.status, head.headers.get('access-control-allow-origin')], [200, '*']);
});

test('a doubled slash is one', async () => {
  assert.equal((await get('//rtc/validate')).status, 401);
});

test('long join requests fit the request line', async () => {
  const jwt = await token('amina', roomName());
  const answer = await get(`/rtc/v1/validate?join_request=${'A'.repeat(100_000)}`, { Authorization: `Bearer ${jwt}` });
  assert.equal(answer.status, 400);
});
