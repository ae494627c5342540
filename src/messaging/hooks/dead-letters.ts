import { Refusal } from '../../model/refusal.js';
import type { Clock } from '../ports/clock.js';
import type { DeadHooksPage, HookReads } from '../ports/store-hooks.js';
import type { StoreOutcome } from '../ports/store-writes.js';
import type { WriteQueue } from '../write-queue.js';

/** Bytes of messages on one page. */
const PAGE_BYTES = 1_048_576;
/** Moved in one write, so that nobody else's waits long behind it. */
const AT_ONCE = 200;
const AGAIN_MS = 1_000;

/** Events that were given up. */
export class DeadLetters {
  constructor(
    private readonly reads: Pick<HookReads, 'deadHooks'>,
    private readonly writes: Pick<WriteQueue, 'add'>,
    private readonly clock: Pick<Clock, 'now'>,
    /** Told that something is to be tried again. */
    private readonly wake: () => void,
  ) {}

  page(after: string | undefined, limit: number): Promise<DeadHooksPage> {
    return this.reads.deadHooks({ after, limit, maxBytes: PAGE_BYTES, now: this.clock.now() });
  }

  /** Has all of them tried again, as many as there is room for; returns how many. Rejects with a `Refusal` when it is not the time. */
  async replay(): Promise<number> {
    let count = 0;
    for (;;) {
      const replayed = await this.replaySome();
      count += replayed;
      if (replayed > 0) this.wake();
      if (replayed < AT_ONCE) return count;
    }
  }

  private async replaySome(): Promise<number> {
    const at = this.clock.now();
    const outcome = await new Promise<StoreOutcome>((resolve) =>
      this.writes.add({ kind: 'replayHooks', at, limit: AT_ONCE }, resolve),
    );
    if (outcome.kind === 'replayed') return outcome.count;
    throw new Refusal('busy', 'the store is busy; expected to be asked again', AGAIN_MS);
  }
}
