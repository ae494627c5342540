import type { Identity } from '../model/identity.js';
import type { UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import type { Bus, BusNote } from './ports/bus.js';
import type { StoreRead } from './ports/store-reads.js';
import type { WriteQueue } from './write-queue.js';

/**
 * Whose tokens are worth nothing any more: those that were given out before some time. There are few, so every node knows
 * them all.
 */
export class Revocations {
  private readonly notBefores = new Map<UserId, number>();

  constructor(
    private readonly store: Pick<StoreRead, 'revocations'>,
    private readonly writes: WriteQueue,
    private readonly bus: Bus,
  ) {}

  /** Reads what is stored; sessions may open when it is done. */
  async start(): Promise<void> {
    for (const { userId, notBefore } of await this.store.revocations()) this.note(userId, notBefore);
  }

  /** Tokens of this user given out before this time, in milliseconds since 1970, are worth nothing; 0 when all are good. */
  notBefore(userId: UserId): number {
    return this.notBefores.get(userId) ?? 0;
  }

  /** Whether what stands for this identity was given out too early. */
  readonly isRevoked = ({ userId, issuedAt }: Identity): boolean => issuedAt < this.notBefore(userId);

  /** Revokes what was given out before `notBefore`; every node closes the user's sessions. Refuses with `busy`. */
  revoke(userId: UserId, notBefore: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.writes.add({ kind: 'revoke', userId, notBefore }, (outcome) => {
        if (outcome.kind !== 'revoked') return reject(new Refusal('busy', 'the revocation was not stored; try again'));
        this.bus.publish({ kind: 'revoked', userId, notBefore: outcome.notBefore });
        resolve();
      });
    });
  }

  /** Before anything else of this node hears of it. */
  readonly hear = (note: BusNote): void => {
    if (note.kind === 'revoked') this.note(note.userId, note.notBefore);
  };

  private note(userId: UserId, notBefore: number): void {
    this.notBefores.set(userId, Math.max(notBefore, this.notBefore(userId)));
  }
}
