import type { StoreRead } from './store-reads.js';
import type { StoreOutcome, StoreWrite } from './store-writes.js';

/**
 * Where messages survive. What it guarantees, and `test/contract/message-store.ts` checks for every adapter:
 *
 * 1. **Durable.** `write` resolves after everything it reports as stored is on stable storage. Kill the process or the
 *    power at any moment: what was reported is there.
 * 2. **Numbers.** Inbox numbers of a user, `seq` of a conversation, of a room and of the broadcasts start at 1 and have
 *    no holes. They are given in the same commit as the message. A message takes one inbox number on each side (one in
 *    all when it is to oneself) and one `seq`; a recall takes one inbox number on each side and no `seq`; a message to a
 *    room and a broadcast take one `seq` and no inbox number.
 * 3. **Order.** Writes take effect one by one, in the order they were handed over, within a batch and across batches.
 *    The order of any two messages is the same in every inbox and conversation that has both.
 * 4. **Once.** For one (sender, id) at most one message (to a user or a room), broadcast or recall is stored for as long
 *    as it is kept: within a batch, across batches and across crashes. The same again (same kind and target, equal JSON
 *    value whatever the order of its keys) is answered with the first numbers and `duplicate`; anything else under that
 *    id is `conflict`. Only what was stored is remembered.
 * 5. **All or nothing.** A batch is stored as a whole or refused as a whole with `busy`. Nothing else in it is affected
 *    by a write that is declined (anything but `busy`).
 * 6. **Bounded.** Beyond `maxQueuedWrites` waiting writes, a batch is `busy` at once. So it is while the storage refuses
 *    (disk full, failed fsync); the store tries again by itself and recovers without a restart. `busy` means not
 *    stored. Nor is anything stored that was handed over behind it, until it was answered and the event-loop turn of the
 *    answer is over: whoever sent that could not know, and of one sender's messages none is stored before an earlier one.
 *    Only a crash right after a failed write can leave it stored after all, which repeating it under its id makes good.
 *    `health` says why.
 * 7. **Reads** see everything that was reported before they were asked for, never half a batch, and never wait
 *    behind writers.
 * 8. **Marks never fall**: a device's cursor, the time before which a user's tokens are revoked, a user's delivered mark
 *    (the highest number any device of his has confirmed, devices since forgotten included), read marks, floors and
 *    heads; but devices and read marks of a user who is erased go.
 * 9. **Retention** removes the oldest first, a bounded number a call. It raises floors (the highest number no longer
 *    kept) and leaves heads, so that no number is ever given twice, and forgets the ids of what it removes.
 * 10. **Epoch.** The same for as long as numbers go on; a new one once an older copy of the store was put in place.
 * 11. **Blocks.** A message, that is not a repeat, to a user who blocks its sender is `not_taken`, from the write after
 *    the block on. So is one to a user who was never online, where `knownRecipientsOnly`: `seen` or `confirm` says who
 *    was. Recalls and what is for everyone in a room are not affected.
 * 12. **Events.** What is to be told to a shop's backend waits in a queue, a message's in the same commit as the message.
 *    Of one user only the first is ever due. Of more than `maxQueuedHooks` the oldest of presence goes; where there is
 *    none, the new one is not queued, and the message is stored all the same. Of dead letters the oldest go.
 * 13. **Erasing** raises the user's floor to the head: what is below is gone for him, and stands in his peers' inboxes and
 *    conversations with all its numbers; what he sent there is recalled, without a number of its own. What he said in
 *    rooms and to everyone has the content `""`, which nobody can send. Ids stay taken: whatever is sent under one is
 *    `conflict`. The delivered mark and revoked tokens stay. A slice is bounded work.
 *
 * Times are milliseconds since 1970 and come from the caller; the store never looks at a clock to decide anything.
 */
export interface MessageStore {
  readonly epoch: string;

  /**
   * Hands over what one event-loop turn brought; one outcome for each write, in the same order. Batches resolve in the
   * order they were handed over. Rejects only when the store is closed, or by our own fault.
   */
  write(batch: readonly StoreWrite[]): Promise<readonly StoreOutcome[]>;

  /** What the reads are: `store-reads.ts`. */
  readonly read: StoreRead;

  /**
   * Removes what was stored before the first message kept from `sentBefore` on, at most `limit` messages, those to
   * rooms included, broadcasts and recalls a call. Returns how many; fewer than `limit` means there is nothing more.
   */
  removeSentBefore(sentBefore: number, limit: number): Promise<number>;

  health(): StoreHealth;

  /** Finishes what was handed over, then lets go of the storage. */
  close(): Promise<void>;
}

/** `refusing`: every write is `busy`, for this reason. */
export type StoreHealth = { readonly state: 'ok' } | { readonly state: 'refusing'; readonly reason: string };

/** What every adapter is told. */
export interface StoreLimits {
  /** Devices remembered a user; of more, the one seen least recently is forgotten. */
  readonly maxDevices: number;
  /** Only who was ever online is sent messages; else everyone. */
  readonly knownRecipientsOnly?: boolean;
  /** Writes handed over and not yet answered, beyond which a batch is `busy`. */
  readonly maxQueuedWrites: number;
  /** Events that wait, and dead letters kept; `MAX_QUEUED_HOOKS` if left out. */
  readonly maxQueuedHooks?: number;
}
