import type { Clock } from '../messaging/ports/clock.js';
import { Tally } from '../model/tally.js';
import { type HttpFailure, retryLater } from './http-failure.js';

/** What is used of a request. */
export interface HttpCall {
  /** Who has the other end of the connection. */
  readonly ip: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface CallerParts {
  /** Where a request comes from, behind proxies that are trusted. */
  readonly addresses: { of(peer: string, forwardedFor: string): string };
  readonly logins: {
    loginFailed(address: string, nowMs: number): void;
    isShutOut(address: string, nowMs: number): boolean;
  };
  /** Requests of each address; absent when they are not limited. */
  readonly requests:
    | { take(key: string, nowMs: number): boolean; fullAfterMs(key: string, nowMs: number): number }
    | undefined;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

const HTTP_LIMITS = ['requests_per_s_per_address', 'failed_logins'] as const;

/** Failed logins are counted by the minute. */
const SHUT_OUT_S = 60;

/** From where requests come, and how many more may come from there. */
export class Callers {
  /** Requests that were refused, by the limit that they met. */
  readonly refused = new Tally(HTTP_LIMITS);

  constructor(private readonly parts: CallerParts) {}

  /** Counts a request. The seconds to wait when there were too many, else nothing. */
  waitS(call: HttpCall): number | undefined {
    const { requests, clock } = this.parts;
    if (requests === undefined) return undefined;
    const address = this.addressOf(call);
    const now = clock.monotonicMs();
    if (requests.take(address, now)) return undefined;
    this.refused.add('requests_per_s_per_address');
    return Math.max(1, Math.ceil(requests.fullAfterMs(address, now) / 1_000));
  }

  /** Why nothing that this caller shows is looked at for now, if so. */
  refuseLogin(call: HttpCall): HttpFailure | undefined {
    const { logins, clock } = this.parts;
    if (!logins.isShutOut(this.addressOf(call), clock.monotonicMs())) return undefined;
    this.refused.add('failed_logins');
    return retryLater(429, 'too much that was shown from this address was not believed', SHUT_OUT_S);
  }

  loginFailed(call: HttpCall): void {
    const { logins, clock } = this.parts;
    logins.loginFailed(this.addressOf(call), clock.monotonicMs());
  }

  private addressOf({ ip, headers }: HttpCall): string {
    return this.parts.addresses.of(ip, String(headers['x-forwarded-for'] ?? ''));
  }
}
