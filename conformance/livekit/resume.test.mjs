// A signalling socket that drops under a running call: the call goes on and the client comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { dispose, SimulateScenarioKind } from '@livekit/rtc-node';
import { enter, next, publishTone, roomName, startRelay, startServer, until, watch } from './support.mjs';

let server;
before(async () => { server = await startServer(); });
after(async () => {
  await dispose();
  await server.stop();
});

for (const mode of ['v1', 'v0']) {
  test(`a cut socket is resumed and sound goes on (${mode})`, async () => {
    const relay = await startRelay(server.host, { paths404: mode === 'v0' ? ['/rtc/v1', '/rtc/v1/validate'] : [] });
    const room = roomName('resume');
    const amina = await enter(relay.wsUrl, 'amina', room);
    const bruno = await enter(server.wsUrl, 'bruno', room);
    const seen = watch(bruno);
    const tone = await publishTone(amina);
    await until(() => seen.samples > 9_600, 'sound before');
    const sid = amina.localParticipant.sid;
    let left = false;
    bruno.on('participantDisconnected', () => { left = true; });

    const back = next(amina, 'reconnected', undefined, 30_000);
    relay.cut();
    await back;
    const before = seen.samples;
    await until(() => seen.samples > before + 48_000, 'a second of sound after');
    assert.equal(amina.localParticipant.sid, sid, 'it was a resume, not a new join');
    assert.equal(left, false, 'nobody was seen leaving');

    const got = next(bruno, 'dataReceived');
    await amina.localParticipant.publishData(Buffer.from('still here'), { reliable: true });
    assert.equal(Buffer.from((await got)[0]).toString(), 'still here');
    await tone.stop();
    await amina.disconnect();
    await bruno.disconnect();
    await relay.stop();
  });
}

test('an order to start over ends with one publication and sound', async () => {
  const room = roomName('restart');
  const amina = await enter(server.wsUrl, 'amina', room);
  const bruno = await enter(server.wsUrl, 'bruno', room);
  const seen = watch(bruno);
  const tone = await publishTone(amina);
  await until(() => seen.samples > 9_600, 'sound before');
  const sid = amina.localParticipant.sid;
  const back = next(amina, 'reconnected', undefined, 30_000);
  await amina.simulateScenario(SimulateScenarioKind.SIMULATE_FULL_RECONNECT);
  await back;
  await until(() => amina.localParticipant.sid !== sid, 'a new join');
  const before = seen.samples;
  await until(() => seen.samples > before + 48_000, 'a second of sound after');
  assert.equal(bruno.remoteParticipants.get('amina').trackPublications.size, 1);
  await tone.stop();
  await amina.disconnect();
  await bruno.disconnect();
});

test('a server that is killed, and one that is told to stop, leave a call that their successors carry on', async () => { // covers F7
  const mortal = await startServer();
  const room = roomName('successor');
  const people = [];
  for (const name of ['amina', 'bruno']) {
    const person = await enter(mortal.wsUrl, name, room);
    person.on('disconnected', () => { people.find((one) => one.room === person).ended = true; });
    people.push({ room: person, seen: watch(person), ended: false });
  }
  const tones = [await publishTone(people[0].room), await publishTone(people[1].room)];
  const untilBothHear = (what) => {
    const before = people.map(({ seen }) => seen.samples);
    return until(() => people.every(({ seen }, i) => seen.samples > before[i] + 9_600), what, 60_000);
  };
  await untilBothHear('the call');
  for (const signal of ['SIGKILL', 'SIGTERM']) {
    await mortal.restart(signal);
    await untilBothHear(`sound both ways after ${signal}`);
  }
  assert.deepEqual(people.map(({ ended }) => ended), [false, false]);
  for (const tone of tones) await tone.stop();
  for (const { room: person } of people) await person.disconnect();
  assert.equal(await mortal.stop(), 0);
});
