// Two people in a room through the published Node client: what they hear, see and tell each other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dispose, RpcError, TrackKind } from '@livekit/rtc-node';
import { RoomServiceClient } from 'livekit-server-sdk';
import { enter, KEY, next, publishPicture, publishTone, roomName, SECRET, startRelay, startServer, until, watch } from './support.mjs';

let server;
before(async () => { server = await startServer(); });
after(async () => {
  await dispose();
  assert.equal(await server.stop(), 0, 'the server ends well');
});

/** Runs `body` with two participants of one room, over the single transport or over two. */
async function withTwo(body, { mode = 'v1', grants = {} } = {}) {
  const relay = mode === 'v0' ? await startRelay(server.host, { paths404: ['/rtc/v1', '/rtc/v1/validate'] }) : null;
  const url = relay?.wsUrl ?? server.wsUrl;
  const room = roomName(mode);
  const amina = await enter(url, 'amina', room, { grants });
  const bruno = await enter(url, 'bruno', room, { grants });
  try {
    await body({ amina, bruno, room, relay });
  } finally {
    await amina.disconnect().catch(() => {});
    await bruno.disconnect().catch(() => {});
    await relay?.stop();
  }
}

test('joining gives sids, times and the other one', async () => {
  await withTwo(async ({ amina, bruno, room }) => {
    assert.equal(amina.name, room);
    assert.match(await amina.getSid(), /^RM_/);
    assert.match(amina.localParticipant.sid, /^PA_/);
    assert.ok(Math.abs(amina.creationTime.getTime() - Date.now()) < 10_000);
    await until(() => amina.remoteParticipants.has('bruno') && bruno.remoteParticipants.has('amina'), 'both to be seen', 5_000);
    assert.equal(bruno.remoteParticipants.get('amina').name, 'AMINA');
  });
});

for (const mode of ['v1', 'v0']) {
  test(`sound and picture arrive (${mode})`, async () => {
    await withTwo(async ({ amina, bruno, relay }) => {
      if (relay) assert.ok(relay.requests.includes('/rtc'), 'this is the two-transport path');
      const seen = watch(bruno);
      const tone = await publishTone(amina, { hertz: 440 });
      const picture = await publishPicture(amina);
      await until(() => seen.samples > 48_000, 'a second of sound');
      await until(() => seen.frames > 30, 'thirty pictures');
      const hertz = (seen.crossings / seen.samples) * 48_000;
      assert.ok(Math.abs(hertz - 440) < 20, `the tone is ${hertz} Hz`);
      assert.ok(seen.width > 0 && seen.width * 9 === seen.height * 16, `${seen.width}x${seen.height}`);
      await tone.stop();
      await picture.stop();
    }, { mode });
  });

  test(`both directions at once (${mode})`, async () => {
    await withTwo(async ({ amina, bruno }) => {
      const [byAmina, byBruno] = [watch(amina), watch(bruno)];
      const sources = [await publishTone(amina), await publishTone(bruno), await publishPicture(amina), await publishPicture(bruno)];
      await until(() => byAmina.samples > 24_000 && byBruno.samples > 24_000, 'sound both ways');
      await until(() => byAmina.frames > 10 && byBruno.frames > 10, 'pictures both ways');
      for (const source of sources) await source.stop();
    }, { mode });
  });

  test(`data travels reliable and lossy (${mode})`, async () => {
    await withTwo(async ({ amina, bruno }) => {
      const got = [];
      bruno.on('dataReceived', (payload, participant, kind, topic) => got.push([Buffer.from(payload).toString(), participant?.identity, kind, topic]));
      await amina.localParticipant.publishData(Buffer.from('sure'), { reliable: true, topic: 'a' });
      await amina.localParticipant.publishData(Buffer.from('maybe'), { reliable: false, topic: 'b', destination_identities: ['bruno'] });
      await until(() => got.length === 2, 'two packets');
      got.sort();
      assert.deepEqual(got.map(([text, from, , topic]) => [text, from, topic]), [['maybe', 'amina', 'b'], ['sure', 'amina', 'a']]);
    }, { mode });
  });
}

test('many reliable packets keep their order', async () => {
  await withTwo(async ({ amina, bruno }) => {
    const got = [];
    bruno.on('dataReceived', (payload) => got.push(new DataView(payload.buffer, payload.byteOffset).getUint32(0)));
    for (let i = 0; i < 128; i++) {
      const bytes = new Uint8Array(4_096);
      new DataView(bytes.buffer).setUint32(0, i);
      await amina.localParticipant.publishData(bytes, { reliable: true });
    }
    await until(() => got.length === 128, '128 packets', 15_000);
    assert.deepEqual(got, [...Array(128).keys()]);
  });
});

test('a call to the other (RPC) returns, and its error too', async () => {
  await withTwo(async ({ amina, bruno }) => {
    await until(() => amina.remoteParticipants.has('bruno'), 'bruno');
    bruno.localParticipant.registerRpcMethod('greet', async ({ payload }) => `bonjour ${payload}`);
    bruno.localParticipant.registerRpcMethod('fail', async () => { throw new RpcError(7, 'no', 'why'); });
    assert.equal(await amina.localParticipant.performRpc({ destinationIdentity: 'bruno', method: 'greet', payload: 'amina' }), 'bonjour amina');
    await assert.rejects(amina.localParticipant.performRpc({ destinationIdentity: 'bruno', method: 'fail', payload: '' }),
      (error) => error.code === 7 && error.message === 'no');
  });
});

