// Real Chromium on a page of `convex/react`, served from an origin of its own, with every frame of every
// socket checked against the one rule that the client checks and the ones it does not.
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { until } from '../../../e2e/support/wait.mjs';

export { until };

const flags = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding',
  '--host-resolver-rules=MAP elsewhere.test 127.0.0.1',
];

async function servePage() {
  const bundle = await build({
    entryPoints: [new URL('page.jsx', import.meta.url).pathname],
    bundle: true, write: false, format: 'esm', jsx: 'automatic', define: { 'process.env.NODE_ENV': '"development"' },
  });
  const html = '<!doctype html><title>test</title><link rel=icon href="data:,"><div id=root></div><script type=module src=/page.js></script>';
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' });
    response.end(isScript ? bundle.outputFiles[0].contents : html);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { port: server.address().port, stop: () => server.close() };
}

const timeOf = (ts) => Buffer.from(ts, 'base64').readBigUInt64LE();

/** Reads what one socket of a tab brings and notes what no client should be sent. */
function checkFrames(socket, tab) {
  const complain = (text) => tab.complaints.push(text);
  let version = { querySet: 0, identity: 0, ts: 'AAAAAAAAAAA=' };
  let parts = '';
  const check = (message) => {
    if (message.type !== 'Transition') return;
    const { startVersion: from, endVersion: to } = message;
    if (['querySet', 'identity', 'ts'].some((part) => from[part] !== version[part])) {
      complain(`the chain of versions broke: ${JSON.stringify([version, from])}`);
    }
    // Also over reconnections and restarts of the server.
    if (timeOf(to.ts) < tab.time) complain('time went back');
    tab.time = timeOf(to.ts);
    if (to.querySet < from.querySet || to.identity < from.identity) complain('a version went back');
    version = to;
  };
  socket.on('framereceived', ({ payload }) => {
    const message = JSON.parse(payload);
    if (message.type !== 'TransitionChunk') return check(message);
    parts += message.chunk;
    if (message.partNumber + 1 === message.totalParts) {
      check(JSON.parse(parts));
      parts = '';
    }
  });
}

/** One Chromium and the page's origin for a whole file of tests. */
export async function startBrowser() {
  const site = await servePage();
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags });
  const pages = [];
  return {
    /**
     * Opens the page on `host`; `tokens(person, force)` is asked for tokens. Its `complaints` are the test's to read:
     * `closeAll` gives them.
     */
    async open({ host = '127.0.0.1', tokens = () => null } = {}) {
      const context = await browser.newContext();
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      const complaints = [];
      const tab = { page, complaints, sockets: [], sent: [], time: 0n };
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (line) => {
        if (/FATAL|Could not parse|Invalid start version/.test(line.text())) complaints.push(line.text());
      });
      page.on('websocket', (socket) => {
        tab.sockets.push(socket);
        socket.on('framesent', ({ payload }) => tab.sent.push(payload));
        checkFrames(socket, tab);
      });
      await page.exposeFunction('fetchToken', tokens);
      await page.goto(`http://${host}:${site.port}/`);
      await page.waitForFunction(() => window.show !== undefined);
      tab.show = (url, probe, props, options) => page.evaluate((all) => window.show(...all), [url, probe, props, options]);
      /** What a probe has shown so far, in order. */
      tab.seen = (probe) => page.evaluate((name) => window.seen[name] ?? [], probe);
      /** Forgets what was shown, but for the last. */
      tab.forget = (probe) => page.evaluate((name) => window.seen[name]?.splice(0, window.seen[name].length - 1), probe);
      /** Waits until the last that a probe has shown `holds`, and gives it. */
      tab.sees = (what, probe, holds, within = 30_000) => until(what, async () => {
        const last = (await tab.seen(probe)).at(-1);
        return last !== undefined && holds(last) ? last : undefined;
      }, { within, every: 25 }).catch(async (error) => {
        throw new Error(`${error.message}; shown: ${JSON.stringify((await tab.seen(probe)).slice(-3))}; ${complaints}`);
      });
      /** Calls a function of `window`. */
      tab.call = (name, ...args) => page.evaluate(([which, given]) => window[which](...given), [name, args]);
      tab.close = () => context.close();
      pages.push(tab);
      return tab;
    },
    /** Closes every page and gives what went wrong in any. */
    async closeAll() {
      const all = pages.splice(0);
      await Promise.all(all.map((tab) => tab.close()));
      return all.flatMap((tab) => tab.complaints);
    },
    async stop() {
      await browser.close();
      site.stop();
    },
  };
}

/** Calls a function over HTTP, as somebody else does meanwhile. */
export async function ask(server, kind, path, args, token) {
  const response = await fetch(`${server.url}/api/${kind}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ path, args: [args] }),
  });
  const answer = await response.json();
  if (answer.status !== 'success') throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer.value;
}
