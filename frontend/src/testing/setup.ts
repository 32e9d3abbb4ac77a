import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';
import { chooseLocale } from '../i18n/words';

// The one here never says anything: without it, all counts as being on the screen.
vi.stubGlobal('IntersectionObserver', undefined);
beforeEach(() => chooseLocale('fr'));
afterEach(() => {
  cleanup();
  history.replaceState(null, '', '/');
  localStorage.clear();
});
