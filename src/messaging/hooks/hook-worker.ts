import type { UserId } from '../../model/ids.js';
import type { Clock } from '../ports/clock.js';
import type { HookReceiver } from '../ports/hook-receiver.js';
import type { HookReads, QueuedHook, SettleHook } from '../ports/store-hooks.js';
import type { WriteQueue } from '../write-queue.js';
import type { HookCounts } from './hook-counts.js';
import { type RetryPlan, type Verdict, verdictOn } from './verdict.js';

/** Bytes of messages that one page of the queue may have. */
const PAGE_BYTES = 1_048_576;
/** After a failure of our own store. */
const AGAIN_MS = 500;
/** The queue is looked at no more often: what is queued meanwhile is seen together. */
const LOOK_EVERY_MS = 5;
/** The queue is counted no more often. */
const COUNT_EVERY_MS = 1_000;
/** Longer than a timer can wait is not waited. */
const MOST_WAIT_MS = 60_000;

export interface HookWorkerParts {
  readonly read: Pick<HookReads, 'hooks' | 'hookQueue'>;
  readonly writes: Pick<WriteQueue, 'add'>;
  readonly receiver: HookReceiver;
  readonly counts: HookCounts;
  readonly clock: Clock;
  readonly plan: RetryPlan;
  /** Events under way at once, each of another user. */
  readonly concurrency: number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Calls back once, after so many milliseconds, unless what it gives is called before. */
  readonly later: (afterMs: number, call: () => void) => () => void;
  readonly onError: (error: unknown) => void;
  /** Told what became of an attempt, once the store knows it. */
  readonly onTold?: ((item: QueuedHook, outcome: string, reason: string | undefined) => void) | undefined;
}

/**
 * Tells the events of the queue, at least once each: of one user one after the other, in order, and of several users at
 * once. It keeps no more of them than it has under way, and reads the rest from the store when it gets there.
 */
export class HookWorker {
  private readonly underWay = new Map<UserId, Promise<void>>();
  private looking: Promise<void> | undefined;
  private isDue = false;
  private stopped = false;
  /** Attempts in a row that failed. */
  private failures = 0;
  private countedMs = Number.NEGATIVE_INFINITY;
  private cancelLook: () => void = () => undefined;
  private cancelCount: () => void = () => undefined;

  constructor(private readonly parts: HookWorkerParts) {}

  /** There may be something to tell. */
  readonly wake = (): void => {
    this.isDue = true;
    if (this.looking !== undefined || this.stopped) return;
    this.looking = this.lookOn().finally(() => {
      this.looking = undefined;
    });
  };

  /** What is under way is cut off, and told again after the next start, unless its answer has come. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelLook();
    this.cancelCount();
    this.parts.receiver.stop();
    await this.looking;
    await Promise.all(this.underWay.values());
  }

  /** A receiver that answers nobody is asked for one user at a time. */
  private get isFull(): boolean {
    const { concurrency } = this.parts;
    return this.underWay.size >= (this.failures < concurrency ? concurrency : 1);
  }

  private async lookOn(): Promise<void> {
    while (this.isDue && !this.stopped) {
      this.isDue = false;
      try {
        await this.look();
      } catch (error) {
        if (this.stopped) return;
        this.parts.onError(error);
        this.lookAfter(AGAIN_MS);
      }
      if (this.isDue) await this.pause(LOOK_EVERY_MS);
    }
    this.count();
  }

  private async look(): Promise<void> {
    const { read, clock, concurrency } = this.parts;
    if (this.isFull) return;
    const now = clock.now();
    // Of these the page may still have what is done by the time that it comes.
    const before = new Set(this.underWay.keys());
    // As many again as can be under way, so that those are seen that are not.
    const page = await read.hooks({ dueBy: now, now, limit: 2 * concurrency, maxBytes: PAGE_BYTES });
    for (const item of page.items) {
      if (this.stopped || this.isFull) return;
      if (!before.has(item.userId)) this.begin(item);
    }
    if (page.nextDueAt !== undefined) this.lookAfter(page.nextDueAt - clock.now());
  }

  private begin(item: QueuedHook): void {
    const { onError } = this.parts;
    const done = this.tell(item)
      .catch(onError)
      .then(() => {
        this.underWay.delete(item.userId);
        this.wake();
      });
    this.underWay.set(item.userId, done);
  }

  private async tell(item: QueuedHook): Promise<void> {
    const { receiver, counts, clock, plan, random, onTold } = this.parts;
    if (item.type === 'message.waiting' && item.message === undefined) {
      counts.outcomes.add('forgotten');
      return this.settle({ kind: 'settleHook', eventId: item.eventId, result: 'done', at: clock.now() });
    }
    const reply = await receiver.tell(item);
    // Cut off by the stop: nothing is known of it.
    if (this.stopped && reply.status === 0) return;
    const verdict = verdictOn(item, reply, plan, clock.now(), random());
    counts.outcomes.add(verdict.kind);
    this.failures = verdict.kind === 'retried' ? this.failures + 1 : 0;
    await this.settle(settling(item.eventId, verdict, clock.now()));
    onTold?.(item, verdict.kind, verdict.kind === 'dead' ? verdict.reason : reply.because);
  }

  /** Until the store has taken it; else the event would be told again and again. */
  private async settle(write: SettleHook): Promise<void> {
    const { writes } = this.parts;
    for (;;) {
      const outcome = await new Promise<{ readonly kind: string }>((resolve) => writes.add(write, resolve));
      if (outcome.kind !== 'busy' || this.stopped) return;
      await this.pause(AGAIN_MS);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.parts.later(ms, resolve));
  }

  private lookAfter(ms: number): void {
    this.cancelLook();
    this.cancelLook = this.parts.later(Math.min(MOST_WAIT_MS, Math.max(1, ms)), this.wake);
  }

  /** For the metrics. */
  private count(): void {
    const { read, clock, counts, later, onError } = this.parts;
    this.cancelCount();
    const waitMs = this.countedMs + COUNT_EVERY_MS - clock.monotonicMs();
    if (this.stopped) return;
    if (waitMs > 0) {
      this.cancelCount = later(waitMs, () => this.count());
      return;
    }
    this.countedMs = clock.monotonicMs();
    read.hookQueue().then(
      (queue) => {
        counts.queue = queue;
      },
      (error) => {
        if (!this.stopped) onError(error);
      },
    );
  }
}

function settling(eventId: string, verdict: Verdict, now: number): SettleHook {
  const settled = { kind: 'settleHook', eventId } as const;
  if (verdict.kind === 'retried') return { ...settled, result: 'retry', at: now + verdict.afterMs };
  if (verdict.kind === 'dead') return { ...settled, result: 'dead', at: now, reason: verdict.reason };
  return { ...settled, result: 'done', at: now };
}
