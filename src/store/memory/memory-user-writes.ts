import type {
  ConfirmCursor,
  EraseUser,
  MarkRead,
  NoteSeen,
  RevokeTokens,
  SetBlock,
  SetProfile,
  StoreOutcome,
} from '../../messaging/ports/store-writes.js';
import type { MemoryState } from './memory-state.js';

/** A write that says something of a user and sends nothing. */
export type UserWrite = ConfirmCursor | MarkRead | RevokeTokens | SetProfile | SetBlock | NoteSeen | EraseUser;

export class MemoryUserWrites {
  constructor(
    private readonly state: MemoryState,
    private readonly maxDevices: number,
  ) {}

  apply(write: UserWrite): StoreOutcome {
    const user = this.state.user(write.userId);
    switch (write.kind) {
      case 'confirm':
        return this.confirm(write);
      case 'read':
        return this.read(write);
      case 'revoke':
        return this.revoke(write);
      case 'profile':
        user.show(write);
        return { kind: 'noted' };
      case 'block':
        return { kind: write.blocked ? user.block(write.peerId) : user.unblock(write.peerId) };
      case 'seen':
        user.see(write.seenAt);
        return { kind: 'noted' };
      case 'erase':
        this.state.erase(write.userId);
        return { kind: 'erased', more: false };
    }
  }

  private confirm({ userId, deviceId, cursor, seenAt }: ConfirmCursor): StoreOutcome {
    const user = this.state.user(userId);
    if (cursor > user.head) return { kind: 'above_head' };
    const deliveredBefore = user.delivered;
    const confirmed = user.confirm(deviceId, cursor, seenAt, this.maxDevices);
    return { kind: 'confirmed', ...confirmed, delivered: user.delivered, deliveredBefore };
  }

  private revoke({ userId, notBefore }: RevokeTokens): StoreOutcome {
    const user = this.state.user(userId);
    user.notBefore = Math.max(user.notBefore, notBefore);
    return { kind: 'revoked', notBefore: user.notBefore };
  }

  private read({ userId, peerId, seq }: MarkRead): StoreOutcome {
    if (seq > this.state.conversation(userId, peerId).seq) return { kind: 'above_head' };
    const { read } = this.state.user(userId);
    const seqBefore = read.get(peerId) ?? 0;
    read.set(peerId, Math.max(seq, seqBefore));
    return { kind: 'read', seq: Math.max(seq, seqBefore), seqBefore };
  }
}
