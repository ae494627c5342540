import type { CardChanges } from '../../messaging/card-changes.js';
import type { Cards } from '../../messaging/cards.js';
import type { Clock } from '../../messaging/ports/clock.js';
import type { Presence } from '../../messaging/presence.js';
import type { UserId } from '../../model/ids.js';
import type { Session } from '../session.js';
import type { Watches } from './watches.js';

export interface ArrivalParts {
  readonly cards: Cards;
  readonly changes: CardChanges;
  readonly presence: Presence;
  readonly watches: Watches;
  readonly clock: Pick<Clock, 'now'>;
  readonly onError: (error: unknown) => void;
}

/** Sessions come and go: what that means for who is known and who is online. */
export class Arrivals {
  /** Their tokens say that they are not to be seen, which has to be known before they are. */
  private readonly waiting = new Set<Session>();

  constructor(private readonly parts: ArrivalParts) {}

  came(session: Session): void {
    const { cards, presence, clock, onError } = this.parts;
    const { userId, identity } = session;
    cards.hold(userId);
    if (identity?.invisible === true) this.waiting.add(session);
    else presence.enter(userId);
    this.settle(userId, clock.now(), identity?.invisible).then((isSettled) => {
      if (isSettled && this.waiting.delete(session)) presence.enter(userId);
    }, onError);
  }

  /** The session has another token, which may say something else of whether its user is to be seen. */
  renewed({ userId, identity }: Session): void {
    const { clock, onError } = this.parts;
    this.settle(userId, clock.now(), identity?.invisible).catch(onError);
  }

  left(session: Session): void {
    const { cards, presence, watches } = this.parts;
    const { userId } = session;
    watches.end(session);
    if (!this.waiting.delete(session)) presence.leave(userId);
    cards.release(userId);
  }

  /** Stores that the user was here, and is to be seen as the token says, if it does. Whether the latter is so now. */
  private async settle(userId: UserId, seenAt: number, invisible: boolean | undefined): Promise<boolean> {
    const { cards, changes } = this.parts;
    await cards.load([userId]);
    const card = cards.of(userId);
    let isStored = true;
    // Before it is noted that the user was here, which nobody is to see.
    if (invisible !== undefined && card?.invisible !== invisible) {
      isStored = (await changes.change({ kind: 'profile', userId, invisible })) === 'noted';
    }
    if (card?.wasEverHere === false && isStored) await changes.change({ kind: 'seen', userId, seenAt });
    return isStored;
  }
}
