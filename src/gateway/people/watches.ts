import type { Cards } from '../../messaging/cards.js';
import type { BusNote } from '../../messaging/ports/bus.js';
import type { Presence } from '../../messaging/presence.js';
import type { UserId } from '../../model/ids.js';
import { Refusal } from '../../model/refusal.js';
import { encode } from '../../protocol/encode.js';
import { MAX_WATCHED } from '../../protocol/limits.js';

/** A session that watches others. */
export interface Watcher {
  readonly userId: UserId;
  send(text: string): void;
}

interface Watched {
  readonly watchers: Set<Watcher>;
  /** Users are told of when their cards are known. */
  isKnown: boolean;
  seenAt: number;
}

/** What a watcher sees of a user: when last seen, or one of these. */
const NEVER_SEEN = 0;
const IS_ONLINE = -1;
/** The watcher was told nothing yet. */
const UNTOLD = -2;

/** Who on this node watches whom [MP-7.1]. Costs nothing for users whom nobody watches. */
export class Watches {
  private readonly users = new Map<UserId, Watched>();
  /** What each watcher was told last of each user. */
  private readonly told = new Map<Watcher, Map<UserId, number>>();

  constructor(
    private readonly cards: Pick<Cards, 'of' | 'hold' | 'release' | 'read'>,
    private readonly presence: Pick<Presence, 'isOnline'>,
  ) {}

  /** Resolves when all of them are known, and `tell` may follow; when it rejects, they are not watched. */
  async watch(watcher: Watcher, userIds: readonly UserId[]): Promise<void> {
    const added = this.add(watcher, userIds);
    const asked = new Map<UserId, Watched>();
    for (const userId of userIds) {
      const watched = this.users.get(userId);
      if (watched?.isKnown === false) asked.set(userId, watched);
    }
    if (asked.size === 0) return;
    try {
      const cards = await this.cards.read([...asked.keys()]);
      for (const [at, watched] of [...asked.values()].entries()) {
        watched.isKnown = true;
        watched.seenAt = Math.max(watched.seenAt, cards[at]?.seenAt ?? 0);
      }
    } catch (error) {
      this.unwatch(watcher, added);
      throw error;
    }
  }

  /** Says how it is with these users, as far as `watcher` watches them, and from now on what changes. */
  tell(watcher: Watcher, userIds: readonly UserId[]): void {
    const told = this.told.get(watcher);
    for (const userId of new Set(userIds)) {
      const watched = this.users.get(userId);
      if (watched === undefined || !told?.has(userId)) continue;
      const seen = this.seenBy(watcher, userId, watched);
      told.set(userId, seen);
      watcher.send(encodeSeen(userId, seen));
    }
  }

  unwatch(watcher: Watcher, userIds: Iterable<UserId>): void {
    const told = this.told.get(watcher);
    for (const userId of userIds) if (told?.delete(userId)) this.drop(watcher, userId);
    if (told?.size === 0) this.told.delete(watcher);
  }

  /** The session is over. */
  end(watcher: Watcher): void {
    const told = this.told.get(watcher);
    if (told !== undefined) this.unwatch(watcher, [...told.keys()]);
  }

  /** `userId` came or is gone, and was last seen then. */
  readonly changed = (userId: UserId, seenAt: number): void => {
    const watched = this.users.get(userId);
    if (watched === undefined) return;
    watched.seenAt = Math.max(watched.seenAt, seenAt);
    this.tellWatchers(userId, watched);
  };

  /** After `Cards`. */
  readonly hear = (note: BusNote): void => {
    if (note.kind === 'card') this.changed(note.userId, note.card.seenAt);
  };

  private add(watcher: Watcher, userIds: readonly UserId[]): Set<UserId> {
    const told = this.told.get(watcher) ?? new Map<UserId, number>();
    const added = new Set(userIds.filter((userId) => !told.has(userId)));
    if (told.size + added.size > MAX_WATCHED) {
      throw new Refusal('forbidden', `a session watches at most ${MAX_WATCHED} users; expected others unwatched first`);
    }
    if (added.size > 0) this.told.set(watcher, told);
    for (const userId of added) {
      told.set(userId, UNTOLD);
      this.watchedOf(userId).watchers.add(watcher);
    }
    return added;
  }

  private watchedOf(userId: UserId): Watched {
    let watched = this.users.get(userId);
    if (watched === undefined) {
      watched = { watchers: new Set(), isKnown: false, seenAt: 0 };
      this.users.set(userId, watched);
      this.cards.hold(userId);
    }
    return watched;
  }

  private drop(watcher: Watcher, userId: UserId): void {
    const watched = this.users.get(userId);
    if (watched === undefined) return;
    watched.watchers.delete(watcher);
    if (watched.watchers.size > 0) return;
    this.users.delete(userId);
    this.cards.release(userId);
  }

  private tellWatchers(userId: UserId, watched: Watched): void {
    let encoded = UNTOLD;
    let text = '';
    for (const watcher of watched.watchers) {
      const told = this.told.get(watcher);
      const before = told?.get(userId) ?? UNTOLD;
      const seen = this.seenBy(watcher, userId, watched);
      if (before === UNTOLD || before === seen) continue;
      told?.set(userId, seen);
      if (seen !== encoded) text = encodeSeen(userId, seen);
      encoded = seen;
      watcher.send(text);
    }
  }

  /** Whoever is not to be seen was never here [MP-7.3]. */
  private seenBy(watcher: Watcher, userId: UserId, { seenAt }: Watched): number {
    const card = this.cards.of(userId);
    if (card === undefined || card.invisible || card.blocked.has(watcher.userId)) return NEVER_SEEN;
    return this.presence.isOnline(userId) ? IS_ONLINE : seenAt;
  }
}

function encodeSeen(userId: UserId, seen: number): string {
  return encode({
    type: 'presence',
    userId,
    online: seen === IS_ONLINE,
    ...(seen > NEVER_SEEN && { lastSeenAt: seen }),
  });
}
