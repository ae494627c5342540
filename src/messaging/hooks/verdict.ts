import type { HookReply } from '../ports/hook-receiver.js';
import type { QueuedHook } from '../ports/store-hooks.js';

/** What is to become of an event that was told, or not. */
export type Verdict =
  | { readonly kind: 'delivered' | 'dropped' }
  | { readonly kind: 'retried'; readonly afterMs: number }
  | { readonly kind: 'dead'; readonly reason: string };

export interface RetryPlan {
  /** Before the first retry, doubled each time … */
  readonly firstMs: number;
  /** … up to this. */
  readonly mostMs: number;
  /** After so long it becomes a dead letter. */
  readonly forMs: number;
}

/** Said by a receiver that may take the same later (RFC 9110 §15.5.9, RFC 8470, RFC 6585). */
const PASSING = new Set([408, 425, 429]);
const GONE = 410;

/** `random`: from 0 up to 1. */
export function verdictOn(
  { attempts, queuedAt }: Pick<QueuedHook, 'attempts' | 'queuedAt'>,
  { status, because, retryAfterMs = 0 }: HookReply,
  plan: RetryPlan,
  now: number,
  random: number,
): Verdict {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === GONE) return { kind: 'dropped' };
  const said = because ?? `the receiver answered ${status}`;
  if (status >= 400 && status < 500 && !PASSING.has(status)) return { kind: 'dead', reason: said };
  if (now - queuedAt >= plan.forMs) return { kind: 'dead', reason: `${said}, after ${attempts + 1} attempts` };
  const backoffMs = Math.min(plan.mostMs, plan.firstMs * 2 ** Math.min(attempts, 30));
  const afterMs = Math.max(Math.min(retryAfterMs, plan.forMs), backoffMs * (0.5 + random / 2));
  return { kind: 'retried', afterMs: Math.ceil(afterMs) };
}
