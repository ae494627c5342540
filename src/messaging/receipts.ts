import type { UserId } from '../model/ids.js';
import type { Bus } from './ports/bus.js';
import type { Clock } from './ports/clock.js';
import type { StoreRead } from './ports/store-reads.js';

/** So far back the senders are told what was delivered; of older messages the conversation itself says it. */
const LOOK_BACK = 500;
const LOOK_BACK_BYTES = 256 * 1024;

/** Tells senders how far their conversations have come, after that is stored [MP-3.12]. */
export class Receipts {
  constructor(
    private readonly bus: Bus,
    private readonly store: Pick<StoreRead, 'inbox'>,
    private readonly clock: Clock,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Some device of `userId` has what these peers sent, up to these `seq`. */
  delivered(userId: UserId, peers: ReadonlyMap<UserId, number>): void {
    for (const [peerId, seq] of peers) {
      this.bus.publish({ kind: 'receipt', userId: peerId, peerId: userId, delivered: seq });
    }
  }

  /** The same for what stands in the inbox of `userId` above `before`, up to `now`. */
  deliveredBetween(userId: UserId, before: number, now: number): void {
    const query = { userId, after: Math.max(before, now - LOOK_BACK), limit: LOOK_BACK, maxBytes: LOOK_BACK_BYTES };
    this.store.inbox({ ...query, now: this.clock.now() }).then(({ entries }) => {
      const peers = new Map<UserId, number>();
      for (const { kind, cursor, fromUserId, seq } of entries) {
        if (kind === 'message' && cursor <= now && fromUserId !== userId) peers.set(fromUserId, seq);
      }
      this.delivered(userId, peers);
    }, this.onError);
  }

  /** A person has read the conversation with `peerId` up to `seq`, on the session `sessionId`. */
  read(userId: UserId, peerId: UserId, seq: number, sessionId: string): void {
    if (peerId !== userId) {
      this.bus.publish({ kind: 'receipt', userId: peerId, peerId: userId, delivered: seq, read: seq });
    }
    this.bus.publish({ kind: 'receipt', userId, peerId, ownRead: seq, exceptSessionId: sessionId });
  }
}
