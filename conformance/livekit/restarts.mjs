// How soon two people hear and see each other again after the server's process ended, by kill -9 and by SIGTERM in turn
// (threat-model F7): 20 restarts, or RESTARTS, each with up to 4 s without any.
import { dispose, enter, publishPicture, publishTone, roomName, startServer, until, watch } from './support.mjs';

const RESTARTS = Number(process.env.RESTARTS ?? 20);
const server = await startServer();
const room = roomName('restarts');
const people = [];
for (const name of ['amina', 'bruno']) {
  const person = await enter(server.wsUrl, name, room);
  const one = { name, room: person, seen: watch(person), ended: false, sources: [] };
  person.on('disconnected', () => { one.ended = true; });
  people.push(one);
}
for (const { room: person, sources } of people) {
  sources.push(await publishTone(person), await publishPicture(person, { simulcast: false }));
}
/** Until everybody heard a fifth of a second and saw five pictures more than now; ms. */
async function untilAllIsWell(what) {
  const start = performance.now();
  const before = people.map(({ seen }) => ({ ...seen }));
  await until(() => people.every(({ seen }, i) => seen.samples > before[i].samples + 9_600 && seen.frames > before[i].frames + 5), what, 60_000);
  return performance.now() - start;
}
await untilAllIsWell('the call');

const back = { SIGKILL: [], SIGTERM: [] };
const away = { SIGKILL: [], SIGTERM: [] };
for (let i = 0; i < RESTARTS; i++) {
  const signal = i % 2 === 0 ? 'SIGKILL' : 'SIGTERM';
  const start = performance.now();
  await server.restart(signal, 4_000 * Math.random());
  away[signal].push(performance.now() - start);
  back[signal].push(await untilAllIsWell(`voice and picture after ${signal}, restart ${i + 1}`));
  await new Promise((done) => setTimeout(done, 1_000 + 2_000 * Math.random())); // a talk between two restarts
}
const ended = people.filter((person) => person.ended).length;
const at = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))].toFixed(0);
for (const signal of ['SIGKILL', 'SIGTERM']) {
  console.log(`${signal}: ${back[signal].length} restarts, another process ready after p50 ${at(away[signal], 0.5)} ms, at most ${at(away[signal], 1)} ms; `
    + `then both hear and see after p50 ${at(back[signal], 0.5)} ms, p95 ${at(back[signal], 0.95)} ms, at most ${at(back[signal], 1)} ms (goal 8,000)`);
}
console.log(`ended falsely: ${ended} of ${people.length}`);
for (const { room: person, sources } of people) {
  for (const source of sources) await source.stop();
  await person.disconnect();
}
await dispose();
const all = [...back.SIGKILL, ...back.SIGTERM];
process.exit((await server.stop()) === 0 && ended === 0 && Number(at(all, 0.95)) <= 8_000 && Number(at(all, 1)) <= 12_000 ? 0 : 1);
