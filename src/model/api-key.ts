/** What an API key may be used for. */
export const SCOPES = ['send', 'broadcast', 'read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** With which another server calls this one. */
export interface ApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly key: string;
}
