// The release binary, served on loopback for a benchmark that measures it from outside.
// VISAVIS_BIN=path for another binary.
import { spawn } from 'node:child_process';
import net from 'node:net';
import { createInterface } from 'node:readline';

const BINARY = process.env.VISAVIS_BIN ?? new URL('../build/visavis', import.meta.url).pathname;

async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** `visavis serve --dev` on free ports, once it is ready. `more` are further arguments. */
export async function startServer(data, more = []) {
  const [port, udp, tcp] = [await freePort(), await freePort(), await freePort()];
  const child = spawn(BINARY, ['serve', '--dev', '--data', data, '--listen', `127.0.0.1:${port}`, '--rtc-udp', String(udp),
    '--rtc-tcp', String(tcp), '--rtc-ip', '127.0.0.1', ...more], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((done) => child.on('exit', done));
  const ready = new Promise((done) => {
    createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('visavis ready') && done(true));
  });
  if (!(await Promise.race([ready, ended.then(() => false)]))) throw new Error(`${BINARY} did not start`);
  return { port, pid: child.pid, stop: () => (child.kill('SIGTERM'), ended) };
}
