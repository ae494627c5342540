import type { MessageStore, StoreHealth, StoreLimits } from '../../messaging/ports/message-store.js';
import type { StoreRead } from '../../messaging/ports/store-reads.js';
import type { StoreOutcome, StoreWrite } from '../../messaging/ports/store-writes.js';
import { MAX_QUEUED_HOOKS } from '../../model/hook.js';
import { MemoryHooks } from './memory-hooks.js';
import { MemoryReads } from './memory-reads.js';
import { MemoryState } from './memory-state.js';
import { MemoryWrites } from './memory-writes.js';

/**
 * Keeps everything in memory, for tests and trials: durable for as long as the process lives, and never `busy` but for
 * its queue. It is also what the other adapters are compared with, so it is written to be read, not to be fast.
 */
export class MemoryStore implements MessageStore {
  readonly read: StoreRead;
  private readonly state = new MemoryState();
  private readonly writes: MemoryWrites;
  private queue: Promise<void> = Promise.resolve();
  private queued = 0;
  private refusals = 0;
  private closed = false;

  /** `epoch`: of this store's numbers; they end with it. */
  constructor(
    readonly epoch: string,
    private readonly limits: StoreLimits,
  ) {
    const hooks = new MemoryHooks(this.state, epoch, limits.maxQueuedHooks ?? MAX_QUEUED_HOOKS);
    this.writes = new MemoryWrites(this.state, epoch, limits, hooks);
    this.read = new MemoryReads(this.state, hooks, () => this.next(() => undefined));
  }

  write(batch: readonly StoreWrite[]): Promise<readonly StoreOutcome[]> {
    const isFull = this.queued + batch.length > this.limits.maxQueuedWrites;
    if (this.refusals > 0 || isFull) return this.refuse(batch);
    this.queued += batch.length;
    return this.next(() => {
      this.queued -= batch.length;
      return batch.map((write) => this.writes.apply(write));
    });
  }

  /** Until the answer has been given, and for the rest of that event-loop turn, all is refused. */
  private refuse(batch: readonly StoreWrite[]): Promise<readonly StoreOutcome[]> {
    this.refusals += 1;
    return this.next(() => {
      setImmediate(() => {
        this.refusals -= 1;
      });
      return batch.map(() => ({ kind: 'busy' }));
    });
  }

  removeSentBefore(sentBefore: number, limit: number): Promise<number> {
    return this.next(() => {
      let removed = 0;
      for (; removed < limit; removed += 1) {
        const oldest = this.state.records[0];
        if (oldest === undefined || oldest.sentAt >= sentBefore) break;
        this.state.removeOldest();
      }
      return removed;
    });
  }

  health(): StoreHealth {
    return { state: 'ok' };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    await this.next(() => undefined);
    this.closed = true;
  }

  /** Does `step` when all that was asked for before is done. */
  private async next<T>(step: () => T): Promise<T> {
    if (this.closed) throw new Error('the store is closed');
    const result = this.queue.then(step);
    this.queue = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }
}
