import { type CanActivate, createParamDecorator, type ExecutionContext, Inject } from '@nestjs/common';
import type { Identity } from '../../model/identity.js';
import type { UserId } from '../../model/ids.js';
import { Refusal } from '../../model/refusal.js';
import type { HttpCall } from '../callers.js';
import { HttpFailure } from '../http-failure.js';
import { API_KEY_HEADER, type KeyHolder } from '../logins.js';
import { TokenLogins } from '../token-logins.js';
import { KeyGuard } from './key-guard.js';

export const USER_RATES = Symbol('UserRates');

/** What a user may send and ask, whether over HTTP or on a session [MP-2.26]. */
export interface UserRates {
  /** Refuses with `rate_limited` when it is too much. */
  passUser(userId: UserId, byteLength: number): void;
}

/** Who calls: a user who speaks for himself, or the holder of a key. */
export type Speaker = { readonly user: Identity } | { readonly key: KeyHolder };

interface UserCall extends HttpCall {
  readonly method: string;
  readonly params: { readonly userId?: unknown };
  readonly query: { readonly ticket?: unknown };
  keyHolder?: KeyHolder;
  user?: Identity;
}

/** Lets users pass who show a token or a ticket of theirs, and those whose API key has the scope. */
export class UserGuard implements CanActivate {
  constructor(
    @Inject(TokenLogins) private readonly users: TokenLogins,
    @Inject(USER_RATES) private readonly rates: UserRates,
    @Inject(KeyGuard) private readonly keys: KeyGuard,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const call = context.switchToHttp().getRequest<UserCall>();
    const { ticket } = call.query;
    if (call.headers[API_KEY_HEADER] !== undefined) {
      if ((call.headers.authorization ?? ticket) === undefined) return this.keys.canActivate(context);
      throw new HttpFailure(400, `expected a token, a ticket or an API key in ${API_KEY_HEADER}, got two of them`);
    }
    const user = await this.users.ofTokenOrTicket(call, ticket === undefined ? undefined : String(ticket));
    if (call.params.userId !== user.userId) {
      throw new Refusal('forbidden', `this is the token of "${user.userId}", which opens nothing of others`);
    }
    // What is sent is counted with its size, by whoever sends it.
    if (call.method === 'GET') this.rates.passUser(user.userId, 0);
    call.user = user;
    return true;
  }
}

export const CallingSpeaker = createParamDecorator((_: unknown, context: ExecutionContext): Speaker => {
  const { user, keyHolder } = context.switchToHttp().getRequest<UserCall>();
  if (user !== undefined) return { user };
  if (keyHolder !== undefined) return { key: keyHolder };
  throw new Error('an operation without a UserGuard asks who calls');
});
