// `visavis backup`, `restore` and `doctor` as docs/operations/backups.md has an operator use them, on a
// server that people write to meanwhile.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, readdirSync, closeSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BINARY, complaints, connect, demande, firstPage, pause, signUp, startServer, until } from './support.mjs';

let server;
let folder;
let person;
let client;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'visavis-backup-'));
  server = await startServer();
  person = await signUp(server, 'Copie');
  client = connect(server.url, person);
});
after(async () => {
  await client.close();
  assert.equal(await server.stop(), 0);
  rmSync(folder, { recursive: true, force: true });
  assert.deepEqual(complaints.splice(0), []);
});

/** Runs a command of the program on the server's data. → {code, text} */
const visavis = (...args) => new Promise((done) => {
  execFile(BINARY, [...args, '--data', server.data], (error, out, err) => done({ code: error ? error.code : 0, text: out + err }));
});
const titres = async () => (await client.query('demandes:mine', firstPage(1000))).page.map(({ titre }) => titre);
const create = (titre) => client.mutation('demandes:create', demande(titre));

// covers F5
test('a backup taken while people write holds all that was acknowledged before it, and comes back', async () => {
  const acknowledged = [];
  let writing = true;
  const writer = (async () => {
    for (let n = 0; writing; ++n) {
      await create(`E${n}`);
      acknowledged.push(`E${n}`);
      await pause(2);
    }
  })();
  while (acknowledged.length < 20) await pause(5);
  const before = [...acknowledged];
  const made = await visavis('backup', join(folder, 'one'));
  assert.equal(made.code, 0, made.text);
  writing = false;
  await writer;
  assert.equal((await visavis('backup', join(folder, 'one'))).code, 1, 'no backup is overwritten');

  const refused = await visavis('restore', join(folder, 'one'));
  assert.equal(refused.code, 1);
  assert.match(refused.text, /another visavis uses/);

  await create('Après');
  await server.kill();
  const restored = await visavis('restore', join(folder, 'one'));
  assert.equal(restored.code, 0, restored.text);
  await server.start();
  // The page lives on: same account, same token, the rows of then.
  await create('De nouveau');
  const back = await titres();
  assert.equal(back[0], 'De nouveau');
  assert.deepEqual(back.filter((titre) => before.includes(titre)).sort(), [...before].sort());
  assert.ok(!back.includes('Après'));
  assert.ok(existsSync(join(server.data, 'visavis.db.before-restore')));
});

// covers F5
test('the server makes backups itself, and the newest comes back', async () => {
  await create('Gardée');
  const hourly = join(folder, 'hourly');
  process.env.VISAVIS_BACKUP_FOLDER = hourly; // what a start from here on finds
  await server.restart('SIGTERM');
  const made = () => (existsSync(hourly) ? readdirSync(hourly).filter((name) => /^\d{8}T\d{6}Z$/.test(name)) : []);
  await until(() => made().length > 0, 'the first backup', 30_000);
  await create('Perdue');
  // A start is no reason for another one.
  await server.restart('SIGKILL');
  await create('Perdue aussi');
  await server.kill();
  assert.equal(made().length, 1);
  const restored = await visavis('restore', join(hourly, made()[0]));
  assert.equal(restored.code, 0, restored.text);
  await server.start();
  const back = await titres();
  assert.equal(back[0], 'Gardée');
  assert.ok(!back.includes('Perdue'));
  delete process.env.VISAVIS_BACKUP_FOLDER;
});

// covers F5
test('doctor reads every page and names what is damaged, and a restore heals it', async () => {
  assert.equal((await visavis('backup', join(folder, 'two'))).code, 0);
  const rows = await titres();
  await server.kill();
  const ports = ['--listen', `127.0.0.1:${server.port}`];
  const sound = await visavis('doctor', ...ports);
  assert.match(sound.text, /^ok .*every page of the database/m);

  const file = join(server.data, 'visavis.db');
  const size = readFileSync(file).length;
  const disk = openSync(file, 'r+');
  for (let page = 4; page * 4096 < size; page += 3) writeSync(disk, Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096);
  closeSync(disk);
  const ill = await visavis('doctor', ...ports);
  assert.equal(ill.code, 1);
  assert.match(ill.text, /^FAIL .*is damaged/m);
  assert.equal((await visavis('backup', join(folder, 'ill'))).code, 1, 'what is damaged is no backup');
  assert.equal(existsSync(join(folder, 'ill')), false);

  const healed = await visavis('restore', join(folder, 'two'));
  assert.equal(healed.code, 0, healed.text);
  await server.start();
  await create('Guérie');
  assert.deepEqual(await titres(), ['Guérie', ...rows]);
});
