import type { BusNote, InboxNote } from '../messaging/ports/bus.js';
import type { LiveDelivery } from '../messaging/ports/live-delivery.js';
import type { UserId } from '../model/ids.js';
import type { EphemeralBroadcast, EphemeralMessage } from '../model/message.js';
import { encode, encodeEntry, encodeEphemeralBroadcast, encodeEphemeralMessage } from '../protocol/encode.js';
import type { Outflow } from './outflow.js';
import type { Session } from './session.js';
import type { SessionPool } from './session-pool.js';

/** Delivers to the sessions of this node; a message is serialised once, however many of them get it. */
export class PoolDelivery implements LiveDelivery {
  constructor(
    private readonly pool: SessionPool<Session>,
    private readonly outflow: Outflow,
  ) {}

  deliver({ fromUserId, toUserId, message, sentAt }: EphemeralMessage, exceptSessionId?: string): number | undefined {
    const sessions = this.pool.currentOf(toUserId);
    if (sessions === undefined) return undefined;
    const text = encodeEphemeralMessage(fromUserId, toUserId, message, sentAt);
    let delivered = 0;
    for (const session of sessions) {
      if (session.id === exceptSessionId || session.isOpening) continue;
      session.send(text);
      delivered += 1;
    }
    if (this.pool.hasEcho && fromUserId !== toUserId) this.echo(fromUserId, text);
    return delivered;
  }

  deliverToEveryone({ fromUserId, message, sentAt }: EphemeralBroadcast): number {
    this.outflow.addForEveryone(encodeEphemeralBroadcast(fromUserId, message, sentAt));
    return this.pool.currentSize;
  }

  /** What came over the bus, for whichever sessions of this node it concerns. */
  readonly hear = (note: BusNote): void => {
    if (note.kind === 'inbox') this.offer(note);
    else this.tellTyping(note.userId, note.fromUserId);
  };

  private offer({ userId, entry }: InboxNote): void {
    let forFull: string | undefined;
    let forPlain: string | undefined;
    for (const session of this.pool.currentOf(userId) ?? []) {
      if (!session.inbox?.offer(entry.cursor)) continue;
      if (session.full) forFull ??= encodeEntry(entry, userId, true);
      else forPlain ??= encodeEntry(entry, userId, false);
      session.inbox.writeText(entry, (session.full ? forFull : forPlain) ?? '');
    }
  }

  private tellTyping(userId: UserId, fromUserId: UserId): void {
    for (const session of this.pool.currentOf(userId) ?? []) {
      if (session.full && !session.isOpening) session.send(encode({ type: 'typing', fromUserId }));
    }
  }

  /** [MP-1.6] */
  private echo(fromUserId: EphemeralMessage['fromUserId'], text: string): void {
    for (const session of this.pool.currentOf(fromUserId) ?? []) {
      if (session.echo) session.send(text);
    }
  }
}
