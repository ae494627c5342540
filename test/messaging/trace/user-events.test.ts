import { describe, expect, it } from 'vitest';
import { UserEvents } from '../../../src/messaging/trace/user-events.js';
import type { UserId } from '../../../src/model/ids.js';

const B = 'B' as UserId;
const LIMITS = { users: 2, events: 3, waiting: 2, keptForMs: 1_000 };

function followedBy() {
  let now = 0;
  let names = 0;
  let timers: { readonly dueMs: number; readonly call: () => void }[] = [];
  const events = new UserEvents({
    clock: { monotonicMs: () => now },
    newName: () => {
      names += 1;
      return `f${names}`;
    },
    later: (afterMs, call) => {
      const timer = { dueMs: now + afterMs, call };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    limits: LIMITS,
  });
  return {
    events,
    happen: (...ats: readonly number[]) => {
      for (const at of ats) events.note(B, { type: 'sent', at });
    },
    ask: async (after?: string) => events.ask({ userId: B, after, waitMs: 0 }).answer,
    wait: (after: string, waitMs = 100) => events.ask({ userId: B, after, waitMs }),
    pass: (ms: number) => {
      now += ms;
      const due = timers.filter(({ dueMs }) => dueMs <= now);
      timers = timers.filter(({ dueMs }) => dueMs > now);
      for (const { call } of due) call();
    },
    timers: () => timers.length,
  };
}

const at = (...times: readonly number[]) => times.map((time) => ({ type: 'sent', at: time }));

describe('the events of a user', () => {
  it('begin with the first question, and each question goes on where the answer before ended', async () => {
    const { events, happen, ask } = followedBy();
    happen(1);
    expect(events.isFollowed).toBe(false);
    expect(await ask()).toEqual({ events: [], next: 'f1-0', lost: 0, isBroken: false });
    expect(events.isFollowed).toBe(true);
    happen(2, 3);
    expect(await ask('f1-0')).toEqual({ events: at(2, 3), next: 'f1-2', lost: 0, isBroken: false });
    expect(await ask('f1-1')).toMatchObject({ events: at(3), next: 'f1-2' });
    expect(await ask('f1-2')).toMatchObject({ events: [], next: 'f1-2' });
  });

  it('are bounded: who reads too slowly is told how many are lost', async () => {
    const { happen, ask } = followedBy();
    await ask();
    for (let time = 1; time <= 100; time += 1) happen(time);
    expect(await ask('f1-0')).toEqual({ events: at(98, 99, 100), next: 'f1-100', lost: 97, isBroken: false });
    expect(await ask('f1-98')).toEqual({ events: at(99, 100), next: 'f1-100', lost: 0, isBroken: false });
  });

  it('are waited for, until something happens, the time is over, nobody wants to know or the node goes', async () => {
    const { events, happen, ask, wait, pass, timers } = followedBy();
    await ask();
    const first = wait('f1-0');
    happen(1);
    expect(await first.answer).toMatchObject({ events: at(1), next: 'f1-1' });
    const second = wait('f1-1', 100);
    pass(100);
    expect(await second.answer).toMatchObject({ events: [], next: 'f1-1' });
    const third = wait('f1-1');
    third.giveUp();
    expect(await third.answer).toMatchObject({ events: [] });
    const fourth = wait('f1-1');
    events.stop();
    expect(await fourth.answer).toMatchObject({ events: [] });
    expect(await wait('f1-1').answer).toMatchObject({ events: [] });
    // What is left looks whether anybody still asks.
    expect(timers()).toBe(1);
  });

  it('are waited for by so many at once: of more the oldest is answered', async () => {
    const { happen, ask, wait } = followedBy();
    await ask();
    const [oldest, ...others] = [wait('f1-0'), wait('f1-0'), wait('f1-0')];
    expect(await oldest?.answer).toMatchObject({ events: [] });
    happen(1);
    for (const each of others) expect(await each.answer).toMatchObject({ events: at(1) });
  });

  it('are no longer kept when nobody asked for a while, and then the next answer says so', async () => {
    const { events, happen, ask, wait, pass, timers } = followedBy();
    await ask();
    const waiting = wait('f1-0', 1_500);
    pass(1_000);
    happen(1);
    expect(await waiting.answer).toMatchObject({ events: at(1) });
    pass(1_000);
    expect(events.isFollowed).toBe(true);
    pass(1_000);
    expect(events.isFollowed).toBe(false);
    expect(timers()).toBe(0);
    expect(await ask('f1-1')).toEqual({ events: [], next: 'f2-0', lost: 0, isBroken: true });
  });

  it('of elsewhere, or of what was never given, are not known', async () => {
    const { ask } = followedBy();
    await ask();
    for (const after of ['f2-0', 'f1-1', 'f1-', 'f1-x', '', 'f1'])
      expect((await ask(after)).isBroken, after).toBe(true);
  });

  it('are kept for so many users at once', async () => {
    const { events, pass } = followedBy();
    const ask = (userId: string) => events.ask({ userId: userId as UserId, after: undefined, waitMs: 0 });
    ask('A');
    ask('B');
    expect(() => ask('C')).toThrow('2 users are followed on this node already');
    pass(1_001);
    ask('C');
  });
});
