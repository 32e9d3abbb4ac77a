import { expect, test } from 'vitest';
import { returnPath, signInPath } from './path';

test('signing in leads back to the page that asked for it', () => {
  expect(returnPath('suite=/demandes/abc')).toBe('/demandes/abc');
  expect(signInPath('/offres')).toBe('/connexion?suite=%2Foffres');
});

test.each(['', 'suite=https://elsewhere.example', 'suite=//elsewhere.example', 'suite=/\\elsewhere.example'])(
  'never leads to another origin: %j',
  (search) => {
    expect(returnPath(search)).toBe('/dashboard');
  },
);
