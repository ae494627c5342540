import { Body, Controller, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { IssuedTicket } from '../auth/tickets.js';
import type { Identity } from '../model/identity.js';
import { isUserId, USER_ID_FORM, type UserId } from '../model/ids.js';
import { AUTH_PARTS, type AuthParts } from './auth-parts.js';
import type { HttpCall } from './callers.js';
import { HttpFailure } from './http-failure.js';
import { API_KEY_HEADER, Logins } from './logins.js';
import { TokenLogins } from './token-logins.js';

/** Gives one-time tickets to those who have a token, and to servers that vouch for a user. */
@Controller('auth/ticket')
export class TicketController {
  constructor(
    @Inject(AUTH_PARTS) private readonly parts: AuthParts,
    @Inject(TokenLogins) private readonly users: TokenLogins,
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
    const identity = await this.identityOf(call, userId);
    return { ...tickets.issue(identity), userId: identity.userId };
  }

  private async identityOf(call: HttpCall, userId: unknown): Promise<Identity> {
    const { authorization } = call.headers;
    if (call.headers[API_KEY_HEADER] === undefined) return this.users.ofToken(call);
    if (authorization !== undefined) {
      throw new HttpFailure(400, `expected a token in authorization or an API key in ${API_KEY_HEADER}, got both`);
    }
    await this.logins.requireKey(call, 'admin');
    if (!isUserId(userId)) throw new HttpFailure(400, `userId, for whom the ticket is, must be ${USER_ID_FORM}`);
    const now = this.parts.clock.now();
    return { userId, issuedAt: now, expiresAt: now + this.parts.tokenTtlS * 1_000, roles: [] };
  }
}
