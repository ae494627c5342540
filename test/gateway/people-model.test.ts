import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LocalBus } from '../../src/bus/local/local-bus.js';
import { Arrivals } from '../../src/gateway/people/arrivals.js';
import { Watches } from '../../src/gateway/people/watches.js';
import type { Session } from '../../src/gateway/session.js';
import { Attendance } from '../../src/messaging/attendance.js';
import { CardChanges } from '../../src/messaging/card-changes.js';
import { Cards } from '../../src/messaging/cards.js';
import { Presence } from '../../src/messaging/presence.js';
import { WriteQueue } from '../../src/messaging/write-queue.js';
import type { UserId } from '../../src/model/ids.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { HandClock } from '../support/hand-clock.js';
import { paperSession } from '../support/paper-node.js';
import { runs, sequencesOf } from '../support/sequences.js';

const USERS = ['A', 'B', 'C'] as UserId[];
const OFFLINE_AFTER_MS = 5_000;

/** What should be, from the rules alone [MP-7.1 to MP-7.3]. */
class Truth {
  readonly sessions = new Map<UserId, number>();
  readonly wentAt = new Map<UserId, number>();
  readonly invisible = new Set<UserId>();
  readonly blocks = new Set<string>();
  /** When they first came, which makes them known. */
  readonly seenAt = new Map<UserId, number>();

  come(userId: UserId, now: number): void {
    this.settle(userId, now);
    this.sessions.set(userId, (this.sessions.get(userId) ?? 0) + 1);
    this.wentAt.delete(userId);
    if (!this.seenAt.has(userId)) this.seenAt.set(userId, now);
  }

  go(userId: UserId, now: number): void {
    const left = (this.sessions.get(userId) ?? 0) - 1;
    this.sessions.set(userId, left);
    if (left === 0) this.wentAt.set(userId, now);
  }

  seen(watcher: UserId, userId: UserId, now: number): object {
    this.settle(userId, now);
    if (this.invisible.has(userId) || this.blocks.has(`${userId} ${watcher}`)) return { online: false };
    if ((this.sessions.get(userId) ?? 0) > 0 || this.wentAt.has(userId)) return { online: true };
    const lastSeenAt = this.seenAt.get(userId);
    return lastSeenAt === undefined ? { online: false } : { online: false, lastSeenAt };
  }

  private settle(userId: UserId, now: number): void {
    const wentAt = this.wentAt.get(userId);
    if (wentAt === undefined || now - wentAt < OFFLINE_AFTER_MS) return;
    this.wentAt.delete(userId);
    this.seenAt.set(userId, wentAt);
  }
}

