import { Body, Controller, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { IssuedTicket } from '../auth/tickets.js';
import { type Authenticator, AuthRefusal } from '../messaging/ports/authenticator.js';
import { Revocations } from '../messaging/revocations.js';
import type { Identity } from '../model/identity.js';
import { isUserId, USER_ID_FORM, type UserId } from '../model/ids.js';
import { bearerToken } from '../protocol/bearer.js';
import { AUTH_PARTS, type AuthParts } from './auth-parts.js';
import type { HttpCall } from './callers.js';
import { HttpFailure, retryLater, unauthorized } from './http-failure.js';
import { API_KEY_HEADER, Logins } from './logins.js';

/** After this the keys of the tokens may be at hand again. */
const RETRY_AFTER_S = 5;

/** Gives one-time tickets to those who have a token, and to servers that vouch for a user. */
@Controller('auth/ticket')
export class TicketController {
  constructor(
    @Inject(AUTH_PARTS) private readonly parts: AuthParts,
    @Inject(Revocations) private readonly revocations: Revocations,
    private readonly logins: Logins,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async give(
    @Req() call: HttpCall,
    @Body('userId') userId: unknown,
  ): Promise<IssuedTicket & { readonly userId: UserId }> {
    const { authenticator, tickets } = this.parts;
    if (authenticator === undefined) {
      throw new HttpFailure(404, 'no ticket is needed here: anyone connects as anyone (MINIM_AUTH=open)');
    }
    const identity = await this.identityOf(call, userId, authenticator);
    return { ...tickets.issue(identity), userId: identity.userId };
  }

  private async identityOf(call: HttpCall, userId: unknown, authenticator: Authenticator): Promise<Identity> {
    const { authorization } = call.headers;
    if (call.headers[API_KEY_HEADER] === undefined) return this.ofToken(call, String(authorization), authenticator);
    if (authorization !== undefined) {
      throw new HttpFailure(400, `expected a token in authorization or an API key in ${API_KEY_HEADER}, got both`);
    }
    await this.logins.requireKey(call, 'admin');
    if (!isUserId(userId)) throw new HttpFailure(400, `userId, for whom the ticket is, must be ${USER_ID_FORM}`);
    const now = this.parts.clock.now();
    return { userId, issuedAt: now, expiresAt: now + this.parts.tokenTtlS * 1_000, roles: [] };
  }

  private ofToken(call: HttpCall, authorization: string, authenticator: Authenticator): Promise<Identity> {
    const token = bearerToken(authorization);
    if (token === undefined) {
      throw unauthorized(`expected a token in authorization: Bearer, or an API key in ${API_KEY_HEADER}`);
    }
    return this.logins.attempt(call, async () => {
      const identity = await this.verify(token, authenticator);
      if (this.revocations.isRevoked(identity)) throw new AuthRefusal('the token was revoked');
      return identity;
    });
  }

  private async verify(token: string, authenticator: Authenticator): Promise<Identity> {
    try {
      return await authenticator.token(token);
    } catch (error) {
      if (error instanceof AuthRefusal) throw error;
      this.parts.onError(error);
      throw retryLater(503, 'the keys of the tokens could not be fetched', RETRY_AFTER_S);
    }
  }
}
