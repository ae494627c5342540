import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Scope } from '../../model/api-key.js';
import type { HttpCall } from '../callers.js';
import { type KeyHolder, Logins } from '../logins.js';
import { KeyRates } from './key-rates.js';

const SCOPE = 'minim:scope';

interface KeyedCall extends HttpCall {
  keyHolder?: KeyHolder;
}

export const ForScope = (scope: Scope) => SetMetadata(SCOPE, scope);

/** Lets those pass whose API key has the scope that the operation needs; without one named, nobody. */
export class KeyGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Logins) private readonly logins: Logins,
    @Inject(KeyRates) private readonly rates: KeyRates,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scope = this.reflector.get<Scope | undefined>(SCOPE, context.getHandler());
    if (scope === undefined) return false;
    const call = context.switchToHttp().getRequest<KeyedCall>();
    call.keyHolder = await this.logins.requireKey(call, scope);
    // What is sent is counted with its size, by whoever sends it.
    if (scope === 'read') this.rates.take(call.keyHolder);
    return true;
  }
}

/** Whose key the caller has shown. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): KeyHolder => {
  const { keyHolder } = context.switchToHttp().getRequest<KeyedCall>();
  if (keyHolder === undefined) throw new Error('an operation without a KeyGuard asks who calls');
  return keyHolder;
});
