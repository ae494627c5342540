import { hash, timingSafeEqual } from 'node:crypto';
import type { ApiKey, Scope } from '../model/api-key.js';

/** The keys with which other servers call this one. */
export class ApiKeys {
  private readonly keys: readonly {
    readonly name: string;
    readonly scopes: readonly Scope[];
    readonly digest: Buffer;
  }[];

  constructor(keys: readonly ApiKey[]) {
    this.keys = keys.map(({ name, scopes, key }) => ({ name, scopes, digest: digestOf(key) }));
  }

  /** Without any, nobody can call. */
  get areNone(): boolean {
    return this.keys.length === 0;
  }

  /** Whose key this is. Takes the same time for any text, whether it begins like a key or not. */
  find(text: string): Omit<ApiKey, 'key'> | undefined {
    const digest = digestOf(text);
    let found: Omit<ApiKey, 'key'> | undefined;
    for (const key of this.keys) {
      if (timingSafeEqual(key.digest, digest)) found = { name: key.name, scopes: key.scopes };
    }
    return found;
  }
}

function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
