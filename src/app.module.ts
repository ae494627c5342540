import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { HealthController } from './api/health.controller.js';
import { READINESS, type Readiness } from './api/readiness.js';
import { WebSocketPathController } from './api/websocket-path.controller.js';
import type { Config } from './config.js';
import { HomeController } from './console/home.controller.js';
import { Admissions } from './gateway/admissions.js';
import { FrameDispatcher } from './gateway/frames/frame-dispatcher.js';
import { Heartbeats } from './gateway/heartbeats.js';
import { GATEWAY_OPTIONS, type GatewayOptions, ImGateway } from './gateway/im.gateway.js';
import { Outflow } from './gateway/outflow.js';
import { PoolDelivery } from './gateway/pool-delivery.js';
import type { Session } from './gateway/session.js';
import { SessionFactory } from './gateway/session-factory.js';
import { SessionPool } from './gateway/session-pool.js';
import type { Transport } from './gateway/transport/transport.js';
import { CLOCK } from './messaging/ports/clock.js';
import { SendEphemeral } from './messaging/send-ephemeral.js';
import { sessionsWithinOpenFileLimit } from './ops/open-files.js';
import { systemClock } from './ops/system-clock.js';

/** The composition root: here, and only here, ports meet their adapters. */
@Module({})
export class AppModule {
  static with(config: Config, transport: Transport): DynamicModule {
    return {
      module: AppModule,
      controllers: [HomeController, HealthController, WebSocketPathController],
      providers: [...partsOf(config, transport), ImGateway],
    };
  }
}

function partsOf(config: Config, transport: Transport): Provider[] {
  const pool = new SessionPool<Session>();
  const outflow = new Outflow((text) => transport.publish(text), config.maxBufferedBytes);
  const factory = new SessionFactory(pool, outflow);
  const admissions = new Admissions(transport.counters, config.maxSessions || sessionsWithinOpenFileLimit());
  const readiness: Readiness = { parts: () => ({ sessions: admissions.areOpen ? 'ok' : 'going down' }) };
  const { sessionsPerUser, idleTimeoutS } = config;
  const options: GatewayOptions = { epoch: factory.epoch, sessionsPerUser, idleTimeoutS };

  return [
    { provide: CLOCK, useValue: systemClock },
    { provide: SessionPool, useValue: pool },
    { provide: SessionFactory, useValue: factory },
    { provide: Admissions, useValue: admissions },
    { provide: READINESS, useValue: readiness },
    { provide: GATEWAY_OPTIONS, useValue: options },
    { provide: Heartbeats, useValue: new Heartbeats(pool, outflow, idleTimeoutS) },
    { provide: SendEphemeral, useValue: new SendEphemeral(new PoolDelivery(pool, outflow), systemClock) },
    {
      provide: FrameDispatcher,
      inject: [ImGateway],
      useFactory: (gateway: ImGateway) => new FrameDispatcher(gateway, systemClock.monotonicMs),
    },
  ];
}
