// How many are connected within 5 s where a network drops every datagram (threat-model F11), and how soon:
// by TCP on its own port, and by the port of HTTPS alone. Native clients are timed by connect(), pages from being opened.
import { dispose, Room } from '@livekit/rtc-node';
import { selectedPair, startBrowser } from './browser/support.mjs';
import { roomName, startServer, token } from './support.mjs';
import { startUdpRelay } from './udp_relay.mjs';

const NATIVE = Number(process.env.JOINS ?? 100);
const PAGES = Number(process.env.PAGES ?? 20);
const LIMIT = 5_000; // ms
const at = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]?.toFixed(0);
let missed = 0;

async function repeat(what, count, join) {
  const times = [];
  let failed = 0;
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    try {
      await join(i, () => times.push(performance.now() - start));
    } catch (error) {
      failed++;
      console.log(`${what}: ${error.message}`);
    }
  }
  const soon = times.filter((time) => time <= LIMIT).length;
  console.log(`${what}: ${soon} of ${count} within 5 s, p50 ${at(times, 0.5)} ms, p99 ${at(times, 0.99)} ms, at most ${at(times, 1)} ms, ${failed} failed`);
  if (soon < 0.99 * count) missed++;
}

const browser = await startBrowser();
const udp = await startUdpRelay();
udp.link.isDown = true;
for (const [way, options] of [
  ['its own port', { environment: { VISAVIS_RTC_ON_HTTP_PORT: 'false' } }],
  ['the port of HTTPS', { secure: true, tcp: 0 }],
]) {
  const server = await startServer({ advertised: { udp: udp.port }, ...options });
  const port = server.tcp || server.http;
  if (!options.secure) { // rtc-node trusts no certificate of ours
    await repeat(`@livekit/rtc-node over ${way}`, NATIVE, async (i, connected) => {
      const room = new Room();
      await room.connect(server.wsUrl, await token(`native-${i}`, roomName('tcp')), { autoSubscribe: true, dynacast: false });
      connected();
      await room.disconnect();
    });
  }
  await repeat(`Chromium over ${way}`, PAGES, async (i, connected) => {
    const person = await browser.open(server.wsUrl, `page-${i}`, roomName('tcp'));
    connected();
    const pairs = await selectedPair(person);
    const sound = pairs.length > 0 && pairs.every(({ remote }) => remote.protocol === 'tcp' && remote.port === port);
    await person.leave();
    if (!sound) throw new Error(`not over TCP: ${JSON.stringify(pairs)}`);
  });
  await server.stop();
}
const plain = await startServer({ advertised: { udp: udp.port }, tcp: 0 });
await repeat('@livekit/rtc-node over the port of HTTP', NATIVE, async (i, connected) => {
  const room = new Room();
  await room.connect(plain.wsUrl, await token(`native-${i}`, roomName('tcp')), { autoSubscribe: true, dynacast: false });
  connected();
  await room.disconnect();
});
await plain.stop();
udp.stop();
await browser.stop();
await dispose();
process.exit(missed === 0 ? 0 : 1);
