import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Imports flow pages → components/<feature> → ui, api, i18n → lib (style.md, section 7). */
const mayNotImport = (files, groups) => ({
  files,
  ignores: ['**/*.test.ts', '**/*.test.tsx'],
  rules: {
    'no-restricted-imports': ['error', { patterns: groups.map(([group, message]) => ({ group, message })) }],
  },
});

const features = ['account', 'dashboard', 'demandes', 'history', 'meet', 'messages', 'offres'];
const onlyEngines = [['livekit-client', '@livekit/*'], 'vendor SDKs stay in components/meet/engines'];

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'src/api/generated.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  reactHooks.configs.flat.recommended,
  jsxA11y.flatConfigs.strict,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Overlays of React Aria bring their own keyboard behaviour; a card closes on Escape.
      'jsx-a11y/no-noninteractive-element-interactions': 'off',
      // A log scrolls with the arrow keys.
      'jsx-a11y/no-noninteractive-tabindex': ['error', { roles: ['log'] }],
    },
  },
  {
    files: ['src/**'],
    ignores: ['**/*.test.tsx', 'src/testing/**'],
    rules: {
      // What people read stands in i18n/, in both languages.
      'no-restricted-syntax': [
        'error',
        { selector: 'JSXText[value=/\\p{L}{2,}/u]', message: 'words come from the catalogue' },
        {
          selector: 'JSXAttribute[name.name=/^(aria-label|aria-description|aria-roledescription|title|placeholder|alt|label|text)$/] > Literal[value=/\\p{L}{2,}/u]',
          message: 'words come from the catalogue',
        },
      ],
    },
  },
  { files: ['scripts/*.mjs'], languageOptions: { globals: { console: 'readonly', process: 'readonly' } } },
  mayNotImport(['src/lib/**'], [[['react', 'react-*', '../*'], 'lib is pure functions']]),
  mayNotImport(['src/ui/**'], [[['**/api/*', '**/components/**', '**/pages/*', '**/i18n/*'], 'ui knows nothing of the domain'], onlyEngines]),
  mayNotImport(['src/pages/**', 'src/*.tsx'], [onlyEngines]),
  ...features.map((feature) =>
    mayNotImport([`src/components/${feature}/**`], [
      [features.filter((other) => other !== feature).map((other) => `../${other}/*`), 'a page composes features; they do not import each other'],
      [['**/pages/*'], 'pages import components, not the other way'],
      ...(feature === 'meet' ? [] : [onlyEngines]),
    ]),
  ),
  mayNotImport(['src/components/meet/*'], [onlyEngines, [['**/pages/*'], 'pages import components, not the other way']]),
);
