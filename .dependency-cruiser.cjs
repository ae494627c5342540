/** Imports go one way: see docs/architecture.md, which shows the same table. */
const layer = (name) => `^src/${name}/`;
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|mini-program-client)/', pathNot: [from, ...allowed].join('|') },
});

/** A driver package and the one folder or file that may import it. */
const driver = (name, owner) => ({
  name: `driver-${name}`,
  severity: 'error',
  comment: `only ${owner} imports ${name}`,
  from: { pathNot: owner },
  to: { path: `node_modules/${name}/` },
});

const model = layer('model');
const protocol = layer('protocol');
const messaging = layer('messaging');
const validation = layer('validation');

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('model-imports-nothing', model, []),
    only('protocol-imports-model', protocol, [model]),
    only('messaging-imports-model', messaging, [model]),
    only('validation-imports-downhill', layer('validation'), [protocol, model]),
    only('gateway-imports-downhill', layer('gateway'), [validation, messaging, protocol, model]),
    only('api-imports-downhill', layer('api'), [layer('auth'), validation, messaging, protocol, model]),
    only('auth-imports-ports', layer('auth'), ['^src/messaging/ports/', model]),
    only('hooks-imports-downhill', layer('hooks'), [validation, protocol, '^src/messaging/ports/', model]),
    only('console-imports-downhill', '^src/console/[^/]+$', [messaging, protocol, model]),
    only('console-pages-import-the-client', layer('console/web'), [
      '^mini-program-client/src/browser\\.ts$',
      protocol,
      model,
    ]),
    {
      name: 'pages-are-for-browsers',
      severity: 'error',
      comment: 'a page needs a DOM and is bundled; nothing that runs in Node imports it',
      from: { path: '^src/', pathNot: '^src/console/web/' },
      to: { path: '^src/console/web/' },
    },
    only('ops-imports-downhill', layer('ops'), [messaging, protocol, model, '^src/config']),
    only('cli-imports-what-it-looks-at', layer('cli'), [
      layer('config'),
      layer('ops'),
      layer('auth'),
      model,
      '^src/messaging/ports/',
      '^src/open-auth\\.ts$',
      '^src/store/sqlite/look-at-directory\\.ts$',
      '^src/gateway/transport/create-transport\\.ts$',
      '^src/main\\.ts$',
    ]),
    {
      name: 'nobody-imports-the-cli',
      severity: 'error',
      from: { pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    only('store-memory-imports-ports', layer('store/memory'), ['^src/messaging/ports/', model]),
    only('store-sqlite-imports-ports', layer('store/sqlite'), ['^src/messaging/ports/', model]),
    only('bus-local-imports-ports', layer('bus/local'), ['^src/messaging/ports/', model]),
    only('client-imports-protocol', '^mini-program-client/', [protocol, model]),
    {
      name: 'transport-knows-no-sessions',
      severity: 'error',
      from: { path: '^src/gateway/transport/' },
      to: { path: '^src/', pathNot: `^src/gateway/transport/|${protocol}` },
    },
    {
      name: 'adapters-are-strangers',
      severity: 'error',
      from: { path: '^src/gateway/transport/uws/' },
      to: { path: '^src/gateway/transport/ws/' },
    },
    {
      name: 'adapters-are-strangers-too',
      severity: 'error',
      from: { path: '^src/gateway/transport/ws/' },
      to: { path: '^src/gateway/transport/uws/' },
    },
    {
      name: 'plain-below-nest',
      severity: 'error',
      comment: 'model, protocol and messaging are plain TypeScript: no framework, no driver, no Node',
      from: { path: `${model}|${protocol}|${messaging}` },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'] },
    },
    {
      name: 'one-composition-root',
      severity: 'error',
      comment: 'only the composition root and what starts it import it',
      from: { path: '^src/', pathNot: '^src/((main|serve|node|openapi|app\\.module|cli/start)\\.ts$|composition/)' },
      to: { path: '^src/((main|serve|node|app\\.module)\\.ts$|composition/)' },
    },
    driver('uWebSockets\\.js', '^src/gateway/transport/uws/'),
    driver('ws', '^src/gateway/transport/ws/'),
    driver('light-my-request', '^src/gateway/transport/uws/'),
    driver('better-sqlite3', '^src/store/sqlite/'),
    driver('pino', '^src/ops/logging'),
    driver('pino-pretty', '^src/ops/logging'),
    driver('class-validator', '^src/validation/'),
    driver('prom-client', '^src/ops/metrics/'),
    driver('jose', '^src/auth/'),
    driver('preact', '^src/console/web/'),
    driver('uqr', '^src/console/web/'),
    driver('@nestjs/swagger', '^src/api/docs/'),
    driver('@nestjs/platform-fastify', '^src/node\\.ts$'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { conditionNames: ['import', 'types', 'default'], exportsFields: ['exports'] },
  },
};