/** The real parts, on a memory store, a local bus and a clock in our hands. */
class People {
  readonly clock = new HandClock();
  readonly truth = new Truth();
  readonly errors: unknown[] = [];
  private readonly store = new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 10_000 });
  private readonly cards = new Cards(this.store.read);
  readonly watches: Watches;
  private readonly changes: CardChanges;
  private readonly arrivals: Arrivals;
  private readonly open: {
    session: Session;
    read: () => object[];
    watching: Set<UserId>;
    told: Map<string, object>;
  }[] = [];

  constructor() {
    const { clock, cards, store } = this;
    const onError = (error: unknown) => void this.errors.push(error);
    const bus = new LocalBus(onError);
    const attendance = new Attendance('node', bus, clock);
    const writes = new WriteQueue(store, queueMicrotask, onError);
    const { later } = clock;
    const presence = new Presence({ attendance, writes, clock, later, offlineAfterMs: OFFLINE_AFTER_MS });
    this.watches = new Watches(cards, presence);
    this.changes = new CardChanges(writes, store.read, bus);
    attendance.watch(presence.attended);
    presence.watch(this.watches.changed);
    for (const part of [attendance, cards, this.watches]) bus.subscribe(part.hear);
    const { changes, watches } = this;
    this.arrivals = new Arrivals({ cards, changes, presence, watches, clock, onError });
    // So that a time of 0 stands for never.
    clock.pass(1);
  }

  come(userId: UserId): void {
    const { session, read } = paperSession({ userId, full: true });
    session.opened();
    this.open.push({ session, read, watching: new Set(), told: new Map() });
    this.arrivals.came(session);
    this.truth.come(userId, this.clock.now());
  }

  go(at: number): void {
    const [gone] = this.open.splice(at % Math.max(1, this.open.length), 1);
    if (gone === undefined) return;
    this.arrivals.left(gone.session);
    this.truth.go(gone.session.userId, this.clock.now());
  }

  async watch(at: number, userIds: readonly UserId[]): Promise<void> {
    const watcher = this.open[at % Math.max(1, this.open.length)];
    if (watcher === undefined) return;
    for (const userId of userIds) watcher.watching.add(userId);
    await this.watches.watch(watcher.session, userIds);
    this.watches.tell(watcher.session, userIds);
  }

  unwatch(at: number, userIds: readonly UserId[]): void {
    const watcher = this.open[at % Math.max(1, this.open.length)];
    if (watcher === undefined) return;
    for (const userId of userIds) watcher.watching.delete(userId);
    this.watches.unwatch(watcher.session, userIds);
  }

  async setInvisible(userId: UserId, invisible: boolean): Promise<void> {
    if (invisible) this.truth.invisible.add(userId);
    else this.truth.invisible.delete(userId);
    await this.changes.change({ kind: 'profile', userId, invisible });
  }

  async block(userId: UserId, peerId: UserId, blocked: boolean): Promise<void> {
    if (userId === peerId) return;
    if (blocked) this.truth.blocks.add(`${userId} ${peerId}`);
    else this.truth.blocks.delete(`${userId} ${peerId}`);
    await this.changes.change({ kind: 'block', userId, peerId, blocked });
  }

  /** What each session was told last, and what is true, of each whom it watches; and whether it was told only changes. */
  async check(): Promise<void> {
    for (let i = 0; i < 6; i += 1) await new Promise((resolve) => setImmediate(resolve));
    for (const { session, read, watching, told } of this.open) {
      for (const frame of read()) {
        const { userId, type: _, ...seen } = frame as { userId: UserId; type: string };
        told.set(userId, seen);
      }
      for (const userId of watching) {
        expect(told.get(userId)).toEqual(this.truth.seen(session.userId, userId, this.clock.now()));
      }
    }
    expect(this.errors).toEqual([]);
  }
}

const user = fc.constantFrom(...USERS);
const users = fc.subarray(USERS, { minLength: 1 });
const step = fc.oneof(
  fc.record({ do: fc.constant('come' as const), user }),
  fc.record({ do: fc.constant('go' as const), at: fc.nat(9) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 1_000, 2_500, 4_999, 5_000, 9_000) }),
  fc.record({ do: fc.constant('watch' as const), at: fc.nat(9), users }),
  fc.record({ do: fc.constant('unwatch' as const), at: fc.nat(9), users }),
  fc.record({ do: fc.constant('block' as const), user, peer: user, on: fc.boolean() }),
  fc.record({ do: fc.constant('invisible' as const), user, on: fc.boolean() }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(people: People, each: Step): Promise<void> {
  if (each.do === 'come') people.come(each.user);
  else if (each.do === 'go') people.go(each.at);
  else if (each.do === 'pass') people.clock.pass(each.ms);
  else if (each.do === 'watch') await people.watch(each.at, each.users);
  else if (each.do === 'unwatch') people.unwatch(each.at, each.users);
  else if (each.do === 'block') await people.block(each.user, each.peer, each.on);
  else await people.setInvisible(each.user, each.on);
}

it('[MP-7.1] [MP-7.2] [MP-7.3] whatever people do, what a watcher was told last is true when all is quiet', async () => {
  const steps = sequencesOf(fc.record({ each: step, isQuiet: fc.boolean() }), 60);
  await fc.assert(
    fc.asyncProperty(steps, async (many) => {
      const people = new People();
      const underWay: Promise<void>[] = [];
      for (const { each, isQuiet } of many) {
        underWay.push(take(people, each));
        if (isQuiet) {
          await Promise.all(underWay.splice(0));
          await people.check();
        }
      }
      await Promise.all(underWay);
      await people.check();
    }),
    runs(200),
  );
});
