export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'visavis.theme';
const isTheme = (value: unknown): value is Theme => themes.some((theme) => theme === value);

export function readTheme(): Theme {
  try {
    const kept = localStorage.getItem(storageKey);
    return isTheme(kept) ? kept : 'system';
  } catch {
    return 'system'; // storage is off
  }
}

/** What the page looks like; `system` is what the browser says, and follows it. */
export function showTheme(theme: Theme) {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

export function chooseTheme(theme: Theme) {
  showTheme(theme);
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // As long as the page, then.
  }
}
