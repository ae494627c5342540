import 'reflect-metadata';
import type { RequestListener } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Callers } from './api/callers.js';
import { CrossOrigin } from './api/cross-origin.js';
import { FailureFilter } from './api/failure-filter.js';
import { HttpAnswers } from './api/http-answers.js';
import { type EdgeCall, type EdgeReply, HttpEdge, withSecurityHeaders } from './api/http-edge.js';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { Admissions } from './gateway/admissions.js';
import { BroadcastTimeline } from './gateway/broadcast-timeline.js';
import { DOOR, type Door } from './gateway/door.js';
import { Draining } from './gateway/draining.js';
import { FrameDispatcher } from './gateway/frames/frame-dispatcher.js';
import { GatewayCounts } from './gateway/gateway-counts.js';
import { Heartbeats } from './gateway/heartbeats.js';
import { NestAdapter } from './gateway/nest-adapter.js';
import { Session } from './gateway/session.js';
import { SessionFactory } from './gateway/session-factory.js';
import { createTransport } from './gateway/transport/create-transport.js';
import type { TransportOptions } from './gateway/transport/transport.js';
import { Erasures } from './messaging/erasures.js';
import type { MessageStore } from './messaging/ports/message-store.js';
import { Revocations } from './messaging/revocations.js';
import { Trace } from './messaging/trace/trace.js';
import { openAuth } from './open-auth.js';
import { type Logger, NestLogger } from './ops/logging.js';
import { Faults } from './ops/metrics/faults.js';
import type { StoreWatch } from './ops/metrics/watched-store.js';
import { connectionsWithinOpenFileLimit } from './ops/open-files.js';
import { systemClock } from './ops/system-clock.js';
import { MAX_TRANSPORT_FRAME_BYTES } from './protocol/limits.js';

/** How much longer than `MINIM_IDLE_TIMEOUT_S` a socket may be gone before the transport itself tears it down. */
const GONE_MARGIN_S = 30;

/** Of a request's path. */
const MAX_PATH_LOGGED = 200;

const FAULT = 'an exception in our own code';

/** A little above Fastify's own bound, so that its clear 413 comes first. */
const BODY_MARGIN_BYTES = 65_536;

/** One process of Minim, wired and not yet listening. */
export async function createNode(
  config: Config,
  logger: Logger,
  opened: MessageStore,
  storeWatch: StoreWatch,
): Promise<NestFastifyApplication> {
  const store = storeWatch.watch(opened);
  const faults = new Faults(faultLogger(logger));
  const auth = openAuth(config, systemClock, faults.of('auth'));
  const transport = await createTransport(config.transport, transportOptions(config, logger, faults), {
    info: (line) => logger.info(line),
    warn: (line) => logger.warn(line),
  });
  const http = new FastifyAdapter({
    serverFactory: (handler: RequestListener) => transport.createHttpServer(withSecurityHeaders(handler)),
    // What is under way when the node stops gets its answer.
    return503OnClosing: false,
    bodyLimit: config.httpBodyBytes,
    // Keys are data, here as on a WebSocket: bodies are read field by field, and never merged into anything.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    frameworkErrors: (_error: Error, request: EdgeCall, reply: unknown) => edge.badPath(request, reply as EdgeReply),
  });
  const onTrouble = (sentence: string) => logger.error(sentence);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, { transport, store, storeWatch, auth, log: logger, faults, onTrouble }),
    http,
    {
      logger: new NestLogger(logger),
      abortOnError: false,
    },
  );
  app.useWebSocketAdapter(
    new NestAdapter({
      transport,
      admissions: app.get(Admissions),
      factory: app.get(SessionFactory),
      dispatcher: app.get(FrameDispatcher),
      heartbeats: app.get(Heartbeats),
      counts: app.get(GatewayCounts),
      draining: app.get(Draining),
      log: logger,
      door: app.get<Door | null>(DOOR) ?? undefined,
      trace: app.get(Trace),
    }),
  );
  app.useGlobalFilters(
    new FailureFilter((err, requestId) => {
      faults.note('http');
      logger.error({ err, requestId }, FAULT);
    }),
  );
  const edge = new HttpEdge(app.get(Callers), app.get(CrossOrigin));
  http.getInstance().addHook('onRequest', (request, reply, done) => {
    if (edge.enter(request, reply)) done();
  });
  const answers = app.get(HttpAnswers);
  http.getInstance().addHook('onResponse', ({ id, method, url }, { statusCode, elapsedTime }, done) => {
    logger.debug(
      { requestId: id, method, path: pathOf(url), status: statusCode, ms: Math.round(elapsedTime) },
      'request',
    );
    answers.note(statusCode);
    done();
  });
  await Promise.all([app.get(BroadcastTimeline).start(), app.get(Revocations).start(), app.get(Erasures).start()]);
  return app;
}

/** A query may have a token in it. */
function pathOf(url: string): string {
  return (url.split('?', 1)[0] ?? '').slice(0, MAX_PATH_LOGGED);
}

function faultLogger(logger: Logger): (error: unknown) => void {
  return (error) => logger.error({ err: error }, FAULT);
}

/** The transport drops at twice the bound at which we close, so that there is still room for the reason. */
function transportOptions(config: Config, logger: Logger, faults: Faults): TransportOptions {
  return {
    maxConnections: connectionsWithinOpenFileLimit(),
    maxBufferedBytes: 2 * config.maxBufferedBytes + MAX_TRANSPORT_FRAME_BYTES,
    maxFrameBytes: MAX_TRANSPORT_FRAME_BYTES,
    maxBodyBytes: config.httpBodyBytes + BODY_MARGIN_BYTES,
    goneAfterS: config.idleTimeoutS + GONE_MARGIN_S,
    onError: (error, where, state) => {
      faults.note('transport');
      const sessionId = state instanceof Session ? state.id : undefined;
      logger.error({ err: error, where, sessionId }, `${FAULT}; the session is closed 1011`);
    },
  };
}
