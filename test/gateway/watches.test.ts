import { describe, expect, it } from 'vitest';
import { type Watcher, Watches } from '../../src/gateway/people/watches.js';
import { Cards } from '../../src/messaging/cards.js';
import type { BusNote } from '../../src/messaging/ports/bus.js';
import type { UserId } from '../../src/model/ids.js';
import type { UserCard } from '../../src/model/stored.js';

const A = 'A' as UserId;
const B = 'B' as UserId;
const C = 'C' as UserId;
const EMPTY: UserCard = { profile: {}, invisible: false, seenAt: 0, blocked: [] };

class Listener implements Watcher {
  private readonly heard: string[] = [];

  constructor(readonly userId: UserId) {}

  send(text: string): void {
    const { userId, online, lastSeenAt } = JSON.parse(text);
    this.heard.push(`${userId} ${online ? 'online' : (lastSeenAt ?? 'never')}`);
  }

  news(): string[] {
    return this.heard.splice(0);
  }
}

function rig() {
  const stored = new Map<UserId, UserCard>();
  let isDown = false;
  let reads = 0;
  const cards = new Cards({
    cards: async (userIds) => {
      reads += 1;
      if (isDown) throw new Error('no store');
      return userIds.map((userId) => stored.get(userId) ?? EMPTY);
    },
  });
  const here = new Set<UserId>();
  const watches = new Watches(cards, { isOnline: (userId) => here.has(userId) });
  const note = (userId: UserId, changes: Partial<UserCard>) => {
    const card = { ...(stored.get(userId) ?? EMPTY), ...changes };
    stored.set(userId, card);
    const told: BusNote = { kind: 'card', userId, card };
    cards.hear(told);
    watches.hear(told);
  };
  return {
    watches,
    cards,
    stored,
    note,
    reads: () => reads,
    fail: (down: boolean) => {
      isDown = down;
    },
    come: (userId: UserId) => {
      here.add(userId);
      watches.changed(userId, 0);
    },
    go: (userId: UserId, seenAt: number) => {
      here.delete(userId);
      watches.changed(userId, seenAt);
    },
    watch: async (watcher: Watcher, ...userIds: UserId[]) => {
      await watches.watch(watcher, userIds);
      watches.tell(watcher, userIds);
    },
  };
}

describe('watches', () => {
  it('say how it is now, and then what changes', async () => {
    const { watch, come, go, stored } = rig();
    const [a] = [new Listener(A)];
    stored.set(B, { ...EMPTY, seenAt: 7 });
    await watch(a, B, C);
    expect(a.news()).toEqual(['B 7', 'C never']);
    come(B);
    come(B);
    go(B, 20);
    go(B, 20);
    expect(a.news()).toEqual(['B online', 'B 20']);
  });

  it('read a user whom others watch already not again, and say how it is to whoever asks again', async () => {
    const { watch, come, reads } = rig();
    const [a, c] = [new Listener(A), new Listener(C)];
    await watch(a, B);
    come(B);
    await watch(c, B, B);
    await watch(a, B);
    expect(reads()).toBe(1);
    expect([...a.news(), ...c.news()]).toEqual(['B never', 'B online', 'B online', 'B online']);
  });

  it('say nothing before the answer of the store, and then what is true', async () => {
    const { watches, come } = rig();
    const a = new Listener(A);
    const watching = watches.watch(a, [B]);
    come(B);
    expect(a.news()).toEqual([]);
    await watching;
    come(B);
    expect(a.news()).toEqual([]);
    watches.tell(a, [B]);
    expect(a.news()).toEqual(['B online']);
  });

  it('end with unwatch and with the session, and hold nobody’s card any longer', async () => {
    const { watches, watch, come, go, note, cards } = rig();
    const a = new Listener(A);
    note(B, { invisible: true });
    await watch(a, B, C);
    watches.unwatch(a, [B, B, A]);
    watches.end(a);
    watches.end(a);
    a.news();
    come(B);
    come(C);
    go(C, 5);
    note(B, { invisible: false });
    expect(a.news()).toEqual([]);
    cards.hold(B);
    // Whoever is held anew is read anew, so nothing held it any more.
    expect(cards.of(B)).toBeUndefined();
  });

  it('that end while the store is read are not begun by its answer', async () => {
    const { watches, come } = rig();
    const a = new Listener(A);
    const watching = watches.watch(a, [B]);
    watches.end(a);
    await watching;
    watches.tell(a, [B]);
    come(B);
    expect(a.news()).toEqual([]);
  });

  it('show who is invisible, or blocks the watcher, as one who was never here, and tell when that changes', async () => {
    const { watch, come, note } = rig();
    const [a, c] = [new Listener(A), new Listener(C)];
    note(B, { seenAt: 5 });
    await watch(a, B);
    await watch(c, B);
    come(B);
    a.news();
    c.news();
    note(B, { blocked: [A] });
    expect([a.news(), c.news()]).toEqual([['B never'], []]);
    note(B, { invisible: true });
    note(B, { profile: { nickname: 'Bo' } });
    expect([a.news(), c.news()]).toEqual([[], ['B never']]);
    note(B, { invisible: false, blocked: [] });
    expect([a.news(), c.news()]).toEqual([['B online'], ['B online']]);
  });

  it('are 200 a session at most; one list more is refused as a whole', async () => {
    const { watches } = rig();
    const a = new Listener(A);
    const users = Array.from({ length: 201 }, (_, i) => `u${i}` as UserId);
    await watches.watch(a, users.slice(0, 199));
    await expect(watches.watch(a, users.slice(198))).rejects.toMatchObject({ code: 'forbidden' });
    await watches.watch(a, users.slice(190, 200));
    await expect(watches.watch(a, users.slice(200))).rejects.toMatchObject({ code: 'forbidden' });
    watches.unwatch(a, users.slice(0, 1));
    await watches.watch(a, users.slice(200));
  });

  it('are not begun when the store fails, and those begun before go on', async () => {
    const { watches, watch, come, fail } = rig();
    const a = new Listener(A);
    await watch(a, B);
    fail(true);
    await expect(watches.watch(a, [B, C])).rejects.toThrow('no store');
    fail(false);
    come(B);
    come(C);
    expect(a.news()).toEqual(['B never', 'B online']);
    await watch(a, C);
    expect(a.news()).toEqual(['C online']);
  });
});
