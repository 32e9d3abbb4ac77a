// Ten times the joins that a server takes a second, while people talk inside (threat-model F14): what they hear and see
// meanwhile, how soon who is not let in is told so, how many are let in, memory, and how soon all is as before.
//   npm run storm        CALLS=1 SECONDS=10 RATE=2500 OFFERS=1 (0: sockets that join and then say nothing)
// The storm is a process of its own that yields to everything else: on one machine it would take the server's cores, too.
import { fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { JoinRequest, SessionDescription, WrappedJoinRequest } from '@livekit/protocol';

const RATE = Number(process.env.RATE ?? 2_500); // JoinBudget::kRate is 250
const SECONDS = Number(process.env.SECONDS ?? 10);
const CALLS = Number(process.env.CALLS ?? 1);
const OFFERS = process.env.OFFERS !== '0';
const STAY_MS = 5_000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const OFFER = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0', 'a=msid-semantic: WMS',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', 'a=ice-ufrag:stor', 'a=ice-pwd:stormstormstormstormstor',
  'a=ice-options:trickle', `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`, 'a=setup:actpass', 'a=mid:0', 'a=sctp-port:5000',
  'a=max-message-size:262144', ''].join('\r\n');

const base64url = (value) => Buffer.from(value).toString('base64url');
/** Signed here, since the SDK takes a tenth of a millisecond. */
function joinToken(key, secret, identity, room) {
  const now = Math.floor(Date.now() / 1000);
  const body = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify({
    iss: key, sub: identity, nbf: now - 10, exp: now + 600, video: { roomJoin: true, room },
  }))}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** One person at the door: `{ status, ms }`; who is let in stays a while. */
function knock(port, number, { key, secret, join, stay = STAY_MS }) {
  const token = joinToken(key, secret, `storm-${number}`, `storm-${number >> 1}`);
  return new Promise((done) => {
    const start = performance.now();
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    const path = OFFERS ? `/rtc/v1?access_token=${token}&join_request=${join}` : `/rtc?access_token=${token}&protocol=16`;
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
      + 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
    socket.once('data', (head) => {
      const status = Number(head.subarray(9, 12).toString());
      done({ status, ms: performance.now() - start });
      if (status !== 101) return socket.destroy();
      socket.on('data', () => {});
      setTimeout(() => socket.destroy(), stay).unref();
    });
    const failed = () => { socket.destroy(); done({ status: 0, ms: performance.now() - start }); };
    socket.on('error', failed);
    socket.on('close', failed);
  });
}

async function storm({ port, ...how }) {
  os.setPriority(10);
  const answers = [];
  const start = performance.now();
  let sent = 0;
  let waiting = 0;
  while (performance.now() - start < SECONDS * 1000) {
    const due = Math.floor(((performance.now() - start) / 1000) * RATE);
    for (; sent < due && waiting < 4_000; sent++) {
      const at = performance.now() - start;
      waiting++;
      knock(port, sent, how).then((answer) => { waiting--; answers.push({ ...answer, at }); });
    }
    await pause(2);
  }
  const last = performance.now();
  while (waiting > 0 && performance.now() - last < 20_000) await pause(20);
  process.send({ answers, sent, unanswered: waiting });
}

