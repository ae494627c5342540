import { describe, expect, it } from 'vitest';
import { LocalBus } from '../../src/bus/local/local-bus.js';
import { Attendance } from '../../src/messaging/attendance.js';
import type { StoreWrite } from '../../src/messaging/ports/store-writes.js';
import { Presence } from '../../src/messaging/presence.js';
import type { UserId } from '../../src/model/ids.js';
import { HandClock } from '../support/hand-clock.js';

const A = 'A' as UserId;
const B = 'B' as UserId;

/** One node, its clock in our hands, and what is told and noted. */
function rig() {
  const clock = new HandClock();
  const bus = new LocalBus((error) => {
    throw error;
  });
  const attendance = new Attendance('node', bus, clock);
  bus.subscribe(attendance.hear);
  const writes: StoreWrite[] = [];
  const queue = {
    add: (write: StoreWrite, done: (outcome: { kind: 'noted' }) => void) => {
      writes.push(write);
      queueMicrotask(() => done({ kind: 'noted' }));
    },
  };
  const announced: string[] = [];
  const presence = new Presence({
    attendance,
    writes: queue,
    clock,
    later: clock.later,
    offlineAfterMs: 5_000,
    announce: (userId, isHere, at) => announced.push(`${userId} ${isHere ? 'came' : 'went'} ${at}`),
  });
  attendance.watch(presence.attended);
  const told: string[] = [];
  presence.watch((userId, seenAt) =>
    told.push(`${userId} ${presence.isOnline(userId) ? 'is here' : `went ${seenAt}`}`),
  );
  return { clock, bus, announced, presence, writes, told, notes: () => writes.splice(0), news: () => told.splice(0) };
}

describe('presence', () => {
  it('shows at once who comes, with the first session only', () => {
    const { presence, news } = rig();
    presence.enter(A);
    presence.enter(A);
    expect(news()).toEqual(['A is here']);
    expect(presence.isOnline(A)).toBe(true);
    expect(presence.isOnline(B)).toBe(false);
  });

  it('shows who goes when the last session has been gone for long enough, and notes when that was', async () => {
    const { clock, presence, news, notes } = rig();
    presence.enter(A);
    presence.enter(A);
    clock.pass(1_000);
    presence.leave(A);
    clock.pass(9_000);
    expect(news()).toEqual(['A is here']);
    presence.leave(A);
    clock.pass(4_999);
    expect(presence.isOnline(A)).toBe(true);
    expect(notes()).toEqual([]);
    clock.pass(1);
    expect(presence.isOnline(A)).toBe(false);
    expect(news()).toEqual(['A went 10000']);
    expect(notes()).toEqual([{ kind: 'seen', userId: A, seenAt: 10_000 }]);
    await Promise.resolve();
    // Once more when it is stored, for whoever asked the store just before.
    expect(news()).toEqual(['A went 10000']);
  });

  it('says nothing of who comes back in time, and counts anew when he goes again', () => {
    const { clock, presence, news } = rig();
    presence.enter(A);
    presence.enter(B);
    news();
    presence.leave(A);
    clock.pass(1_000);
    presence.leave(B);
    clock.pass(3_000);
    presence.enter(A);
    presence.leave(A);
    clock.pass(2_000);
    expect(news()).toEqual(['B went 1000']);
    clock.pass(3_000);
    expect(news()).toEqual(['A went 4000']);
  });

  it('has one timer for all, and none when nobody is going', () => {
    const { clock, presence } = rig();
    for (let i = 0; i < 100; i += 1) {
      presence.enter(`u${i}` as UserId);
      presence.leave(`u${i}` as UserId);
      clock.pass(10);
      expect(clock.waiting).toBe(1);
    }
    clock.pass(10_000);
    expect(clock.waiting).toBe(0);
  });

  it('lets other things have their turn when very many go at once', () => {
    const { clock, presence, told } = rig();
    for (let i = 0; i < 2_500; i += 1) presence.enter(`u${i}` as UserId);
    for (let i = 0; i < 2_500; i += 1) presence.leave(`u${i}` as UserId);
    told.splice(0);
    clock.pass(5_000);
    expect(told).toHaveLength(1_000);
    clock.pass(2);
    expect(told).toHaveLength(2_500);
  });

  it('notes of everyone who is going when that was before the node stops', async () => {
    const { clock, presence, notes } = rig();
    for (const userId of [A, B]) presence.enter(userId);
    presence.leave(B);
    clock.pass(100);
    presence.leave(A);
    await presence.stop();
    expect(notes()).toEqual([
      { kind: 'seen', userId: B, seenAt: 0 },
      { kind: 'seen', userId: A, seenAt: 100 },
    ]);
  });

  it('announces once who comes and who is gone, of its own sessions and no others', () => {
    const { clock, bus, presence, announced } = rig();
    clock.pass(10);
    presence.enter(A);
    presence.enter(A);
    const other = { kind: 'attendance', what: 'changed', nodeId: 'other', place: '', userId: B } as const;
    bus.publish({ ...other, number: 1, here: true });
    bus.publish({ ...other, number: 2, here: false });
    presence.leave(A);
    presence.leave(A);
    clock.pass(4_999);
    presence.enter(A);
    clock.pass(10_000);
    expect(announced).toEqual(['A came 10']);
    presence.leave(A);
    clock.pass(5_000);
    expect(announced).toEqual(['A came 10', `A went ${clock.now() - 5_000}`]);
    presence.enter(A);
    expect(announced.at(-1)).toBe(`A came ${clock.now()}`);
  });
});
