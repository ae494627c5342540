import { Body, Controller, Delete, HttpCode, Inject, type OnModuleDestroy, Param, Post, Res } from '@nestjs/common';
import { Erasures } from '../../messaging/erasures.js';
import { CLOCK, type Clock } from '../../messaging/ports/clock.js';
import { Revocations } from '../../messaging/revocations.js';
import { AUTH_PARTS, type AuthParts } from '../auth-parts.js';
import { ApiTags } from '../docs/described.js';
import { nothingToRevoke } from '../revoke.controller.js';
import { checked } from './checked.js';
import { Operation } from './operation.js';
import { type Reply, withStatus } from './reply.js';
import { ErasedAnswer, RevokeBody, RevokedAnswer, UserPath } from './user-dtos.js';

/** Callers are told after so long that it goes on without them. */
const ANSWER_WITHIN_MS = 20_000;

/** What ends for a user: his tokens, and all that there is of him. */
@ApiTags('users')
@Controller('api/v1/users/:userId')
export class AccountsController implements OnModuleDestroy {
  private readonly waiting = new Set<() => void>();

  constructor(
    @Inject(Revocations) private readonly revocations: Revocations,
    @Inject(Erasures) private readonly erasures: Erasures,
    @Inject(AUTH_PARTS) private readonly auth: Pick<AuthParts, 'authenticator'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('revoke-tokens')
  @HttpCode(200)
  @Operation({
    summary: 'Make a user’s tokens worthless',
    description: 'And end the sessions that came with them, on all nodes.',
    scope: 'admin',
    answers: { 200: { type: RevokedAnswer, description: 'They are.' } },
    problems: { 404: 'This server asks for no tokens.' },
  })
  async revokeTokens(
    @Param(checked(UserPath)) { userId }: UserPath,
    @Body(checked(RevokeBody)) { notBefore }: RevokeBody,
  ): Promise<RevokedAnswer> {
    if (this.auth.authenticator === undefined) throw nothingToRevoke();
    await this.revocations.revoke(userId, notBefore ?? this.clock.now());
    return { userId, notBefore: this.revocations.notBefore(userId) };
  }

  @Delete()
  @Operation({
    summary: 'Erase a user',
    description:
      'What the user sent is recalled, profile, blocks, devices, inbox and tokens are gone, sessions end (4503). Safe to repeat: whoever asks again waits for what is under way.',
    scope: 'admin',
    answers: {
      200: { type: ErasedAnswer, description: 'All is gone.' },
      202: { type: ErasedAnswer, description: 'It is begun, and goes on by itself.' },
    },
  })
  async eraseUser(
    @Param(checked(UserPath)) { userId }: UserPath,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ErasedAnswer> {
    const { begun, done } = this.erasures.erase(userId);
    await begun;
    const erased = await this.within(ANSWER_WITHIN_MS, done);
    return withStatus(reply, { status: erased ? 200 : 202, body: { userId, erased } });
  }

  /** Answers who still waits; the next start goes on with what was begun. */
  onModuleDestroy(): void {
    this.erasures.stop();
    for (const stopWaiting of this.waiting) stopWaiting();
  }

  private async within(ms: number, done: Promise<void>): Promise<boolean> {
    let stopWaiting = () => {};
    const isLate = new Promise<false>((resolve) => {
      stopWaiting = () => resolve(false);
    });
    this.waiting.add(stopWaiting);
    const timer = setTimeout(stopWaiting, ms);
    try {
      return await Promise.race([done.then(() => true), isLate]);
    } finally {
      clearTimeout(timer);
      this.waiting.delete(stopWaiting);
    }
  }
}
