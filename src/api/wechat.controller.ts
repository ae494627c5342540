import { Body, Controller, Header, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { IssuedToken } from '../auth/token-issuer.js';
import { WeChatFault, type WeChatFaultKind } from '../auth/wechat.js';
import type { UserId } from '../model/ids.js';
import { AUTH_PARTS, type AuthParts } from './auth-parts.js';
import type { HttpCall } from './callers.js';
import { HttpFailure, retryLater } from './http-failure.js';
import { Logins } from './logins.js';

/** Those of wx.login have 32 characters today. */
const MAX_CODE_LENGTH = 128;

const ANSWERS: Readonly<Record<WeChatFaultKind, (message: string) => HttpFailure>> = {
  busy: () => retryLater(503, 'WeChat is busy', 1),
  // The platform counts by the minute.
  too_often: () => retryLater(429, 'this user logs in too often for WeChat', 60),
  blocked: (message) => new HttpFailure(403, message),
  misconfigured: () => new HttpFailure(502, 'WeChat does not know this server; its log says why'),
  timeout: (message) => new HttpFailure(504, message),
  garbage: (message) => new HttpFailure(502, message),
};

/** What an operator has to know of. */
const LOGGED: ReadonlySet<WeChatFaultKind> = new Set(['misconfigured', 'garbage']);

/** Logs users of the mini-program in. */
@Controller('auth/wechat')
export class WeChatController {
  constructor(
    @Inject(AUTH_PARTS) private readonly parts: AuthParts,
    private readonly logins: Logins,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async login(@Req() call: HttpCall, @Body('code') code: unknown): Promise<IssuedToken & { readonly userId: UserId }> {
    const { wechat } = this.parts;
    if (wechat === undefined) {
      throw new HttpFailure(
        404,
        'no mini-program logs in here: MINIM_WECHAT_APPID and MINIM_WECHAT_SECRET are not set',
      );
    }
    if (!isCode(code)) {
      throw new HttpFailure(400, `code must be the code of wx.login, 1 to ${MAX_CODE_LENGTH} characters`);
    }
    const userId = await this.logins
      .attempt(call, () => wechat.platform.login(code))
      .catch((error) => this.fail(error));
    return { userId, ...(await wechat.issuer.issue(userId)) };
  }

  private fail(error: unknown): never {
    if (!(error instanceof WeChatFault)) throw error;
    if (LOGGED.has(error.kind)) this.parts.onTrouble(error.message);
    throw ANSWERS[error.kind](error.message);
  }
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= MAX_CODE_LENGTH;
}
