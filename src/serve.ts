import type { Server } from 'node:http';
import type { Config } from './config/config.js';
import { createNode } from './node.js';
import { openStore } from './open-store.js';
import { EventLoopLag } from './ops/event-loop-lag.js';
import { Health } from './ops/health.js';
import { createLogger, type Logger, standardError } from './ops/logging.js';
import { Exposition } from './ops/metrics/exposition.js';
import { serveMetrics } from './ops/metrics/metrics-server.js';
import { StoreWatch } from './ops/metrics/watched-store.js';
import { Probes, startProbing } from './ops/probes.js';
import { startRetention } from './ops/retention.js';
import { OPEN_MODE_WARNING, startBanner } from './ops/start-banner.js';
import { systemClock } from './ops/system-clock.js';

/** Whatever is still under way after this long is cut off. */
const STOP_WITHIN_MS = 9_000;

/** Runs the node of this process until a signal stops it. Throws what keeps it from serving. */
export async function serve(config: Config): Promise<void> {
  const logger = createLogger(config, await standardError(config));
  const storeWatch = new StoreWatch();
  const store = await openStore(config, logger, storeWatch.committed);
  const app = await createNode(config, logger, store, storeWatch);
  const retention = startRetention(store, systemClock, config.retentionDays, (error) =>
    logger.error({ err: error }, 'old messages could not be removed'),
  );
  const stopLag = app.get(EventLoopLag).start(systemClock.monotonicMs);
  const probing = await startProbing(app.get(Probes), app.get(Health));
  await app.listen(config.port, config.host);
  const metrics = await listenForMetrics(config, app.get(Exposition));
  stopOnSignal(logger, async () => {
    probing.stop();
    stopLag();
    await app.close();
    metrics?.close();
    retention.stop();
    await store.close();
  });
  const bound = app.getHttpServer().address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.port;
  logger.info({ node: process.version, pid: process.pid, host: config.host, port }, 'listening');
  const isOpen = config.authMode === 'open';
  if (isOpen) logger.warn(OPEN_MODE_WARNING);
  process.stdout.write(startBanner(config.host, port, { isOpen, hasConsole: config.console === 'on' }));
}

async function listenForMetrics(config: Config, exposition: Exposition): Promise<Server | undefined> {
  const { metricsPort: port, metricsAddress: host } = config;
  return port === 0 ? undefined : serveMetrics(exposition, { host, port });
}

function stopOnSignal(logger: Logger, close: () => Promise<void>): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    const deadline = setTimeout(() => {
      logger.warn('some requests did not finish in time and are cut off');
      process.exit(0);
    }, STOP_WITHIN_MS);
    await close();
    clearTimeout(deadline);
    logger.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  stopWithNpm(() => stop('SIGTERM'));
}

/**
 * `npm start` and `npx minim start` have a shell between npm and us, which dies of a SIGTERM without passing it on: its
 * end is ours.
 */
function stopWithNpm(stop: () => void): void {
  const { npm_lifecycle_event: event } = process.env;
  if (event !== 'start' && event !== 'npx') return;
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) stop();
  }, 500).unref();
}
