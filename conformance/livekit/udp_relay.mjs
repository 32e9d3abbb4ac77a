// The network between clients and the media port, as bad as a test wants it: server with `advertised: relay.port`.
import dgram from 'node:dgram';

/** The same numbers in every run (mulberry32). */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Media as opposed to ICE, DTLS and RTCP (RFC 7983, RFC 5761). */
const isRtp = (datagram) => datagram[0] >= 128 && datagram[0] < 192 && (datagram[1] < 192 || datagram[1] > 223);

/**
 * Every client gets a socket of its own towards the server. `link` may change at any time:
 * `loss` (a share of the RTP packets, each way), `rate` (bit/s towards each client) with `queue` ms waiting for it at most, `isDown`.
 */
export async function startUdpRelay({ seed = 1 } = {}) {
  const link = { loss: 0, rate: Infinity, queue: 150, isDown: false, dropped: { up: 0, down: 0 }, passed: { up: 0, down: 0 } };
  const random = numbers(seed);
  const clients = new Map();
  const front = dgram.createSocket('udp4');
  let target;

  function isLost(datagram, way) {
    const lost = link.isDown || (link.loss > 0 && isRtp(datagram) && random() < link.loss);
    link[lost ? 'dropped' : 'passed'][way]++;
    return lost;
  }
  function deliver(client, datagram) {
    if (isLost(datagram, 'down')) return;
    const now = performance.now();
    const start = Math.max(now, client.freeAt);
    if (start - now > link.queue) {
      link.dropped.down++;
      return;
    }
    client.freeAt = start + (datagram.length * 8_000) / link.rate;
    const send = () => front.send(datagram, client.port, client.address, () => {});
    if (client.freeAt - now < 1) send();
    else setTimeout(send, client.freeAt - now);
  }
  front.on('message', (datagram, from) => {
    const name = `${from.address}:${from.port}`;
    let client = clients.get(name);
    if (!client) {
      client = { ...from, freeAt: 0, socket: dgram.createSocket('udp4') };
      clients.set(name, client);
      client.socket.on('message', (answer) => deliver(client, answer));
      client.socket.on('error', () => {});
    }
    if (!isLost(datagram, 'up')) client.socket.send(datagram, target, '127.0.0.1', () => {});
  });
  front.on('error', () => {});
  await new Promise((done) => front.bind(0, '127.0.0.1', done));
  return {
    port: front.address().port,
    link,
    connect(port) { target = port; },
    stop() {
      for (const { socket } of clients.values()) socket.close();
      front.close();
    },
  };
}
