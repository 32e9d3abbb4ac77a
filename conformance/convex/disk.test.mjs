// A disk that fills up under the server, to its reserve and then wholly (threat-model F3): a small file system of
// our own, which root alone may mount.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect, demande, firstPage, logIn, signUp, startServer, until } from './support.mjs';

const MIB = 2 ** 20;
const BLOCK = Buffer.alloc(MIB / 4);

const disk = mkdtempSync(join(tmpdir(), 'visavis-disk-'));
let mounted = false;
let server;

before(async () => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=112m', 'tmpfs', disk], { stdio: 'ignore' });
    mounted = true;
  } catch {
    return;
  }
  const data = join(disk, 'data');
  mkdirSync(data);
  server = await startServer({ data });
});

after(async () => {
  await server?.stop();
  if (mounted) execFileSync('umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
});

const free = () => {
  const { bavail, bsize } = statfsSync(disk);
  return bavail * bsize;
};

/** Somebody else's file, so large that `left` bytes stay free. */
function fill(left) {
  const file = openSync(join(disk, 'other'), 'a');
  try {
    while (free() > left) writeSync(file, BLOCK, 0, Math.min(BLOCK.length, free() - left));
  } catch (error) {
    assert.equal(error.code, 'ENOSPC');
  }
  closeSync(file);
}

test('a full disk refuses changes, serves everything else, and heals without a restart', async (t) => {
  if (!mounted) return t.skip('a small file system needs root');
  const person = await signUp(server, 'Amina');
  const { cookie } = await logIn(server, person.email);
  let client = connect(server.url, person);
  let shown;
  const watch = () => client.onUpdate('demandes:mine', firstPage(), (page) => (shown = page.page));
  watch();
  const add = (titre) => client.mutation('demandes:create', demande(titre));
  const refused = async (titre) => {
    const asked = performance.now();
    await assert.rejects(add(titre), (error) => error.data?.code === 'unavailable');
    return performance.now() - asked;
  };
  const token = () => fetch(`${server.url}/api/auth/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: server.url, Cookie: cookie },
    body: '{}',
  });
  await add('avant');
  await until(() => shown?.length === 1, 'the first demande');

  fill(32 * MIB);
  t.diagnostic(`refused at the reserve after ${(await refused('pleine')).toFixed(0)} ms`);
  assert.equal((await client.query('demandes:mine', firstPage())).page.length, 1);
  const renewed = await token();
  assert.equal(renewed.status, 200, 'who is signed in stays so');
  person.token = (await renewed.json()).token;

  // Starting over is no way out of it, but works too.
  await client.close();
  await server.restart();
  client = connect(server.url, person);
  shown = undefined;
  watch();
  await until(() => shown?.length === 1, 'the list after a restart');
  await refused('toujours pleine');

  fill(0);
  t.diagnostic(`refused on a full disk after ${(await refused('comble')).toFixed(0)} ms`);
  assert.equal((await client.query('demandes:mine', firstPage())).page.length, 1);
  assert.equal(shown.length, 1);

  rmSync(join(disk, 'other'));
  const freed = performance.now();
  await add('après');
  t.diagnostic(`accepted ${(performance.now() - freed).toFixed(0)} ms after there was room`);
  await until(() => shown?.length === 2, 'the second demande');
  await client.close();
});
