// Real Chromium on a page made of the published React components, served from an origin of its own.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { until } from '../../../e2e/support/wait.mjs';
import { watchPage } from '../../../e2e/support/watch.mjs';
import { token } from '../support.mjs';

const flags = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--auto-select-desktop-capture-source=Entire screen',
  '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding', '--autoplay-policy=no-user-gesture-required',
];

/** Something like speech: syllables of a third of a second, which a beep a second is not. */
function writeVoice(file) {
  const rate = 48_000;
  const samples = new Int16Array(rate * 4);
  for (let i = 0; i < samples.length; i++) {
    const at = i / rate;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 2.5 * at)) ** 0.3;
    const pitch = 140 + 40 * Math.sin(2 * Math.PI * 0.7 * at);
    let wave = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) wave += Math.sin(2 * Math.PI * pitch * harmonic * at) / harmonic;
    samples[i] = 9_000 * syllable * wave;
  }
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.byteLength, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20); // PCM
  head.writeUInt16LE(1, 22); // channels
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.byteLength, 40);
  writeFileSync(file, Buffer.concat([head, Buffer.from(samples.buffer)]));
}

/** Bundles `page.jsx` and serves it: any origin but the server's. */
export async function servePage() {
  const bundle = await build({
    entryPoints: [new URL('page.jsx', import.meta.url).pathname],
    bundle: true, write: false, outdir: '/', format: 'esm', jsx: 'automatic', define: { 'process.env.NODE_ENV': '"production"' },
  });
  const files = new Map(bundle.outputFiles.map((file) => [file.path, file.contents]));
  const worker = new URL('../node_modules/livekit-client/dist/livekit-client.e2ee.worker.mjs', import.meta.url);
  files.set('/e2ee.js', readFileSync(worker));
  const types = { '/page.js': 'text/javascript', '/e2ee.js': 'text/javascript', '/page.css': 'text/css' };
  const html = '<!doctype html><title>test</title><link rel=icon href="data:,">'
    + '<link rel=stylesheet href=/page.css><div id=root></div><script type=module src=/page.js></script>';
  const server = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': types[request.url] ?? 'text/html; charset=utf-8' });
    response.end(files.get(request.url) ?? html);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** One Chromium and the page's origin for a whole file of tests. */
export async function startBrowser() {
  const site = await servePage();
  const folder = mkdtempSync(join(tmpdir(), 'visavis-browser-'));
  const voice = join(folder, 'voice.wav');
  writeVoice(voice);
  const args = [...flags, `--use-file-for-fake-audio-capture=${voice}`];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args });
  return {
    /** Opens the page as a person of their own; it joins by itself, which `waits` for. `query`: see page.jsx. */
    async open(serverUrl, identity, room, { query = {}, grants = {}, waits = true } = {}) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, permissions: ['camera', 'microphone'], viewport: { width: 1000, height: 700 } });
      await context.addInitScript(watchPage);
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      const complaints = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      const address = new URL(site.url);
      for (const [name, value] of Object.entries({ url: serverUrl, token: await token(identity, room, grants), ...query })) {
        address.searchParams.set(name, value);
      }
      await page.goto(address.href);
      const person = {
        page,
        context,
        complaints,
        seen: () => page.evaluate(() => window.seen),
        /** Waits until `holds(seen)`. */
        sees: (what, holds, within = 20_000) => until(`${identity}: ${what}`, async () => holds(await person.seen()), { within }),
        stats: (...types) => page.evaluate((wanted) => window.visavisTest.reports(...wanted), types),
        say: (text, reliable) => page.evaluate(([words, sure]) => window.say(words, sure), [text, reliable]),
        async leave() {
          await page.evaluate(() => window.room?.disconnect()).catch(() => {});
          await context.close();
        },
      };
      if (waits) await person.sees('being connected', (seen) => seen.state === 'connected');
      return person;
    },
    async stop() {
      await browser.close();
      site.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The pair of addresses that a person's media takes now. */
export async function selectedPair(person) {
  const reports = await person.stats('transport', 'candidate-pair', 'local-candidate', 'remote-candidate');
  const find = (id) => reports.find((report) => report.id === id);
  return reports.filter((report) => report.type === 'transport' && report.selectedCandidatePairId).map((transport) => {
    const pair = find(transport.selectedCandidatePairId);
    return { local: find(pair.localCandidateId), remote: find(pair.remoteCandidateId), pair };
  });
}
