// Firefox through WebDriver BiDi, with devices that need nobody.
import puppeteer from 'puppeteer-core';
import { until } from './wait.mjs';
import { watchPage } from './watch.mjs';

function launch() {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'intl.accept_languages': 'fr-FR, fr',
      // Our server is on loopback; Firefox gathers no loopback candidate unless told to.
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
    },
  });
}

/**
 * A person's own Firefox, with the few gestures that the main path needs. One program each: a tab
 * behind another draws nothing, and then nothing in it can be pressed.
 */
export async function openFirefoxPerson() {
  const browser = await launch();
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 720 });
  await page.evaluateOnNewDocument(watchPage);
  const at = (path) => page.locator(`::-p-xpath(${path})`).setTimeout(20_000);
  return {
    page,
    close: () => browser.close(),
    open: (url) => page.goto(url),
    /** `field`: the name under which the form sends it */
    fill: (field, text) => at(`//*[self::input or self::textarea][@name="${field}"]`).fill(text),
    press: (name) => at(`//*[self::button or self::a][normalize-space()="${name}" or @aria-label="${name}"]`).click(),
    sees: (text) => at(`//*[text()="${text}"]`).wait(),
    arrivesAt: (path) => until(`arriving at ${path}`, () => new URL(page.url()).pathname.startsWith(path), { within: 20_000 }),
  };
}
