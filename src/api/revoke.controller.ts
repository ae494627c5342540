import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { Revocations } from '../messaging/revocations.js';
import { isUserId, USER_ID_FORM, type UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import { AUTH_PARTS, type AuthParts } from './auth-parts.js';
import type { HttpCall } from './callers.js';
import { HttpFailure, retryLater } from './http-failure.js';
import { Logins } from './logins.js';

/** After this a store that was busy may be asked again. */
const RETRY_AFTER_S = 1;

export const nothingToRevoke = () =>
  new HttpFailure(404, 'there is nothing to revoke: anyone connects as anyone (MINIM_AUTH=open)');

/** Makes a user's tokens worthless, and closes the sessions that came with them [MP-1.21]. */
@Controller('auth/revoke')
export class RevokeController {
  constructor(
    @Inject(AUTH_PARTS) private readonly parts: AuthParts,
    @Inject(Revocations) private readonly revocations: Revocations,
    private readonly logins: Logins,
  ) {}

  /** `notBefore`: tokens given out before it, in milliseconds since 1970; left out, all so far. */
  @Post()
  @HttpCode(200)
  async revoke(
    @Req() call: HttpCall,
    @Body('userId') userId: unknown,
    @Body('notBefore') notBefore: unknown,
  ): Promise<{ readonly userId: UserId; readonly notBefore: number }> {
    const { authenticator, clock } = this.parts;
    if (authenticator === undefined) {
      throw nothingToRevoke();
    }
    await this.logins.requireKey(call, 'admin');
    if (!isUserId(userId)) throw new HttpFailure(400, `userId, whose tokens are revoked, must be ${USER_ID_FORM}`);
    const time = notBefore ?? clock.now();
    if (typeof time !== 'number' || !Number.isSafeInteger(time) || time < 0) {
      throw new HttpFailure(400, 'notBefore must be milliseconds since 1970');
    }
    try {
      await this.revocations.revoke(userId, time);
    } catch (error) {
      if (error instanceof Refusal) throw retryLater(503, error.message, RETRY_AFTER_S);
      throw error;
    }
    return { userId, notBefore: this.revocations.notBefore(userId) };
  }
}
