import type { UpgradeRefusal } from '../transport/transport.js';
import { bucketsFor, type TokenBuckets } from './token-buckets.js';

/** All addresses together. */
const EVERYONE = '';

export interface ConnectLimitOptions {
  /** Each of these: 0 is no limit. */
  readonly sessionsPerAddress: number;
  readonly connectsPerS: number;
  readonly connectsPerSPerAddress: number;
  readonly failedLoginsPerMinute: number;
}

/** Beyond which limit a newcomer is. */
export interface ConnectExcess {
  readonly limit: 'failed_logins' | 'sessions_per_address' | 'connects_per_s' | 'connects_per_s_per_address';
  readonly refusal: UpgradeRefusal;
}

/** How many may come from one address, and how fast [MP-1.22]. */
export class ConnectLimits {
  private readonly sessions = new Map<string, number>();
  private readonly all: TokenBuckets | undefined;
  private readonly each: TokenBuckets | undefined;
  private readonly logins: TokenBuckets | undefined;
  private failures = 0;

  constructor(private readonly options: ConnectLimitOptions) {
    const { connectsPerS, connectsPerSPerAddress, failedLoginsPerMinute } = options;
    this.all = bucketsFor(connectsPerS, connectsPerS);
    this.each = bucketsFor(connectsPerSPerAddress, connectsPerSPerAddress);
    this.logins = bucketsFor(failedLoginsPerMinute / 60, failedLoginsPerMinute);
  }

  /** Why a newcomer from this address is refused, if it is. `willLogIn`: it has to show who it is, now or in a frame. */
  refuse(address: string, willLogIn: boolean, nowMs: number): ConnectExcess | undefined {
    const { sessionsPerAddress } = this.options;
    if (willLogIn && this.logins?.has(address, nowMs) === false) {
      const afterMs = this.logins.fullAfterMs(address, nowMs);
      return tooMany('failed_logins', 'too many tokens from this address were not believed', afterMs);
    }
    if (sessionsPerAddress > 0 && (this.sessions.get(address) ?? 0) >= sessionsPerAddress) {
      return tooMany('sessions_per_address', `this address has ${sessionsPerAddress} sessions already`, 5_000);
    }
    if (this.each?.take(address, nowMs) === false) {
      const afterMs = this.each.fullAfterMs(address, nowMs);
      return tooMany('connects_per_s_per_address', 'this address connects too fast', afterMs);
    }
    if (this.all?.take(EVERYONE, nowMs) === false) {
      return tooMany('connects_per_s', 'too many connect at once', this.all.fullAfterMs(EVERYONE, nowMs));
    }
    return undefined;
  }

  /** A token, ticket, key or code from this address was not believed. */
  loginFailed(address: string, nowMs: number): void {
    this.failures += 1;
    this.logins?.take(address, nowMs);
  }

  /** Whether so many were not believed that no more are looked at for now. */
  isShutOut(address: string, nowMs: number): boolean {
    return this.logins?.has(address, nowMs) === false;
  }

  /** How many logins failed so far, from all addresses. */
  get failedLogins(): number {
    return this.failures;
  }

  entered(address: string): void {
    if (this.options.sessionsPerAddress > 0) this.sessions.set(address, (this.sessions.get(address) ?? 0) + 1);
  }

  left(address: string): void {
    const count = this.sessions.get(address);
    if (count === undefined) return;
    if (count <= 1) this.sessions.delete(address);
    else this.sessions.set(address, count - 1);
  }
}

function tooMany(limit: ConnectExcess['limit'], because: string, afterMs: number): ConnectExcess {
  const seconds = Math.max(1, Math.ceil(afterMs / 1_000));
  const headers = { 'retry-after': String(seconds) };
  return { limit, refusal: { status: 429, because: `${because}; try again in ${seconds} s`, headers } };
}
