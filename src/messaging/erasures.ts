import type { UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import type { Bus } from './ports/bus.js';
import type { Clock } from './ports/clock.js';
import type { StoreRead } from './ports/store-reads.js';
import type { Revocations } from './revocations.js';
import type { WriteQueue } from './write-queue.js';

/** A store that was busy is asked again after so long. */
const RETRY_MS = 1_000;

interface ErasureParts {
  readonly writes: Pick<WriteQueue, 'add'>;
  readonly store: Pick<StoreRead, 'erasing' | 'cards'>;
  readonly revocations: Pick<Revocations, 'revoke'>;
  readonly bus: Bus;
  readonly clock: Pick<Clock, 'now'>;
  /** Calls back once, after so many milliseconds. */
  readonly later: (afterMs: number, call: () => void) => void;
  readonly onError: (error: unknown) => void;
}

/** One user on the way to be forgotten. */
export interface Erasing {
  /** It is stored that it is to be done; from then on it is, also after a crash. Rejects with a `Refusal` if not. */
  readonly begun: Promise<void>;
  /** Nothing is left. */
  readonly done: Promise<void>;
}

/**
 * Erases users [MP-3.13]: ends their sessions, makes their tokens worthless, and has the store forget them, slice by
 * slice. Of all users together one slice is under way at a time, so that others' writes hardly wait.
 */
export class Erasures {
  private readonly underWay = new Map<UserId, Erasing>();
  private lastSlice: Promise<unknown> = Promise.resolve();
  private isStopped = false;

  constructor(private readonly parts: ErasureParts) {}

  /** Goes on with what was under way when the node ended. */
  async start(): Promise<void> {
    for (const userId of await this.parts.store.erasing()) this.erase(userId);
  }

  /** Joins what is under way for this user. */
  erase(userId: UserId): Erasing {
    return this.underWay.get(userId) ?? this.begin(userId);
  }

  /** The store is about to close. */
  stop(): void {
    this.isStopped = true;
  }

  private begin(userId: UserId): Erasing {
    const first = this.leave(userId).then(() => this.slice(userId));
    const done = first.then((more) => this.finish(userId, more)).finally(() => this.underWay.delete(userId));
    // Whoever waits is told; nobody may be waiting.
    done.catch((error) => {
      if (!(error instanceof Refusal)) this.parts.onError(error);
    });
    const erasing = { begun: first.then(() => undefined), done };
    this.underWay.set(userId, erasing);
    return erasing;
  }

  /** What sessions still have to say of themselves is stored before it is forgotten. */
  private leave(userId: UserId): Promise<void> {
    const { bus, clock, revocations } = this.parts;
    bus.publish({ kind: 'disconnect', userId });
    return revocations.revoke(userId, clock.now());
  }

  private async finish(userId: UserId, isMore: boolean): Promise<void> {
    await this.tell(userId);
    if (!isMore) return;
    for (let more: boolean = isMore; more && !this.isStopped; ) more = await this.sliceOnceStored(userId);
    await this.tell(userId);
  }

  /** After what nodes had asked the store for before was answered, so that none keeps what it read then. */
  private async tell(userId: UserId): Promise<void> {
    const { bus, store } = this.parts;
    const [card] = await store.cards([userId]);
    bus.publish({ kind: 'erased', userId });
    if (card !== undefined) bus.publish({ kind: 'card', userId, card });
  }

  private async sliceOnceStored(userId: UserId): Promise<boolean> {
    try {
      return await this.slice(userId);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await new Promise<void>((resolve) => this.parts.later(RETRY_MS, resolve));
      return true;
    }
  }

  /** Whether there are more. */
  private slice(userId: UserId): Promise<boolean> {
    const slice = this.lastSlice.then(() => this.write(userId));
    this.lastSlice = slice.catch(() => undefined);
    return slice;
  }

  private write(userId: UserId): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.parts.writes.add({ kind: 'erase', userId }, (outcome) => {
        if (outcome.kind === 'erased') resolve(outcome.more);
        else reject(new Refusal('busy', 'the store takes nothing now; expected to be asked again'));
      });
    });
  }
}
