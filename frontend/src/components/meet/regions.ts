import type { Panel } from './callUi';

/** Where the focus returns when a panel closes. */
export const panelButtonId = (panel: Panel) => `call-open-${panel}`;

/** The parts of the call that F6 goes through, in this order. */
const regions = ['[data-region=header]', '[data-region=stage]', '[data-region=panel]', '[data-region=bar]', '[role=alertdialog]'];
const focusable = 'button:not([disabled]), a[href], [tabindex]:not([tabindex="-1"]), input, textarea, select';

/** Moves the focus to the next region that is there, or the one before. */
export function focusRegion(direction: 1 | -1) {
  const present = regions.flatMap((selector) => {
    const region = document.querySelector<HTMLElement>(selector);
    return region === null ? [] : [region];
  });
  const current = present.findIndex((region) => region.contains(document.activeElement));
  const from = current === -1 && direction === -1 ? 0 : current;
  const next = present[(from + direction + present.length) % present.length];
  (next?.querySelector<HTMLElement>(focusable) ?? next)?.focus();
}

export function focusBar() {
  document.querySelector('[data-region=bar] [role=toolbar]')?.querySelector<HTMLElement>(focusable)?.focus();
}
