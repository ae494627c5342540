import type { HookItem } from './store-hooks.js';

/** What the receiver said: its status, or 0 and why there was none. */
export interface HookReply {
  readonly status: number;
  readonly because?: string;
  /** It asks not to be told again before. */
  readonly retryAfterMs?: number;
}

/** Tells a shop's backend. Guarantees: it never rejects, and is done within seconds; once `stop` was called, at once. */
export interface HookReceiver {
  tell(item: HookItem): Promise<HookReply>;
  stop(): void;
}
