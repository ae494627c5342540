import type { UserId } from '../../model/ids.js';
import { Refusal } from '../../model/refusal.js';
import type { UserEvent } from '../../model/user-event.js';
import type { Clock } from '../ports/clock.js';

export interface UserEventsQuestion {
  readonly userId: UserId;
  /** `next` of the answer before; left out, it begins now. */
  readonly after: string | undefined;
  readonly waitMs: number;
}

export interface UserEventsAnswer {
  readonly events: readonly UserEvent[];
  readonly next: string;
  /** So many came in between that are not kept any more. */
  readonly lost: number;
  /** `after` is of another node, or nobody asked for too long: what was in between is not known. */
  readonly isBroken: boolean;
}

export interface UserEventsPoll {
  readonly answer: Promise<UserEventsAnswer>;
  /** Nobody wants the answer any more. */
  giveUp(): void;
}

export interface UserEventsParts {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Tells one following from all others, also of other nodes. */
  readonly newName: () => string;
  /** Calls back once, after so many milliseconds, unless what it gives is called before. */
  readonly later: (afterMs: number, call: () => void) => () => void;
  readonly limits?: UserEventsLimits;
}

export interface UserEventsLimits {
  /** Users that are followed at once. */
  readonly users: number;
  /** Events kept of one of them. */
  readonly events: number;
  /** Questions about one user that wait at once. */
  readonly waiting: number;
  /** For so long somebody may not ask, and still finds what came in between. */
  readonly keptForMs: number;
}

const LIMITS: UserEventsLimits = { users: 20, events: 1_000, waiting: 4, keptForMs: 60_000 };

/** What happens to one user while somebody asks for it. */
class Following {
  /** The newest, oldest first. */
  readonly kept: UserEvent[] = [];
  /** Of all that there were. */
  last = 0;
  askedMs = 0;
  /** Each ends one waiting question; oldest first. */
  readonly waiting = new Set<() => void>();

  constructor(readonly name: string) {}
}

/** What happens to the users whom somebody follows just now. With nobody followed it costs one look at `isFollowed`. */
export class UserEvents {
  /** Anybody is. */
  isFollowed = false;
  private readonly users = new Map<string, Following>();
  private readonly limits: UserEventsLimits;
  private isStopped = false;

  constructor(private readonly parts: UserEventsParts) {
    this.limits = parts.limits ?? LIMITS;
  }

  isOf(userId: string): boolean {
    return this.users.has(userId);
  }

  note(userId: string, event: UserEvent): void {
    const following = this.users.get(userId);
    if (following === undefined) return;
    following.last += 1;
    following.kept.push(event);
    // Now and then, since taking the first one away moves all others.
    if (following.kept.length >= 2 * this.limits.events) following.kept.splice(0, this.limits.events);
    for (const wake of following.waiting) wake();
  }

  /** Throws a `Refusal` when too many users are followed. */
  ask({ userId, after, waitMs }: UserEventsQuestion): UserEventsPoll {
    const following = this.users.get(userId) ?? this.begin(userId);
    following.askedMs = this.parts.clock.monotonicMs();
    const from = placeIn(following, after);
    const answer = () => this.answer(following, from, after !== undefined);
    if (from === undefined || from < following.last || waitMs === 0 || this.isStopped) {
      return { answer: Promise.resolve(answer()), giveUp: () => undefined };
    }
    return this.wait(following, waitMs, answer);
  }

  /** All that wait are answered; nobody waits from now on. */
  stop(): void {
    this.isStopped = true;
    for (const { waiting } of this.users.values()) for (const wake of [...waiting]) wake();
  }

  private begin(userId: string): Following {
    this.sweep();
    if (this.users.size >= this.limits.users) {
      throw new Refusal('busy', `${this.limits.users} users are followed on this node already; try again in a minute`);
    }
    const following = new Following(this.parts.newName());
    this.users.set(userId, following);
    if (!this.isFollowed) this.sweepLater();
    this.isFollowed = true;
    return following;
  }

  private wait(following: Following, waitMs: number, answer: () => UserEventsAnswer): UserEventsPoll {
    const { waiting } = following;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    waiting.add(end);
    const cancel = this.parts.later(waitMs, end);
    const [oldest] = waiting;
    if (waiting.size > this.limits.waiting) oldest?.();
    const done = ended.then(() => {
      cancel();
      waiting.delete(end);
      following.askedMs = this.parts.clock.monotonicMs();
      return answer();
    });
    return { answer: done, giveUp: end };
  }

  private answer({ kept, last, name }: Following, from: number | undefined, isGoingOn: boolean): UserEventsAnswer {
    const next = `${name}-${last}`;
    if (from === undefined) return { events: [], next, lost: 0, isBroken: isGoingOn };
    const wanted = last - from;
    const newest = Math.min(wanted, kept.length, this.limits.events);
    return { events: newest === 0 ? [] : kept.slice(-newest), next, lost: wanted - newest, isBroken: false };
  }

  private sweepLater(): void {
    this.parts.later(this.limits.keptForMs, () => {
      this.sweep();
      if (this.isFollowed) this.sweepLater();
    });
  }

  private sweep(): void {
    const oldest = this.parts.clock.monotonicMs() - this.limits.keptForMs;
    for (const [userId, { askedMs, waiting }] of this.users) {
      if (waiting.size === 0 && askedMs < oldest) this.users.delete(userId);
    }
    this.isFollowed = this.users.size > 0;
  }
}

/** How many events whoever asks has; `undefined` when that is not known. */
function placeIn({ name, last }: Following, after: string | undefined): number | undefined {
  if (after === undefined || !after.startsWith(`${name}-`)) return undefined;
  const place = after.slice(name.length + 1);
  return /^\d{1,15}$/.test(place) && Number(place) <= last ? Number(place) : undefined;
}
