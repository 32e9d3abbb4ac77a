// Chromium with devices that need nobody: a moving picture, a beep, a screen.
import { chromium } from 'playwright-core';

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

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags });
}

// Runs before the page's own code: lets a test read the statistics of every peer connection and see
// whatever the content security policy refused. The product itself exposes neither.
function watchPage() {
  const peers = [];
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...args) {
      super(...args);
      peers.push(this);
    }
  };
  window.visavisTest = {
    violations: [],
    async inbound() {
      const found = [];
      for (const peer of peers.filter((each) => each.connectionState === 'connected')) {
        for (const report of (await peer.getStats()).values()) {
          if (report.type === 'inbound-rtp') found.push({ ...report });
        }
      }
      return found;
    },
  };
  addEventListener('securitypolicyviolation', (event) => {
    window.visavisTest.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
  });
}

export const sizes = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 820, height: 1180 },
  phone: { width: 390, height: 844 },
};

const expectedErrors = [
  /status of 401/, // the start asks whether a cookie still signs in; for a newcomer it does not
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
