import type { UserId } from '../../model/ids.js';
import { ONLINE } from '../../model/place.js';
import type { Attendance } from '../attendance.js';
import type { Stored } from '../ports/store-writes.js';
import type { WriteQueue } from '../write-queue.js';
import type { HookCounts } from './hook-counts.js';

export interface HookQueueParts {
  readonly attendance: Pick<Attendance, 'has'>;
  readonly writes: Pick<WriteQueue, 'add'>;
  readonly counts: HookCounts;
  /** Told that something was queued. */
  readonly wake: () => void;
}

/** Says which events there are to tell; absent where nobody wants to hear of them. */
export class HookQueue {
  constructor(private readonly parts: HookQueueParts) {}

  /** Whether a message to this user, if it is stored now, is an event. */
  isWaiting(toUserId: UserId): boolean {
    return !this.parts.attendance.has(ONLINE, toUserId);
  }

  /** A message that is waiting was stored, with its event. */
  stored({ hookLoss }: Stored): void {
    if (hookLoss !== undefined) this.parts.counts.noteLoss(hookLoss);
    this.parts.wake();
  }

  /** Of a session of this node: its user came, or is gone. If the store is busy, nobody is told. */
  readonly attended = (userId: UserId, isHere: boolean, at: number): void => {
    const { writes, counts, wake } = this.parts;
    writes.add({ kind: 'queueHook', type: isHere ? 'user.online' : 'user.offline', userId, at }, (outcome) => {
      if (outcome.kind === 'busy') counts.lost.add('busy');
      if (outcome.kind !== 'queued') return;
      if (outcome.loss !== undefined) counts.noteLoss(outcome.loss);
      wake();
    });
  };
}
