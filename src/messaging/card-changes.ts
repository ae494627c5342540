import type { UserCard } from '../model/stored.js';
import type { Bus } from './ports/bus.js';
import type { StoreRead } from './ports/store-reads.js';
import type { NoteSeen, SetBlock, SetProfile, StoreOutcome } from './ports/store-writes.js';
import type { WriteQueue } from './write-queue.js';

/** Stores what users say of themselves, then tells every node how their cards are now. */
export class CardChanges {
  constructor(
    private readonly writes: WriteQueue,
    private readonly store: Pick<StoreRead, 'cards'>,
    private readonly bus: Bus,
  ) {}

  /** What became of it; all nodes were told before, if it was noted. Rejects when the store can't be read. */
  async change(write: SetProfile | SetBlock | NoteSeen): Promise<StoreOutcome['kind']> {
    const { kind } = await new Promise<StoreOutcome>((resolve) => this.writes.add(write, resolve));
    if (kind !== 'noted') return kind;
    const [card] = await this.store.cards([write.userId]);
    if (card !== undefined) this.tell(write, card);
    return kind;
  }

  private tell({ userId }: { readonly userId: SetProfile['userId'] }, card: UserCard): void {
    this.bus.publish({ kind: 'card', userId, card });
  }
}
