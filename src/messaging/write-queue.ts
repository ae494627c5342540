import type { MessageStore } from './ports/message-store.js';
import type { StoreOutcome, StoreWrite } from './ports/store-writes.js';

type Done = (outcome: StoreOutcome) => void;

/** Gathers what one event-loop turn has to store, and hands it over in one batch. Answers come in the order of `add`. */
export class WriteQueue {
  private writes: StoreWrite[] = [];
  private waiting: Done[] = [];
  /** Settled when all that was handed over is answered. */
  private handedOver: Promise<void> = Promise.resolve();

  /**
   * `soon` calls back once, at the end of the turn. `onError` is told when the store could not answer; the writes are
   * then `busy`. `onAnswered` is told what the store said, before those who added it.
   */
  constructor(
    private readonly store: Pick<MessageStore, 'write'>,
    private readonly soon: (flush: () => void) => void,
    private readonly onError: (error: unknown) => void,
    private readonly onAnswered?: (writes: readonly StoreWrite[], outcomes: readonly StoreOutcome[]) => void,
  ) {}

  add(write: StoreWrite, done: Done): void {
    if (this.writes.length === 0) this.soon(this.flush);
    this.writes.push(write);
    this.waiting.push(done);
  }

  /** Resolves when all that was added so far is answered. */
  answered(): Promise<void> {
    this.flush();
    return this.handedOver;
  }

  private readonly flush = (): void => {
    const { writes, waiting } = this;
    if (writes.length === 0) return;
    this.writes = [];
    this.waiting = [];
    this.handedOver = this.store.write(writes).then(
      (outcomes) => {
        this.tell(writes, outcomes);
        this.answer(waiting, outcomes);
      },
      (error) => {
        this.onError(error);
        this.answer(waiting, []);
      },
    );
  };

  private tell(writes: readonly StoreWrite[], outcomes: readonly StoreOutcome[]): void {
    try {
      this.onAnswered?.(writes, outcomes);
    } catch (error) {
      this.onError(error);
    }
  }

  private answer(waiting: readonly Done[], outcomes: readonly StoreOutcome[]): void {
    for (const [at, done] of waiting.entries()) {
      try {
        done(outcomes[at] ?? BUSY);
      } catch (error) {
        this.onError(error);
      }
    }
  }
}

const BUSY: StoreOutcome = { kind: 'busy' };
