import type { ApiKeys } from '../auth/api-keys.js';
import { AuthRefusal } from '../messaging/ports/authenticator.js';
import type { ApiKey, Scope } from '../model/api-key.js';
import type { Callers, HttpCall } from './callers.js';
import { HttpFailure, unauthorized } from './http-failure.js';

export const API_KEY_HEADER = 'x-api-key';

/** Whose key a caller has shown. */
export type KeyHolder = Omit<ApiKey, 'key'>;

const NO_KEYS =
  'this server has no API keys, so nobody may call this; expected some in MINIM_API_KEYS (name:scopes:key)';

/** Looks at what callers show to prove who they are; what is not believed counts against their address. */
export class Logins {
  constructor(
    private readonly keys: ApiKeys,
    private readonly callers: Callers,
  ) {}

  /** What `check` finds out; its `AuthRefusal` is answered 401. While too many have failed it is not even asked: 429. */
  async attempt<T>(call: HttpCall, check: () => T | Promise<T>): Promise<T> {
    const refused = this.callers.refuseLogin(call);
    if (refused !== undefined) throw refused;
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof AuthRefusal)) throw error;
      this.callers.loginFailed(call);
      throw unauthorized(error.message);
    }
  }

  /** Rejects with 401, 403 or 429 unless the caller's `X-Api-Key` has one of these scopes; says whose key it is. */
  async requireKey(call: HttpCall, ...scopes: readonly Scope[]): Promise<KeyHolder> {
    if (this.keys.areNone) throw new HttpFailure(403, NO_KEYS);
    const given = call.headers[API_KEY_HEADER];
    if (typeof given !== 'string') throw unauthorized(`expected an API key in ${API_KEY_HEADER}`);
    const key = await this.attempt(call, () => this.find(given));
    if (scopes.some((scope) => key.scopes.includes(scope))) return key;
    throw new HttpFailure(
      403,
      `the API key ${key.name} has no scope ${scopes.join(' or ')}; it has ${key.scopes.join(', ')}`,
    );
  }

  private find(given: string): KeyHolder {
    const key = this.keys.find(given);
    if (key === undefined) throw new AuthRefusal('the API key is not known');
    return key;
  }
}
