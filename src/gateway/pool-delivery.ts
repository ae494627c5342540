import type { LiveDelivery } from '../messaging/ports/live-delivery.js';
import type { EphemeralBroadcast, EphemeralMessage } from '../model/message.js';
import { encodeEphemeralBroadcast, encodeEphemeralMessage } from '../protocol/encode.js';
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
      if (session.id === exceptSessionId) continue;
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

  /** [MP-1.6] */
  private echo(fromUserId: EphemeralMessage['fromUserId'], text: string): void {
    for (const session of this.pool.currentOf(fromUserId) ?? []) {
      if (session.echo) session.send(text);
    }
  }
}
