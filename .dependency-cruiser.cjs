// Who may import whom. A room's row names what it may use; everything else of ours is refused, type-only imports too.
const base = ['^src/(errors|clock|log)\\.ts$'];
const domain = '^src/domain/';
const rooms = {
  domain: base,
  config: [...base, domain],
  sms: ['^src/errors\\.ts$', domain],
  otp: ['^src/errors\\.ts$', domain],
  at: base,
  store: [...base, domain],
  modem: [...base, domain, '^src/at/', '^src/sms/'],
  numbers: [...base, domain, '^src/store/'],
  accounts: [...base, domain, '^src/store/'],
  gateway: [
    ...base,
    domain,
    '^src/sms/',
    '^src/otp/',
    '^src/store/',
    '^src/(numbers/numbers|accounts/accounts)\\.ts$',
    '^src/modem/modem\\.ts$',
  ],
  webhooks: [...base, domain, '^src/store/'],
  doctor: [
    ...base,
    domain,
    '^src/(config|at|modem)/',
    '^src/store/(database|inspection)\\.ts$',
    '^src/mqtt/broker-trial\\.ts$',
  ],
  mqtt: [...base, domain],
  http: [
    ...base,
    domain,
    '^src/(accounts/accounts|numbers/numbers|webhooks/webhooks)\\.ts$',
    '^src/gateway/(correspondence|operator-view|live-events)\\.ts$',
  ],
  simulator: [...base, '^src/sms/', '^src/at/params\\.ts$'],
};

// A package that only one place may touch.
const owners = {
  pino: '^src/log\\.ts$',
  yaml: '^src/config/',
  re2js: '^src/otp/',
  'better-sqlite3': '^src/store/',
  serialport: '^src/modem/',
  '(mqtt|aedes)': '^src/mqtt/',
  '(fastify|@fastify/cookie|prom-client|rate-limiter-flexible|swagger-ui-dist)': '^src/http/',
  'libphonenumber-js': '^src/numbers/',
  '@lydell/node-pty': '^src/simulator/',
  commander: '^src/(main\\.ts$|cli/)',
};

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'base-stands-alone',
      severity: 'error',
      from: { path: base[0] },
      to: { path: '^src/', pathNot: base[0] },
    },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room}-imports`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: [`^src/${room}/`, ...allowed] },
    })),
    ...Object.entries(owners).map(([name, owner]) => ({
      name: `only-its-owner-imports-${name.replace(/\W+/g, '-')}`,
      severity: 'error',
      from: { path: '^src/', pathNot: owner },
      to: { path: `node_modules/${name}/` },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
