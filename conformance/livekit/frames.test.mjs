// The signal socket raw: frames in JSON for whoever sends them, and what is refused in words.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SignalRequest, SignalResponse } from '@livekit/protocol';
import { openSocket, roomName, startServer, token, until } from './support.mjs';

let server;
before(async () => { server = await startServer(); });
after(async () => { assert.equal(await server.stop(), 0, 'the server ends well'); });

/** A client that keeps what it is sent, as `[isText, message]`. */
async function connect(identity, room, grants) {
  const socket = await openSocket(`${server.wsUrl}/rtc?protocol=17&sdk=js&access_token=${await token(identity, room, grants)}`);
  const messages = () => socket.got.map(([isText, bytes]) => [isText, isText ? SignalResponse.fromJsonString(bytes.toString()) : SignalResponse.fromBinary(bytes)]);
  const of = (name) => messages().filter(([, { message }]) => message.case === name);
  await until(() => socket.got.length > 0, 'the first frame', 20_000);
  return {
    socket, messages,
    last: (name) => of(name).at(-1),
    binary: (message) => socket.send(new SignalRequest({ message }).toBinary()),
    text: (json) => socket.send(typeof json === 'string' ? json : JSON.stringify(json)),
    waits: (name, count = 1) => until(() => of(name).length >= count, name, 20_000),
  };
}

test('the server answers in the encoding that the client used last', async () => {
  const amina = await connect('amina', roomName('json'));
  assert.equal(amina.messages()[0][0], false, 'it begins in binary');
  amina.text({ pingReq: { timestamp: '5' } });
  await amina.waits('pongResp');
  assert.equal(amina.last('pongResp')[0], true, 'text for text');
  assert.equal(amina.last('pongResp')[1].message.value.lastPingTimestamp, 5n);
  amina.binary({ case: 'pingReq', value: { timestamp: 6n } });
  await amina.waits('pongResp', 2);
  assert.equal(amina.last('pongResp')[0], false, 'and binary for binary');
  amina.socket.close();
});

test('requests that may not be, or cannot, are answered with the reason and the request itself', async () => {
  const amina = await connect('amina', roomName('json'), { canPublish: false });
  amina.binary({ case: 'addTrack', value: { cid: 'c', type: 0, source: 2 } });
  await amina.waits('requestResponse');
  let response = amina.last('requestResponse')[1].message.value;
  assert.equal(response.reason, 2, 'NOT_ALLOWED');
  assert.equal(response.request.value.cid, 'c');
  amina.text({ updateMetadata: { name: 'Reine', requestId: 7 } });
  await amina.waits('requestResponse', 2);
  response = amina.last('requestResponse')[1].message.value;
  assert.deepEqual([response.reason, response.requestId, response.request.case], [2, 7, 'updateMetadata']);
  amina.text({ publishDataTrackRequest: { pubHandle: 1, name: 'x' } });
  await amina.waits('requestResponse', 3);
  assert.equal(amina.last('requestResponse')[1].message.value.reason, 2, 'data follows canPublish');
  amina.socket.close();
});

test('a frame that is no message ends the connection, and the server lives', async () => {
  const amina = await connect('amina', roomName('json'));
  amina.text('{"pingReq": ');
  await amina.socket.closed;
  const again = await connect('amina', roomName('json'));
  again.socket.close();
});
