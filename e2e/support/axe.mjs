// What is examined on a rendered page, a line each finding: axe-core's rules, colours the system forces, motion that was
// declined, words longer than ours.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const everything = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/**
 * Evaluated by the debugger, so that our content security policy stays as it is.
 * @param only `colours`: the rules that another theme can break
 */
export async function violations(page, { only } = {}) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  return page.evaluate(async (runOnly) => {
    // A theme that has just changed is on the page with the frame after the next.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    // React Aria says « pending » by naming a button that may have left with its page since: it was heard by then.
    const all = { exclude: ['[data-live-announcer]'] };
    const { violations: found } = await window.axe.run(all, { resultTypes: ['violations'], runOnly });
    return found.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 4).map(({ target, any }) => `${target.join(' ')} ${any[0]?.message ?? ''}`).join(' · ')}`);
  }, only === 'colours' ? colours : everything);
}

/** Forced colours take backgrounds away: a control without an edge is a word among words, and paint of our own is lost. */
export function bareControls(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea')]
      .filter((control) => control.checkVisibility({ visibilityProperty: true }) && control.getBoundingClientRect().width > 1)
      .flatMap((control) => {
        const { borderTopWidth, borderTopStyle, color, backgroundColor } = getComputedStyle(control);
        const isDrawnByBrowser = ['radio', 'checkbox', 'file', 'range'].includes(control.type) && getComputedStyle(control).appearance !== 'none';
        const name = `« ${control.getAttribute('aria-label') ?? control.textContent} »`;
        const problems = [];
        if (!isDrawnByBrowser && (borderTopWidth === '0px' || borderTopStyle === 'none')) problems.push(`${name} has no edge`);
        if (color === backgroundColor) problems.push(`${name} is ${color} on itself`);
        return problems;
      }),
  );
}

/** What still moves although motion was declined; a millisecond is how a style sheet says none. */
export function motion(page) {
  return page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ effect }) => Number(effect.getComputedTiming().activeDuration) > 10)
      .map(({ effect, animationName, transitionProperty }) => `${animationName ?? transitionProperty} of ${effect.target?.className}`),
  );
}

/**
 * Every word 40 % longer, as in another language: what then sticks out would stick out there.
 * @returns {Promise<() => Promise<void>>} the words as they were
 */
export async function stretchWords(page) {
  await page.evaluate(() => {
    const longer = (text) => text.replace(/\p{L}+/gu, (word) => word + 'ö'.repeat(Math.ceil(word.length * 0.4)));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    window.visavisStretched = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const text = node.nodeValue;
      if (['SCRIPT', 'STYLE', 'TEXTAREA'].includes(node.parentElement?.tagName) || node.parentElement?.closest('[translate=no]')) continue;
      node.nodeValue = longer(text);
      window.visavisStretched.push([node, text, node.nodeValue]);
    }
  });
  return () =>
    page.evaluate(() => {
      // What the page itself has written since then stays.
      for (const [node, text, stretched] of window.visavisStretched) if (node.nodeValue === stretched) node.nodeValue = text;
    });
}
