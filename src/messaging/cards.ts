import type { UserId } from '../model/ids.js';
import { isProfile, type Profile } from '../model/profile.js';
import type { UserCard } from '../model/stored.js';
import type { BusNote } from './ports/bus.js';
import type { StoreRead } from './ports/store-reads.js';

/** A card, made for asking. */
export interface KnownCard {
  readonly profile: Profile;
  readonly invisible: boolean;
  readonly wasEverHere: boolean;
  readonly blocked: ReadonlySet<UserId>;
}

/** Cards of users whom nobody holds: so many, a blocked user counting as one more. */
const CACHED = 100_000;

const NOBODY: ReadonlySet<UserId> = new Set();
const NOTHING: Profile = Object.freeze({});
/** Of most users nothing is known but that they were here; they share these. */
const NEVER_HERE: KnownCard = { profile: NOTHING, invisible: false, wasEverHere: false, blocked: NOBODY };
const WAS_HERE: KnownCard = { ...NEVER_HERE, wasEverHere: true };
const EMPTY: ReadonlySet<KnownCard> = new Set([NEVER_HERE, WAS_HERE]);

interface Holding {
  count: number;
  card: KnownCard | undefined;
}

/**
 * What this node knows of users. Who is held is always known once it was loaded, and kept as the bus says; others are in a
 * cache, and may be forgotten.
 */
export class Cards {
  private readonly held = new Map<UserId, Holding>();
  /** The one used longest ago first. */
  private readonly cache = new Map<UserId, KnownCard>();
  private cacheWeight = 0;
  /** What is being read; a note that comes meanwhile says more, and takes it out. */
  private readonly loading = new Map<UserId, Promise<void>>();

  constructor(
    private readonly store: Pick<StoreRead, 'cards'>,
    private readonly maxCached = CACHED,
  ) {}

  /** Of a user that is not known: an empty one. */
  profileOf(userId: UserId): Profile {
    return this.of(userId)?.profile ?? NOTHING;
  }

  /** `undefined` when it has to be loaded first. */
  of(userId: UserId): KnownCard | undefined {
    const holding = this.held.get(userId);
    return holding === undefined ? this.cache.get(userId) : holding.card;
  }

  /** Whether `userId` wants nothing from `peerId`; only of a user that is known. */
  blocks(userId: UserId, peerId: UserId): boolean {
    return this.of(userId)?.blocked.has(peerId) === true;
  }

  /** From now on until it was released as often, it stays known once it was loaded. */
  hold(userId: UserId): void {
    const holding = this.held.get(userId);
    // What is in the cache may have missed a note, so whoever is held is read anew.
    if (holding === undefined) this.held.set(userId, { count: 1, card: undefined });
    else holding.count += 1;
  }

  release(userId: UserId): void {
    const holding = this.held.get(userId);
    if (holding === undefined) return;
    holding.count -= 1;
    if (holding.count > 0) return;
    this.held.delete(userId);
    // Who has a name is often asked for once more just after.
    if (holding.card !== undefined && !EMPTY.has(holding.card)) this.keep(userId, holding.card);
  }

  /** Reads those that are not known, all at once. Rejects when the store does. */
  async load(userIds: readonly UserId[]): Promise<void> {
    const unknown = new Set<UserId>();
    const underWay: Promise<void>[] = [];
    for (const userId of userIds) {
      const reading = this.loading.get(userId);
      if (reading !== undefined) underWay.push(reading);
      else if (!this.touch(userId)) unknown.add(userId);
    }
    if (unknown.size > 0) underWay.push(this.begin([...unknown]).done);
    await Promise.all(underWay);
  }

  /** What the store says of them now, one card for each; they are known then. Rejects when the store does. */
  async read(userIds: readonly UserId[]): Promise<readonly UserCard[]> {
    const underWay = userIds.flatMap((userId) => this.loading.get(userId) ?? []);
    const { cards, done } = this.begin(userIds);
    await Promise.all([done, ...underWay]);
    return cards;
  }

  readonly hear = (note: BusNote): void => {
    if (note.kind !== 'card') return;
    const { userId, card } = note;
    const isWanted = this.loading.delete(userId) || this.held.has(userId) || this.cache.has(userId);
    if (isWanted) this.set(userId, card);
  };

  private begin(userIds: readonly UserId[]) {
    const cards = this.store.cards(userIds);
    const done: Promise<void> = cards.then(
      (found) => {
        for (const [at, userId] of userIds.entries()) {
          const card = found[at];
          // Of who is held the bus tells, and those who hear it look at what was known before.
          const isKept = this.held.get(userId)?.card !== undefined;
          if (this.ended(userId, done) && card !== undefined && !isKept) this.set(userId, card);
        }
      },
      (error) => {
        for (const userId of userIds) this.ended(userId, done);
        throw error;
      },
    );
    for (const userId of userIds) if (!this.loading.has(userId)) this.loading.set(userId, done);
    return { cards, done };
  }

  /** Whether it was this reading that was to make the user known, and nothing else did meanwhile. */
  private ended(userId: UserId, reading: Promise<void>): boolean {
    return this.loading.get(userId) === reading && this.loading.delete(userId);
  }

  private set(userId: UserId, card: UserCard): void {
    const holding = this.held.get(userId);
    if (holding === undefined) return this.keep(userId, knownCard(card));
    holding.card = knownCard(card);
    this.forget(userId);
  }

  /** Whether it is known; if it is in the cache, it was used just now. */
  private touch(userId: UserId): boolean {
    const holding = this.held.get(userId);
    if (holding !== undefined) return holding.card !== undefined;
    const card = this.cache.get(userId);
    if (card !== undefined) this.keep(userId, card);
    return card !== undefined;
  }

  private keep(userId: UserId, card: KnownCard): void {
    this.forget(userId);
    this.cache.set(userId, card);
    this.cacheWeight += weightOf(card);
    for (const oldest of this.cache.keys()) {
      if (this.cacheWeight <= this.maxCached) return;
      this.forget(oldest);
    }
  }

  private forget(userId: UserId): void {
    const card = this.cache.get(userId);
    if (card === undefined) return;
    this.cache.delete(userId);
    this.cacheWeight -= weightOf(card);
  }
}

function weightOf({ blocked }: KnownCard): number {
  return 1 + blocked.size;
}

function knownCard({ profile, invisible, seenAt, blocked }: UserCard): KnownCard {
  const isEmpty = !isProfile(profile);
  const wasEverHere = seenAt > 0;
  if (isEmpty && !invisible && blocked.length === 0) return wasEverHere ? WAS_HERE : NEVER_HERE;
  return {
    profile: isEmpty ? NOTHING : profile,
    invisible,
    wasEverHere,
    blocked: blocked.length === 0 ? NOBODY : new Set(blocked),
  };
}
