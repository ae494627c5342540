import { createHash } from 'node:crypto';
import { canonicalJson, sameJson } from '../../model/same-json.js';
import { RECALL } from './log-entry.js';

/** A row of the log as idempotency and recall look at it. */
export interface LogRow {
  readonly pos: number;
  readonly kind: number;
  readonly sender: number;
  readonly recipient: number;
  readonly seq: number;
  readonly cursor: number;
  readonly recipient_cursor: number;
  readonly sent_at: number;
  readonly target: number | null;
  readonly recalled_by: number | null;
  readonly content: string | null;
}

/** A send or a recall, as it was handed over. */
export interface Entered {
  readonly kind: number;
  readonly id: string | null;
  readonly content: string | null;
  /** What the sender gave in its place. */
  readonly given: string | null;
  readonly sentAt: number;
  readonly expiresAt: number | null;
  readonly target: number | null;
}

/**
 * Whether a write under an id that is taken is what was stored under it. `changed` finds the digest of what was given, where
 * something else was stored.
 */
export function isSame(entered: Entered, recipient: number, first: LogRow, changed: () => string | undefined): boolean {
  if (entered.kind !== first.kind) return false;
  if (entered.kind === RECALL) return entered.target === first.target;
  if (recipient !== first.recipient) return false;
  const content = entered.given ?? entered.content ?? '';
  const digest = changed();
  if (digest !== undefined) return digestOf(content) === digest;
  if (first.recalled_by !== null) return digestOf(content) === first.content;
  return sameJson(content, first.content ?? '');
}

/** What is kept of a content that is to be forgotten: enough to know it again. */
export function digestOf(content: string): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
