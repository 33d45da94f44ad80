// Imports only go down: contract < errors < wire < http, store, events < providers < registry < verification < guard < wiring.
const LAYERS = [
  ['contract'],
  ['errors'],
  ['wire'],
  ['events', 'http', 'store'],
  ['providers'],
  ['registry'],
  ['verification'],
  ['guard'],
];
// What applications import by a path of its own; nothing else may need it.
const ENTRIES = {
  opentelemetry: 'opentelemetry',
  redis: 'store/redis',
  terminus: 'terminus',
  testing: 'testing',
};
const folder = names => `^lib/src/(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...LAYERS.slice(0, -1).map((names, level) => ({
      name: `${names.join('-')}-imports-only-down`,
      severity: 'error',
      from: { path: folder(names) },
      to: { path: [folder(LAYERS.slice(level + 1).flat()), '^lib/src/[^/]+\\.ts$'] },
    })),
    {
      name: 'guard-imports-only-down',
      severity: 'error',
      from: { path: '^lib/src/guard/' },
      to: { path: '^lib/src/(index|verification\\.module)[^/]*\\.ts$' },
    },
    {
      name: 'contract-imports-nothing',
      severity: 'error',
      from: { path: '^lib/src/contract/' },
      to: { pathNot: '^lib/src/contract/' },
    },
    {
      name: 'providers-never-import-each-other',
      severity: 'error',
      from: { path: '^lib/src/providers/([^/]+)/' },
      to: { path: '^lib/src/providers/[^/]+/', pathNot: '^lib/src/providers/$1/' },
    },
    {
      name: 'doors-never-import-each-other',
      severity: 'error',
      from: { path: '^lib/src/(http|store)/' },
      to: { path: '^lib/src/(http|store)/', pathNot: '^lib/src/$1/' },
    },
    {
      name: 'sandbox-shares-no-code-with-the-client',
      severity: 'error',
      from: { path: '^lib/src/sandbox/' },
      to: { path: '^lib/src/', pathNot: '^lib/src/(sandbox|wire|contract)/' },
    },
    {
      name: 'forms-and-refusals-know-nothing-of-the-guard',
      severity: 'error',
      from: { path: '^lib/src/guard/(body|response)/' },
      to: { path: '^lib/src/guard/', pathNot: '^lib/src/guard/$1/' },
    },
    {
      name: 'no-request-needs-the-audit',
      severity: 'error',
      from: { path: '^lib/src/guard/', pathNot: '^lib/src/guard/audit/' },
      to: { path: '^lib/src/guard/audit/' },
    },
    {
      name: 'sandbox-http-knows-no-api',
      severity: 'error',
      from: { path: '^lib/src/sandbox/http/' },
      to: { path: '^lib/src/sandbox/', pathNot: '^lib/src/sandbox/(http/|sandbox\\.error)' },
    },
    {
      name: 'emulators-never-import-each-other',
      severity: 'error',
      from: { path: '^lib/src/sandbox/(checkify|engagelab|humanproof|verifyid)/' },
      to: {
        path: '^lib/src/sandbox/(checkify|engagelab|humanproof|verifyid)/',
        pathNot: '^lib/src/sandbox/$1/',
      },
    },
    {
      name: 'client-does-not-import-the-sandbox',
      severity: 'error',
      from: { path: '^lib/src/', pathNot: '^lib/src/(sandbox|testing)/' },
      to: { path: '^lib/src/sandbox/' },
    },
    ...Object.entries(ENTRIES).map(([name, path]) => ({
      name: `${name}-is-an-entry-of-its-own`,
      severity: 'error',
      from: { path: '^lib/src/', pathNot: `^lib/src/${path}/` },
      to: { path: `^lib/src/${path}/` },
    })),
    {
      name: 'opentelemetry-imports-only-down',
      severity: 'error',
      from: { path: '^lib/src/opentelemetry/' },
      to: { path: '^lib/src/[^/]+\\.ts$' },
    },
    {
      name: 'opentelemetry-stays-in-its-entry',
      severity: 'error',
      from: { path: '^lib/src/', pathNot: '^lib/src/opentelemetry/' },
      to: { path: 'node_modules/@opentelemetry/' },
    },
    {
      name: 'testing-imports-only-down',
      severity: 'error',
      from: { path: '^lib/src/testing/' },
      to: { path: '^lib/src/index\\.ts$' },
    },
    {
      name: 'terminus-imports-only-down',
      severity: 'error',
      from: { path: '^lib/src/terminus/' },
      to: { path: [folder(['guard', 'sandbox']), '^lib/src/[^/]+\\.ts$'] },
    },
    {
      name: 'nest-terminus-is-for-the-health-indicator',
      severity: 'error',
      from: { path: '^lib/src/', pathNot: '^lib/src/terminus/' },
      to: { path: 'node_modules/@nestjs/terminus/' },
    },
    {
      name: 'nest-testing-is-for-types-alone',
      severity: 'error',
      from: { path: '^lib/src/' },
      to: { path: 'node_modules/@nestjs/testing/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'redis-clients-stay-the-applications',
      severity: 'error',
      from: { path: '^lib/src/' },
      to: { path: 'node_modules/(ioredis|@ioredis|redis|@redis)/' },
    },
    {
      name: 'swagger-imports-only-down',
      severity: 'error',
      from: { path: '^lib/src/swagger/' },
      to: { path: '^lib/src/(index|verification\\.module)[^/]*\\.ts$' },
    },
    {
      name: 'swagger-is-an-entry-of-its-own',
      severity: 'error',
      from: { path: '^lib/src/', pathNot: '^lib/src/swagger/' },
      to: { path: ['^lib/src/swagger/', 'node_modules/@nestjs/swagger/'] },
    },
    {
      name: 'package-roots-only',
      severity: 'error',
      from: {},
      to: {
        path: 'node_modules/@nestjs/[^/]+/(?!index\\.|package\\.json)',
        dependencyTypes: ['npm', 'npm-peer', 'npm-dev'],
        pathNot: 'node_modules/@nestjs/[^/]+/(dist/)?index\\.',
      },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^lib/src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'type-only'] },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: {},
      // An optional peer counts as both.
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
