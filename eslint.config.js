import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

/** The globals of browsers that the pages of the sandbox use. */
const BROWSER =
  `clearTimeout CSS CSSStyleSheet CustomEvent customElements document Event EventSource fetch FormData
  HTMLElement location navigator setTimeout URL URLSearchParams`.split(/\s+/);

/** The properties and methods that read a text as markup. */
const MARKUP = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'write', 'writeln', 'setHTMLUnsafe'];

export default tseslint.config(
  { ignores: ['dist/**', 'docs/api/**', 'coverage/**', 'node_modules/**', 'test/pack/apps/**'] },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Options are classes for their validation rules; applications write plain objects.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['lib/src/**/*.ts'],
    ignores: ['lib/src/sandbox/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'BinaryExpression[operator="in"]:not([left.type="PrivateIdentifier"])',
          message: 'A polluted prototype answers `in`. Use Object.hasOwn, or member() of wire/json.ts.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/require-await': 'off',
      'no-console': 'off',
    },
  },
  {
    files: ['lib/src/sandbox/cli.ts', 'sample-app/src/main.ts', 'samples/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['lib/src/sandbox/**/browser/**/*.js'],
    languageOptions: { globals: Object.fromEntries(BROWSER.map(name => [name, 'readonly'])) },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
      // No markup and no code is made of text.
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-properties': ['error', ...MARKUP.map(property => ({ property }))],
    },
  },
  prettier,
);
