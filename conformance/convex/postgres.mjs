// A PostgreSQL server of the tests' own: in a temporary folder, on a socket in it, gone with the tests.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian keeps the server's programs out of the PATH, a folder a version. */
function program(name) {
  const found = ['17', '16', '15'].map((version) => `/usr/lib/postgresql/${version}/bin/${name}`).find((path) => existsSync(path));
  return found ?? name;
}

/** PostgreSQL refuses to run as root: then it runs as somebody without rights. */
function somebody() {
  if (process.getuid() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const asked = spawnSync('getent', ['passwd', name], { encoding: 'utf8' });
    if (asked.status !== 0) continue;
    const [, , uid, gid] = asked.stdout.split(':');
    return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('there is neither a user postgres nor nobody');
}

/** `kill()` ends it like a crash; `start()` brings it back. `query(sql)` → lines, as psql prints them. */
export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'visavis-postgres-'));
  const as = somebody();
  if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  execFileSync(program('initdb'), ['-D', data, '-U', 'visavis', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...as, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] });
  let child;
  let exited;
  const psql = (sql, database = 'postgres') => spawnSync('psql', ['-h', folder, '-U', 'visavis', '-d', database, '-AtXc', sql], { encoding: 'utf8' });
  async function start() {
    child = spawn(program('postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'shared_buffers=16MB',
      '-c', 'unix_socket_permissions=0777'], { ...as, cwd: '/', stdio: 'ignore' });
    exited = new Promise((done) => child.on('exit', done));
    process.once('exit', () => child.kill('SIGQUIT'));
    const end = performance.now() + 60_000;
    while (psql('SELECT 1').status !== 0) {
      if (performance.now() > end) throw new Error('PostgreSQL did not start');
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  async function kill(signal = 'SIGQUIT') {
    child.kill(signal);
    await exited;
  }
  await start();
  psql('CREATE DATABASE market');
  return {
    url: `postgres://visavis@/market?host=${folder}`,
    start,
    kill,
    query(sql) {
      const asked = psql(sql, 'market');
      if (asked.status !== 0) throw new Error(asked.stderr);
      return asked.stdout.trim().split('\n').filter((line) => line !== '');
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
