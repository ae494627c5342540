import type { HookLoss, HookType } from '../../model/hook.js';
import type { UserId } from '../../model/ids.js';
import type { PageLimits } from '../../model/page.js';
import type { StoredMessage } from '../../model/stored.js';

/** Somebody came or went, which is to be told. */
export interface QueueHook {
  readonly kind: 'queueHook';
  readonly type: Exclude<HookType, 'message.waiting'>;
  readonly userId: UserId;
  readonly at: number;
}

/**
 * What became of telling an event. `done`: it is forgotten, and the user's next one is due at `at`. `retry`: it is due
 * again at `at`. `dead`: from `at` on it is a dead letter, for this reason, and the user's next one is due.
 */
export interface SettleHook {
  readonly kind: 'settleHook';
  readonly eventId: string;
  readonly result: 'done' | 'retry' | 'dead';
  readonly at: number;
  readonly reason?: string;
}

/** The dead letters given first, at most `limit` and as many as there is room for, are due at `at` as if they were new. */
export interface ReplayHooks {
  readonly kind: 'replayHooks';
  readonly at: number;
  readonly limit: number;
}

export type HookWrite = QueueHook | SettleHook | ReplayHooks;

export interface HookQueued {
  readonly kind: 'queued';
  readonly loss?: HookLoss;
}

export interface HooksReplayed {
  readonly kind: 'replayed';
  readonly count: number;
}

/** What is to be told. */
export interface HookItem {
  /** The same each time it is tried. */
  readonly eventId: string;
  readonly type: HookType;
  /** When it happened. */
  readonly at: number;
  readonly userId: UserId;
  /** Absent of what is no message, and of one that was recalled, ran out, or is no longer kept. */
  readonly message?: StoredMessage;
}

export interface QueuedHook extends HookItem {
  /** When it was queued, or queued again. */
  readonly queuedAt: number;
  /** How often it was tried in vain. */
  readonly attempts: number;
}

export interface DeadHook extends HookItem {
  readonly diedAt: number;
  readonly reason: string;
}

export interface HooksQuery extends PageLimits {
  readonly dueBy: number;
  /** What has run out by then comes without its message. */
  readonly now: number;
}

export interface HooksPage {
  readonly items: readonly QueuedHook[];
  /** When the first of those that are not due yet is. */
  readonly nextDueAt?: number;
}

export interface DeadHooksQuery extends PageLimits {
  readonly after?: string | undefined;
  readonly now: number;
}

export interface DeadHooksPage {
  readonly items: readonly DeadHook[];
  readonly more: boolean;
}

export interface HookQueueState {
  readonly queued: number;
  readonly dead: number;
  /** When that happened which was queued first of all that waits. */
  readonly oldestAt?: number;
}

/** What can be asked of the queue of events. */
export interface HookReads {
  /** Of each user that has any the first event, if it is due; what has been due for longest first. */
  hooks(query: HooksQuery): Promise<HooksPage>;
  /** In the order in which they happened. */
  deadHooks(query: DeadHooksQuery): Promise<DeadHooksPage>;
  hookQueue(): Promise<HookQueueState>;
}
