// Chromium with devices that need nobody: a moving picture, a beep, a screen.
import { chromium } from 'playwright-core';
import { watchPage } from './watch.mjs';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--auto-select-desktop-capture-source=Entire screen',
  // Two windows share one machine: neither may be slowed down for being behind the other.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** `camera`: a Y4M file that every camera of this browser shows in place of the moving test picture. */
export function launch({ camera } = {}) {
  const args = camera ? [...flags, `--use-file-for-fake-video-capture=${camera}`] : flags;
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args });
}

export const sizes = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 820, height: 1180 },
  phone: { width: 390, height: 844 },
};

const expectedErrors = [
  /status of 401/, // the start asks whether a cookie still signs in; for a newcomer it does not
  /ERR_INTERNET_DISCONNECTED/, // the test itself cuts the network once
  /^publisher data channel '\w+' closed unexpectedly/, // LiveKit's client, when a room ends under it
];

/** A person's own browser: nothing shared with anybody else's. */
export async function openPerson(browser, { size = sizes.desktop, locale = 'fr-FR', colorScheme = 'light' } = {}) {
  const context = await browser.newContext({
    viewport: size,
    locale,
    colorScheme,
    permissions: ['camera', 'microphone'],
  });
  await context.addInitScript(watchPage);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`${error}`));
  page.on('console', (message) => {
    const isExpected = expectedErrors.some((expected) => expected.test(message.text()));
    if (message.type() === 'error' && !isExpected) complaints.push(message.text());
  });
  return { page, context, complaints };
}
