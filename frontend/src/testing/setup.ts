import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { chooseLocale } from '../i18n/words';

beforeEach(() => chooseLocale('fr'));
afterEach(() => {
  cleanup();
  history.replaceState(null, '', '/');
  localStorage.clear();
});
