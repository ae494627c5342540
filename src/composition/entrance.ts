import type { Provider } from '@nestjs/common';
import { AUTH_PARTS, type AuthParts } from '../api/auth-parts.js';
import { Callers } from '../api/callers.js';
import { CrossOrigin } from '../api/cross-origin.js';
import { Logins } from '../api/logins.js';
import { TokenLogins } from '../api/token-logins.js';
import { KeyGuard } from '../api/v1/key-guard.js';
import type { Config } from '../config/config.js';
import { Admissions } from '../gateway/admissions.js';
import { DOOR, Door } from '../gateway/door.js';
import { ClientAddresses } from '../gateway/limits/client-address.js';
import { ConnectLimits } from '../gateway/limits/connect-limits.js';
import { Origins } from '../gateway/limits/origins.js';
import { bucketsFor } from '../gateway/limits/token-buckets.js';
import { SessionFactory } from '../gateway/session-factory.js';
import { Revocations } from '../messaging/revocations.js';
import { sessionsWithinOpenFileLimit } from '../ops/open-files.js';
import type { Ground } from './ground.js';
import type { NodeParts } from './node-parts.js';

/** Who may come in, over sockets and over HTTP, and as whom. */
export type Entrance = ReturnType<typeof openEntrance>;

export function openEntrance(config: Config, parts: NodeParts, ground: Ground) {
  const { transport, auth, log, faults, onTrouble } = parts;
  const { clock, pool, counts, outflow, read, writes, bus, sessionsOf } = ground;
  const { authenticator, tickets, wechat, apiKeys } = auth;
  const onError = faults.of('auth');
  const limits = new ConnectLimits(config);
  const addresses = new ClientAddresses(config.trustedProxies);
  const origins = new Origins(config.allowedOrigins);
  const admissions = new Admissions({
    transport: transport.counters,
    refusals: counts.refusedConnects,
    maxSessions: config.maxSessions || sessionsWithinOpenFileLimit(),
    asksForTokens: authenticator !== undefined,
    addresses,
    origins,
    limits,
    clock,
  });
  const requests = bucketsFor(config.requestsPerSPerAddress, config.requestsPerSPerAddress);
  const callers = new Callers({ addresses, logins: limits, requests, clock });
  const logins = new Logins(apiKeys, callers);
  const authParts: AuthParts = {
    authenticator,
    tickets,
    wechat,
    tokenTtlS: config.tokenTtlS,
    clock,
    onError,
    onTrouble,
  };
  const revocations = new Revocations(read, writes, bus);
  bus.subscribe(revocations.hear);
  const door =
    authenticator &&
    new Door({
      authenticator,
      isRevoked: revocations.isRevoked,
      sessionsOf,
      onRefused: (address) => {
        limits.loginFailed(address, clock.monotonicMs());
        log.warn({ remoteAddress: address }, 'login refused');
      },
      onError,
    });
  if (door !== undefined) bus.subscribe(door.hear);

  const providers: Provider[] = [
    { provide: SessionFactory, useValue: new SessionFactory(pool, outflow, clock) },
    { provide: Admissions, useValue: admissions },
    { provide: DOOR, useValue: door ?? null },
    { provide: Revocations, useValue: revocations },
    { provide: AUTH_PARTS, useValue: authParts },
    { provide: Callers, useValue: callers },
    { provide: CrossOrigin, useValue: new CrossOrigin(origins) },
    { provide: Logins, useValue: logins },
    { provide: TokenLogins, useValue: new TokenLogins(authParts, revocations, logins) },
    KeyGuard,
  ];
  return { limits, admissions, callers, revocations, door, providers };
}