async function main() {
  const { KEY, SECRET, roomName, startServer } = await import('./support.mjs');
  const { startBrowser } = await import('./browser/support.mjs');
  const { remoteVideo, remoteVoice } = await import('../../e2e/support/media.mjs');
  const join = new WrappedJoinRequest({
    joinRequest: new JoinRequest({ publisherOffer: new SessionDescription({ type: 'offer', sdp: OFFER, id: 1 }) }).toBinary(),
  });
  const how = { key: KEY, secret: SECRET, join: base64url(join.toBinary()) };
  const [server, browser] = await Promise.all([startServer({ environment: { VISAVIS_LOG: 'warn' } }), startBrowser()]);
  const port = Number(server.host.split(':')[1]);
  const people = [];
  for (let i = 0; i < CALLS; i++) {
    const room = roomName('inside');
    for (const name of ['amina', 'bruno']) people.push(await browser.open(server.wsUrl, name, room, { query: { width: '320' } }));
  }
  for (const { page } of people) await Promise.all([remoteVideo(page), remoteVoice(page)]);
  await pause(5_000);

  const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1024;
  const inbound = () => Promise.all(people.map(({ stats }) => stats('inbound-rtp')));
  /** What they heard and saw between two looks, the worst of them. */
  function change(before, after) {
    const each = after.map((reports, i) => {
      const diff = (kind, field) => {
        const sum = (list) => list.filter((report) => report.kind === kind).reduce((total, report) => total + (report[field] ?? 0), 0);
        return sum(reports) - sum(before[i]);
      };
      const seconds = (reports[0].timestamp - before[i][0].timestamp) / 1000;
      return {
        heard: 100 * (1 - diff('audio', 'concealedSamples') / diff('audio', 'totalSamplesReceived')),
        lost: 100 * diff('audio', 'packetsLost') / (diff('audio', 'packetsReceived') + diff('audio', 'packetsLost')),
        fps: diff('video', 'framesDecoded') / seconds,
        frozen: diff('video', 'totalFreezesDuration') * 1000,
        resent: 100 * diff('video', 'retransmittedBytesReceived') / diff('video', 'bytesReceived'),
      };
    });
    return {
      heard: Math.min(...each.map((e) => e.heard)), lost: Math.max(...each.map((e) => e.lost)), fps: Math.min(...each.map((e) => e.fps)),
      frozen: Math.max(...each.map((e) => e.frozen)), resent: Math.max(...each.map((e) => e.resent)),
    };
  }
  const say = (what, c) => console.log(`${what}: voice heard ${c.heard.toFixed(2)} %, its packets lost ${c.lost.toFixed(2)} %, `
    + `${c.fps.toFixed(1)} fps, frozen ${c.frozen.toFixed(0)} ms, resent ${c.resent.toFixed(1)} % (the worst of ${people.length})`);

  const calm = await inbound();
  await pause(SECONDS * 1000);
  const before = await inbound();
  const quiet = change(calm, before);
  say('before', quiet);
  const memory = { before: resident(), most: 0 };
  const watch = setInterval(() => { try { memory.most = Math.max(memory.most, resident()); } catch { console.log(server.log.slice(-20).join("\n")); process.exit(2); } }, 100);
  const child = fork(new URL(import.meta.url), ['storm'], { env: { ...process.env } });
  child.send({ port, ...how });
  let within;
  setTimeout(async () => { within = await inbound(); }, SECONDS * 1000).unref();
  const { answers, sent, unanswered } = await new Promise((done) => child.once('message', done));
  const stopped = performance.now();
  const during = change(before, within ?? await inbound());
  say('during', during);

  // Normal again: somebody new is let in, and the call is as it was.
  let normal = 0;
  for (let i = 0; normal === 0 && performance.now() - stopped < 30_000; i++) {
    const answer = await knock(port, 10_000_000 + i, { ...how, stay: 100 });
    if (answer.status === 101 && answer.ms < 100) normal = performance.now() - stopped;
    else await pause(100);
  }
  const settled = await inbound();
  await pause(5_000);
  const after = change(settled, await inbound());
  say('after ', after);
  clearInterval(watch);
  memory.after = resident();
  child.kill();

  const of = (status) => answers.filter((answer) => answer.status === status);
  const at = (list, share) => {
    const times = list.map(({ ms }) => ms).sort((a, b) => a - b);
    return times.length === 0 ? 0 : times[Math.min(times.length - 1, Math.floor(times.length * share))];
  };
  const perSecond = Array.from({ length: SECONDS }, (_, second) => of(101).filter((a) => Math.floor(a.at / 1000) === second).length);
  const late = perSecond.slice(Math.floor(SECONDS / 2));
  const goodput = late.reduce((a, b) => a + b, 0) / late.length;
  console.log(`storm: ${sent} joins in ${SECONDS} s, let in ${of(101).length}, refused ${of(503).length}, neither ${sent - of(101).length - of(503).length} `
    + `(unanswered ${unanswered}); let in a second: ${perSecond.join(' ')}`);
  console.log(`refused after p50 ${at(of(503), 0.5).toFixed(0)} ms, p99 ${at(of(503), 0.99).toFixed(0)} ms, at most ${at(of(503), 1).toFixed(0)} ms (goal 1,000); `
    + `let in after p50 ${at(of(101), 0.5).toFixed(0)} ms, p99 ${at(of(101), 0.99).toFixed(0)} ms`);
  console.log(`goodput in its second half ${goodput.toFixed(0)}/s of 250 (goal 80 %); somebody new let in at once ${normal.toFixed(0)} ms after it (goal 10,000)`);
  console.log(`memory ${memory.before.toFixed(0)} MiB before, ${memory.most.toFixed(0)} at most, ${memory.after.toFixed(0)} after`);
  for (const person of people) await person.leave();
  await browser.stop();
  const ended = await server.stop();
  const good = during.heard >= 97 && during.fps >= 12 && during.frozen <= 2_000 && during.resent <= 30 && at(of(503), 1) <= 1_000
    && goodput >= 200 && normal > 0 && normal <= 10_000 && unanswered === 0 && ended === 0;
  process.exit(good ? 0 : 1);
}

if (process.argv[2] === 'storm') process.once('message', storm);
else await main();
