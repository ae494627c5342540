import type { ContentJson } from '../model/content.js';
import type { UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import type { Cards } from './cards.js';
import type { Clock } from './ports/clock.js';
import type { LiveDelivery } from './ports/live-delivery.js';

/** The same for who is blocked, and where only known users are sent anything for whoever sends to a stranger [MP-2.29]. */
export const NOT_TAKEN = 'this user takes no messages from you; expected another recipient';

/** Sends to who is online now, and forgets. */
export class SendEphemeral {
  constructor(
    private readonly live: LiveDelivery,
    private readonly cards: Pick<Cards, 'of'>,
    private readonly clock: Clock,
    private readonly knownRecipientsOnly: boolean,
  ) {}

  /**
   * Returns how many sessions got it; refuses with `not_found` when the recipient is not online or not to be seen, and with `forbidden` when
   * he does not want it. The recipient's card has to be known, else he takes everything.
   */
  toUser(fromUserId: UserId, toUserId: UserId, message: ContentJson, exceptSessionId?: string): number {
    const card = this.cards.of(toUserId);
    if (card?.blocked.has(fromUserId)) throw new Refusal('forbidden', NOT_TAKEN);
    // An answer that tells it arrived would show who is not to be seen [MP-7.3].
    const isHidden = card?.invisible === true && fromUserId !== toUserId;
    const send = { fromUserId, toUserId, message, sentAt: this.clock.now() };
    const delivered = isHidden ? undefined : this.live.deliver(send, exceptSessionId);
    if (delivered !== undefined) return delivered;
    if (this.knownRecipientsOnly && card?.wasEverHere === false) throw new Refusal('forbidden', NOT_TAKEN);
    throw new Refusal('not_found', `nobody is online as "${toUserId}", so the message went nowhere`);
  }
}
