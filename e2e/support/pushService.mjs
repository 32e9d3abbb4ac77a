// A push service of our own: takes what browsers' makers would take (RFC 8030), checks who sends (RFC 8292), and opens
// what was sealed for one browser (RFC 8291), with Node's own cryptography and none of the server's code.
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { createServer } from 'node:http';

const base64url = (bytes) => Buffer.from(bytes).toString('base64url');

/** Two keys as a browser makes them for one subscription. */
function newSubscription() {
  const keys = createECDH('prime256v1');
  keys.generateKeys();
  return { keys, auth: randomBytes(16) };
}

/** RFC 8291 §3.4 and RFC 8188 §2: one record, its padding taken off. */
export function open(body, { keys, auth }) {
  const salt = body.subarray(0, 16);
  const recordSize = body.readUInt32BE(16);
  const length = body[20];
  const sender = body.subarray(21, 21 + length);
  const record = body.subarray(21 + length);
  if (length !== 65 || record.length > recordSize) throw new Error(`a header of ${length} bytes, a record of ${record.length}`);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), sender]);
  const secret = Buffer.from(hkdfSync('sha256', keys.computeSecret(sender), auth, info, 32));
  const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12));
  const cipher = createDecipheriv('aes-128-gcm', key, nonce);
  cipher.setAuthTag(record.subarray(-16));
  const plain = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
  const end = plain.findLastIndex((byte) => byte !== 0);
  if (plain[end] !== 2) throw new Error('this is not the last record');
  return plain.subarray(0, end).toString('utf8');
}

/** RFC 8292 §2 and §3. @returns the claims @throws when the signature or the form is wrong */
export function checkVapid(header) {
  const [, token, key] = /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), ?k=([\w-]+)$/.exec(header ?? '') ?? [];
  if (token === undefined) throw new Error(`no VAPID header: ${header}`);
  const point = Buffer.from(key, 'base64url');
  if (point.length !== 65 || point[0] !== 4) throw new Error('k is no uncompressed point');
  const jwk = { kty: 'EC', crv: 'P-256', x: base64url(point.subarray(1, 33)), y: base64url(point.subarray(33)) };
  const [head, claims, signature] = token.split('.');
  const isSigned = verify('sha256', Buffer.from(`${head}.${claims}`), { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  if (!isSigned) throw new Error('the signature is not this key’s');
  if (JSON.parse(Buffer.from(head, 'base64url')).alg !== 'ES256') throw new Error('ES256 alone');
  return { key, ...JSON.parse(Buffer.from(claims, 'base64url')) };
}

/** On a port of its own of this machine. */
export async function startPushService() {
  const subscriptions = new Map(); // by path
  const received = [];
  const refusals = []; // answers to give instead, one after the other
  const problems = [];
  let url = '';
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const refusal = refusals.shift();
    if (refusal !== undefined) return void response.writeHead(refusal.status, refusal.headers ?? {}).end();
    try {
      const subscription = subscriptions.get(request.url);
      if (subscription === undefined) return void response.writeHead(410).end();
      const { headers } = request;
      const vapid = checkVapid(headers.authorization);
      if (vapid.aud !== url) throw new Error(`for ${vapid.aud}, not for us`);
      if (vapid.exp * 1000 < Date.now() || vapid.exp * 1000 > Date.now() + 24 * 3_600_000) throw new Error('exp is within a day');
      if (vapid.key !== subscription.serverKey) throw new Error('signed by another server than the one subscribed for');
      if (headers['content-encoding'] !== 'aes128gcm') throw new Error('aes128gcm alone');
      if (!/^[\w-]{0,32}$/.test(headers.topic ?? '')) throw new Error(`topic ${headers.topic}`);
      const text = open(Buffer.concat(chunks), subscription);
      received.push({ path: request.url, ttl: Number(headers.ttl), urgency: headers.urgency, topic: headers.topic, message: JSON.parse(text), text });
      response.writeHead(201, { location: `${url}/message/${received.length}` }).end();
    } catch (error) {
      problems.push(`${error}`);
      response.writeHead(400).end();
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  url = `http://localhost:${server.address().port}`;
  return {
    url,
    received,
    problems,
    /** The next request is answered so. */
    refuseNext: (status, headers) => refusals.push({ status, headers }),
    /** As a browser does: @returns what its page would tell the server. */
    subscribe(name, serverKey) {
      const subscription = { ...newSubscription(), serverKey };
      subscriptions.set(`/push/${name}`, subscription);
      return { endpoint: `${url}/push/${name}`, p256dh: base64url(subscription.keys.getPublicKey()), auth: base64url(subscription.auth) };
    },
    /** The browser lets go of it: 410 from now on. */
    drop: (name) => subscriptions.delete(`/push/${name}`),
    stop: () => new Promise((done) => server.close(done)),
  };
}
