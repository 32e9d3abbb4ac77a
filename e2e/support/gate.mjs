// A door between browsers and the server: shut, there is no network.
import { connect, createServer } from 'node:net';

/** @returns where browsers go instead of `serverUrl` */
export async function startGate(serverUrl) {
  const { port: behind } = new URL(serverUrl);
  const pairs = new Set();
  let isOpen = true;
  const door = createServer((near) => {
    near.on('error', () => near.destroy());
    if (!isOpen) return void near.destroy();
    const far = connect(Number(behind), '127.0.0.1');
    pairs.add(near);
    const end = () => {
      pairs.delete(near);
      near.destroy();
      far.destroy();
    };
    far.on('error', end).on('close', end);
    near.on('close', end);
    near.pipe(far).pipe(near);
  });
  await new Promise((ready) => door.listen(0, '127.0.0.1', ready));
  return {
    url: `http://localhost:${door.address().port}`,
    shut() {
      isOpen = false;
      for (const near of pairs) near.destroy();
    },
    open: () => void (isOpen = true),
    stop: () => new Promise((done) => {
      for (const near of pairs) near.destroy();
      door.close(done);
    }),
  };
}
