import type { ContentJson } from '../model/content.js';
import type { UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import type { Clock } from './ports/clock.js';
import type { LiveDelivery } from './ports/live-delivery.js';

/** Sends to who is online now, and forgets. */
export class SendEphemeral {
  constructor(
    private readonly live: LiveDelivery,
    private readonly clock: Clock,
  ) {}

  /** Returns how many sessions got it; refuses with `not_found` when the recipient is not online. */
  toUser(fromUserId: UserId, toUserId: UserId, message: ContentJson, exceptSessionId?: string): number {
    const delivered = this.live.deliver({ fromUserId, toUserId, message, sentAt: this.clock.now() }, exceptSessionId);
    if (delivered === undefined)
      throw new Refusal('not_found', `nobody is online as "${toUserId}", so the message went nowhere`);
    return delivered;
  }
}
