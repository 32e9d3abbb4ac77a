import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';
import { chooseLocale } from '../i18n/words';

// The one here never says anything: without it, all counts as being on the screen.
vi.stubGlobal('IntersectionObserver', undefined);
// As long as vite.config.ts lets a poll take: on a busy machine a second is nothing.
configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => chooseLocale('fr'));
afterEach(() => {
  cleanup();
  history.replaceState(null, '', '/');
  localStorage.clear();
});
