import { startServer, roomName } from '../support.mjs';
import { startUdpRelay } from '../udp_relay.mjs';
import { startBrowser } from './support.mjs';
const relay = await startUdpRelay();
const [server, browser] = await Promise.all([startServer({ advertised: { udp: relay.port } }), startBrowser()]);
relay.connect(server.udp);
Object.assign(relay.link, { rate: Infinity, queue: 1_500 });
const room = roomName('narrow');
const amina = await browser.open(server.wsUrl, 'amina', room);
const bruno = await browser.open(server.wsUrl, 'bruno', room, { query: { publish: '0' } });
let last = {}; const t0 = performance.now();
async function sample(label) {
  const r = await bruno.stats('inbound-rtp', 'candidate-pair');
  const v = r.find(x => x.kind === 'video'); const a = r.find(x => x.kind === 'audio');
  const o = (await amina.stats('outbound-rtp')).filter(x => x.kind === 'video').map(x => `${x.rid}:${x.frameWidth}@${x.framesPerSecond} ${Math.round((x.bytesSent - (last[x.rid] ?? 0)) * 8 / 1000)}k${x.qualityLimitationReason[0]}`.padEnd(22)); 
  (await amina.stats('outbound-rtp')).filter(x => x.kind === 'video').forEach(x => last[x.rid] = x.bytesSent);
  const kb = Math.round(((v?.bytesReceived ?? 0) - (last.v ?? 0)) * 8 / 1000); last.v = v?.bytesReceived;
  console.log(((performance.now() - t0) / 1000).toFixed(1), label, v?.frameWidth, v?.framesPerSecond, `${kb}k lost ${v?.packetsLost} jb ${Math.round(1000*v?.jitterBufferDelay/v?.jitterBufferEmittedCount)}`, 'dropped', relay.link.dropped.down, '|', o.join(' '));
}
for (let i = 0; i < 10; i++) { await sample('wide'); await new Promise(d => setTimeout(d, 1000)); }
relay.link.rate = 300_000;
for (let i = 0; i < 40; i++) { await sample('narrow'); await new Promise(d => setTimeout(d, 1000)); }
await amina.leave(); await bruno.leave(); await browser.stop(); await server.stop(); relay.stop();
