import { describe, expect, it } from 'vitest';
import { Cards } from '../../src/messaging/cards.js';
import type { UserId } from '../../src/model/ids.js';
import type { UserCard } from '../../src/model/stored.js';

const A = 'A' as UserId;
const B = 'B' as UserId;
const C = 'C' as UserId;
const EMPTY: UserCard = { profile: {}, invisible: false, seenAt: 0, blocked: [] };
const named = (nickname: string): UserCard => ({ ...EMPTY, profile: { nickname } });

/** A store whose answers wait until they are given. */
function rig(maxCached?: number) {
  const stored = new Map<UserId, UserCard>();
  const asked: { userIds: readonly UserId[]; answer: () => void; fail: () => void }[] = [];
  const store = {
    cards: (userIds: readonly UserId[]) =>
      new Promise<readonly UserCard[]>((resolve, reject) => {
        const found = userIds.map((userId) => stored.get(userId) ?? EMPTY);
        asked.push({ userIds, answer: () => resolve(found), fail: () => reject(new Error('no store')) });
      }),
  };
  const cards = new Cards(store, maxCached);
  const load = async (...userIds: UserId[]) => {
    const loading = cards.load(userIds);
    for (const each of asked.splice(0)) each.answer();
    await loading;
  };
  return { cards, stored, asked, load };
}

describe('cards', () => {
  it('reads those that are not known in one go, and each once', async () => {
    const { cards, stored, asked } = rig();
    stored.set(A, named('Ann'));
    const first = cards.load([A, B]);
    const second = cards.load([B, C, C]);
    expect(asked.map(({ userIds }) => userIds)).toEqual([[A, B], [C]]);
    for (const { answer } of asked) answer();
    await Promise.all([first, second]);
    expect(cards.profileOf(A)).toEqual({ nickname: 'Ann' });
    expect(cards.profileOf(B)).toEqual({});
    await cards.load([A, B, C]);
    expect(asked).toHaveLength(2);
  });

  it('[MP-2.28] of who is held, a reading does not run ahead of the note that tells of a change', async () => {
    const { cards, stored, asked, load } = rig();
    cards.hold(A);
    await load(A);
    stored.set(A, named('Ann'));
    const reading = cards.read([A]);
    asked.splice(0)[0]?.answer();
    expect(await reading).toEqual([named('Ann')]);
    expect(cards.profileOf(A)).toEqual({});
    cards.hear({ kind: 'card', userId: A, card: named('Ann') });
    expect(cards.profileOf(A)).toEqual({ nickname: 'Ann' });
  });

  it('have one object for all of whom nothing is known', async () => {
    const { cards, load } = rig();
    for (const userId of [A, B]) cards.hold(userId);
    await load(A, B);
    expect(cards.of(A)).toBe(cards.of(B));
  });

  it('read who is held anew, because the cache may have missed a note', async () => {
    const { cards, stored, load } = rig();
    await load(A);
    stored.set(A, named('Ann'));
    cards.hold(A);
    expect(cards.of(A)).toBeUndefined();
    await load(A);
    expect(cards.profileOf(A)).toEqual({ nickname: 'Ann' });
  });

  it('keep who is held, however many others come, until released as often as held', async () => {
    const { cards, stored, load } = rig(2);
    stored.set(A, { ...EMPTY, blocked: [B] });
    cards.hold(A);
    cards.hold(A);
    await load(A);
    cards.release(A);
    for (let i = 0; i < 10; i += 1) await load(`other-${i}` as UserId);
    expect(cards.blocks(A, B)).toBe(true);
    cards.release(A);
    await load(C);
    expect(cards.of(A)).toBeUndefined();
  });

  it('forget first who was used longest ago; a blocked user weighs as one more', async () => {
    const { cards, stored, load } = rig(4);
    stored.set(C, { ...EMPTY, blocked: [A] });
    await load(A, B);
    await load(A);
    await load(C);
    await load('D' as UserId);
    expect(cards.of(B)).toBeUndefined();
    expect(cards.of(A)).toBeDefined();
    expect(cards.blocks(C, A)).toBe(true);
  });

  it('believe a note that comes while the store is read, and not the older answer', async () => {
    const { cards, asked } = rig();
    cards.hold(A);
    const loading = cards.load([A]);
    cards.hear({ kind: 'card', userId: A, card: named('Ann') });
    for (const { answer } of asked) answer();
    await loading;
    expect(cards.profileOf(A)).toEqual({ nickname: 'Ann' });
  });

  it('take no note of whom nobody asked for', () => {
    const { cards } = rig();
    cards.hear({ kind: 'card', userId: A, card: named('Ann') });
    expect(cards.of(A)).toBeUndefined();
  });

  it('are asked for again after the store failed', async () => {
    const { cards, asked, load } = rig();
    cards.hold(A);
    const loading = cards.load([A]);
    for (const { fail } of asked.splice(0)) fail();
    await expect(loading).rejects.toThrow('no store');
    expect(cards.of(A)).toBeUndefined();
    await load(A);
    expect(cards.of(A)).toBeDefined();
  });

  it('read again make everyone asked for known, even who is being read already', async () => {
    const { cards, stored, asked } = rig();
    stored.set(A, { ...EMPTY, seenAt: 7 });
    const loading = cards.load([A]);
    const reading = cards.read([A]);
    for (const { answer } of asked.reverse()) answer();
    expect(await reading).toEqual([{ ...EMPTY, seenAt: 7 }]);
    expect(cards.of(A)?.wasEverHere).toBe(true);
    await loading;
  });
});
