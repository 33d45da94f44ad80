// Imports only go down. `npm run architecture` draws this order; CONTRIBUTING.md explains it.
const LAYERS = [
  ['contract'],
  ['errors'],
  ['wire'],
  ['events', 'http', 'store'],
  ['providers'],
  ['options'],
  ['verification'],
  ['route'],
  ['guard'],
  ['decorators'],
  ['audit'],
];
// What applications import by a path of its own; nothing else may need it.
const ENTRIES = {
  browser: 'browser',
  captcha: 'captcha',
  opentelemetry: 'opentelemetry',
  provider: 'provider',
  redis: 'store/redis',
  terminus: 'terminus',
  testing: 'testing',
};
// The folders of the sandbox that are no API's.
const SHARED = '(?:browser|captcha|console|faults|http)';
/** What `from` must not import. */
const rule = (name, from, to) => ({ name, severity: 'error', from, to });
const folder = names => `^lib/src/(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule('no-circular', {}, { circular: true }),
    ...LAYERS.slice(0, -1).map((names, level) =>
      rule(
        `${names.join('-')}-imports-only-down`,
        { path: folder(names) },
        { path: [folder(LAYERS.slice(level + 1).flat()), '^lib/src/[^/]+\\.ts$'] },
      ),
    ),
    rule('audit-imports-only-down', { path: '^lib/src/audit/' }, { path: '^lib/src/[^/]+\\.ts$' }),
    rule(
      'provider-imports-only-down',
      { path: '^lib/src/provider/' },
      {
        path: [
          folder(['verification', 'route', 'guard', 'decorators', 'audit', 'options']),
          '^lib/src/[^/]+\\.ts$',
        ],
      },
    ),
    rule(
      'browser-imports-nothing',
      { path: '^lib/src/browser/' },
      { pathNot: '^lib/src/(browser/|contract/described-demand\\.ts$)' }, // which has nothing but types
    ),
    rule('contract-imports-nothing', { path: '^lib/src/contract/' }, { pathNot: '^lib/src/contract/' }),
    rule(
      'providers-never-import-each-other',
      { path: '^lib/src/providers/([^/]+)/' },
      { path: '^lib/src/providers/[^/]+/', pathNot: '^lib/src/providers/($1|otp)/' },
    ),
    rule(
      'doors-never-import-each-other',
      { path: '^lib/src/(http|store)/' },
      { path: '^lib/src/(http|store)/', pathNot: '^lib/src/$1/' },
    ),
    rule(
      'sandbox-shares-no-code-with-the-client',
      { path: '^lib/src/sandbox/' },
      { path: '^lib/src/', pathNot: '^lib/src/(sandbox|wire|contract)/' },
    ),
    rule(
      'forms-and-refusals-know-nothing-of-the-guard',
      { path: '^lib/src/guard/(forms|response)/' },
      { path: '^lib/src/guard/', pathNot: '^lib/src/guard/$1/' },
    ),
    rule(
      'sandbox-http-knows-no-api',
      { path: '^lib/src/sandbox/http/' },
      { path: '^lib/src/sandbox/', pathNot: '^lib/src/sandbox/(http/|sandbox\\.error)' },
    ),
    rule(
      'emulators-never-import-each-other',
      { path: `^lib/src/sandbox/(?!${SHARED}/)([^/]+)/` },
      { path: [`^lib/src/sandbox/(?!${SHARED}/)[^/]+/`], pathNot: '^lib/src/sandbox/$1/' },
    ),
    rule(
      'client-does-not-import-the-sandbox',
      { path: '^lib/src/', pathNot: '^lib/src/(sandbox|testing)/' },
      { path: '^lib/src/sandbox/' },
    ),
    rule(
      'captcha-shares-no-code-but-what-applications-import',
      { path: '^lib/src/captcha/' },
      { path: '^lib/src/', pathNot: '^lib/src/(captcha/|(provider/)?index\\.ts$)' },
    ),
    rule(
      'captchas-never-import-each-other',
      { path: '^lib/src/captcha/([^/]+)/' },
      { path: '^lib/src/captcha/[^/]+/', pathNot: '^lib/src/captcha/$1/' },
    ),
    ...Object.entries(ENTRIES).map(([name, path]) => ({
      name: `${name}-is-an-entry-of-its-own`,
      severity: 'error',
      from: { path: '^lib/src/', pathNot: `^lib/src/(${path}${name === 'provider' ? '|captcha' : ''})/` },
      to: { path: `^lib/src/${path}/` },
    })),
    rule(
      'opentelemetry-imports-only-down',
      { path: '^lib/src/opentelemetry/' },
      { path: '^lib/src/[^/]+\\.ts$' },
    ),
    rule(
      'opentelemetry-stays-in-its-entry',
      { path: '^lib/src/', pathNot: '^lib/src/opentelemetry/' },
      { path: 'node_modules/@opentelemetry/' },
    ),
    rule('testing-imports-only-down', { path: '^lib/src/testing/' }, { path: '^lib/src/index\\.ts$' }),
    rule(
      'terminus-imports-only-down',
      { path: '^lib/src/terminus/' },
      { path: [folder(['guard', 'sandbox']), '^lib/src/[^/]+\\.ts$'] },
    ),
    rule(
      'nest-terminus-is-for-the-health-indicator',
      { path: '^lib/src/', pathNot: '^lib/src/terminus/' },
      { path: 'node_modules/@nestjs/terminus/' },
    ),
    rule(
      'nest-testing-is-for-types-alone',
      { path: '^lib/src/' },
      { path: 'node_modules/@nestjs/testing/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'redis-clients-stay-the-applications',
      { path: '^lib/src/' },
      { path: 'node_modules/(ioredis|@ioredis|redis|@redis)/' },
    ),
    rule(
      'swagger-imports-only-down',
      { path: '^lib/src/swagger/' },
      { path: '^lib/src/(index|verification\\.module)[^/]*\\.ts$' },
    ),
    rule(
      'swagger-is-an-entry-of-its-own',
      { path: '^lib/src/', pathNot: '^lib/src/swagger/' },
      { path: ['^lib/src/swagger/', 'node_modules/@nestjs/swagger/'] },
    ),
    rule(
      'package-roots-only',
      {},
      {
        path: 'node_modules/@nestjs/[^/]+/(?!index\\.|package\\.json)',
        dependencyTypes: ['npm', 'npm-peer', 'npm-dev'],
        pathNot: 'node_modules/@nestjs/[^/]+/(dist/)?index\\.',
      },
    ),
    rule(
      'no-dev-dependencies',
      { path: '^lib/src/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'type-only'] },
    ),
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: {},
      // An optional peer counts as both.
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    rule('no-unresolvable', {}, { couldNotResolve: true }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // They import by the paths under which browsers load them; tsc knows where these lie.
    exclude: { path: '^lib/src/sandbox/.*browser/[^.]+[.]js$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