test('text streams arrive whole', async () => {
  await withTwo(async ({ amina, bruno }) => {
    const text = 'une longue histoire, '.repeat(4_000);
    const received = new Promise((done) => bruno.registerTextStreamHandler('story', async (reader) => done(await reader.readAll())));
    await until(() => amina.remoteParticipants.has('bruno'), 'bruno');
    await amina.localParticipant.sendText(text, { topic: 'story' });
    assert.equal(await received, text);
  });
});

test('muting is seen by the other', async () => {
  await withTwo(async ({ amina, bruno, room }) => {
    const seen = watch(bruno);
    const tone = await publishTone(amina);
    await until(() => seen.samples > 0, 'sound');
    const muted = next(bruno, 'trackMuted');
    // This client's API has no mute of its own; told by the admin API it mutes itself and says so.
    await new RoomServiceClient(server.httpUrl, KEY, SECRET).mutePublishedTrack(room, 'amina', tone.track.sid, true);
    await muted;
    await tone.stop();
  });
});

test('unpublishing is seen and another track takes the place', async () => {
  await withTwo(async ({ amina, bruno }) => {
    const seen = watch(bruno);
    const first = await publishPicture(amina);
    await until(() => seen.frames > 5, 'the first picture');
    const gone = next(bruno, 'trackUnpublished');
    await first.stop();
    await amina.localParticipant.unpublishTrack(first.track.sid);
    await gone;
    seen.frames = 0;
    const second = await publishPicture(amina);
    await until(() => seen.frames > 5, 'the second picture');
    await second.stop();
  });
});

test('whoever comes late sees and hears at once', async () => {
  await withTwo(async ({ amina, room }) => {
    const sources = [await publishTone(amina), await publishPicture(amina)];
    await new Promise((done) => setTimeout(done, 500));
    const carla = await enter(server.wsUrl, 'carla', room);
    const seen = watch(carla);
    await until(() => seen.samples > 4_800 && seen.frames > 5, 'sound and picture');
    await carla.disconnect();
    for (const source of sources) await source.stop();
  });
});

test('without automatic subscription only what is asked for comes, and only as long', async () => {
  await withTwo(async ({ amina, room }) => {
    const sources = [await publishTone(amina), await publishPicture(amina)];
    const carla = await enter(server.wsUrl, 'carla', room, { options: { autoSubscribe: false } });
    const seen = watch(carla);
    const published = () => [...carla.remoteParticipants.get('amina')?.trackPublications.values() ?? []];
    await until(() => published().length === 2, 'both publications');
    await new Promise((done) => setTimeout(done, 500));
    assert.deepEqual([seen.samples, seen.frames], [0, 0], 'nothing unasked');
    const sound = published().find(({ kind }) => kind === TrackKind.KIND_AUDIO);
    sound.setSubscribed(true);
    await until(() => seen.samples > 4_800, 'the sound');
    assert.equal(seen.frames, 0, 'the picture was not asked for');
    const gone = next(carla, 'trackUnsubscribed');
    sound.setSubscribed(false);
    await gone;
    await carla.disconnect();
    for (const source of sources) await source.stop();
  });
});

test('who speaks is told', async () => {
  await withTwo(async ({ amina, bruno }) => {
    watch(bruno);
    const tone = await publishTone(amina);
    await next(bruno, 'activeSpeakersChanged', (speakers) => speakers.some((p) => p.identity === 'amina'));
    await tone.stop();
  });
});

test('leaving is seen at once', async () => {
  await withTwo(async ({ amina, bruno }) => {
    await until(() => bruno.remoteParticipants.has('amina'), 'amina');
    const left = next(bruno, 'participantDisconnected', (p) => p.identity === 'amina', 2_000);
    await amina.disconnect();
    await left;
  });
});

test('the second tab replaces the first', async () => {
  await withTwo(async ({ amina, bruno, room }) => {
    const closed = next(amina, 'disconnected');
    const again = await enter(server.wsUrl, 'amina', room);
    const [reason] = await closed;
    assert.equal(reason, 2, 'DUPLICATE_IDENTITY');
    const seen = watch(bruno);
    const tone = await publishTone(again);
    await until(() => seen.samples > 0, 'sound of the second tab');
    await tone.stop();
    await again.disconnect();
  });
});

test('attributes and metadata are seen by the other', async () => {
  await withTwo(async ({ amina, bruno }) => {
    await until(() => bruno.remoteParticipants.has('amina'), 'amina');
    const changed = next(bruno, 'participantAttributesChanged');
    await amina.localParticipant.setAttributes({ main: 'levée' });
    const [attributes] = await changed;
    assert.equal(attributes.main, 'levée');
    await amina.localParticipant.updateMetadata('bonjour');
    await until(() => bruno.remoteParticipants.get('amina').metadata === 'bonjour', 'metadata');
  }, { grants: { canUpdateOwnMetadata: true } });
});

test('the end of a room is the end for all', async () => {
  await withTwo(async ({ amina, bruno, room }) => {
    const both = [next(amina, 'disconnected'), next(bruno, 'disconnected')];
    await new RoomServiceClient(server.httpUrl, KEY, SECRET).deleteRoom(room);
    for (const [reason] of await Promise.all(both)) assert.equal(reason, 5, 'ROOM_DELETED');
  });
});
