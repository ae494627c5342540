import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Pooled, SessionPool } from '../../src/gateway/session-pool.js';
import type { DeviceId, UserId } from '../../src/model/ids.js';
import { runs, sequencesOf } from '../support/sequences.js';

interface Entry extends Pooled<Entry> {
  readonly name: string;
}

const entry = (user: string, device: string, name = `${user}/${device}`, echo = false): Entry => ({
  name,
  userId: user as UserId,
  device: device as DeviceId,
  echo,
  older: undefined,
  newer: undefined,
});

const namesOf = (sessions: Iterable<Entry> = []) => [...sessions].map(({ name }) => name).sort();

describe('SessionPool', () => {
  it('[MP-1.11] gives a device to its newest session and names the one that had it', () => {
    const pool = new SessionPool<Entry>();
    const first = entry('A', 'phone', 'first');
    const second = entry('A', 'phone', 'second');
    expect(pool.add(first)).toBeUndefined();
    expect(pool.add(second)).toBe(first);
    expect(namesOf(pool.currentOf('A' as UserId))).toEqual(['second']);
    expect(namesOf(pool.allOf('A' as UserId))).toEqual(['first', 'second']);
  });

  it('[MP-1.13] gives the place back to the latest of those still open', () => {
    const pool = new SessionPool<Entry>();
    const [first, second, third] = ['first', 'second', 'third'].map((name) => entry('A', 'plain', name)) as [
      Entry,
      Entry,
      Entry,
    ];
    for (const each of [first, second, third]) pool.add(each);
    expect(pool.remove(second)).toBeUndefined();
    expect(pool.remove(third)).toBe(first);
    expect(namesOf(pool.currentOf('A' as UserId))).toEqual(['first']);
    expect(pool.remove(first)).toBeUndefined();
    expect(pool.isOnline('A' as UserId)).toBe(false);
  });

  it('forgets a session once, however often it is removed', () => {
    const pool = new SessionPool<Entry>();
    const first = entry('A', 'plain', 'first');
    const second = entry('A', 'plain', 'second');
    const stranger = entry('A', 'plain', 'stranger');
    pool.add(first);
    pool.add(second);
    pool.remove(stranger);
    pool.remove(first);
    pool.remove(first);
    expect(pool.size).toBe(1);
    expect(namesOf(pool.all())).toEqual(['second']);
  });

  it('[MP-1.6] knows whether any session wants back what its user sends, until the last of them has gone', () => {
    const pool = new SessionPool<Entry>();
    const silent = entry('A', 'phone');
    const echoing = entry('A', 'plain', 'echoing', true);
    pool.add(silent);
    expect(pool.hasEcho).toBe(false);
    pool.add(echoing);
    pool.remove(silent);
    expect(pool.hasEcho).toBe(true);
    pool.remove(echoing);
    pool.remove(echoing);
    expect(pool.hasEcho).toBe(false);
  });

  it('agrees with a plain list under any order of opens, takeovers and closes', () => {
    const session = { user: fc.nat({ max: 2 }), device: fc.nat({ max: 1 }), echo: fc.boolean() };
    const which = fc.nat({ max: 100 });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('open' as const), ...session }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), ...session }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const), which }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('close again' as const), which }) },
    );
    fc.assert(
      fc.property(sequencesOf(step, 80), (steps) => {
        const pool = new SessionPool<Entry>();
        const list = new OpenList();
        for (const each of steps) {
          play(each, pool, list);
          expectAgreement(pool, list);
        }
      }),
      runs(60),
    );
  });

  it('touches as much at 20 000 sessions as at 10, of one user or of many', () => {
    expect(linksTouched(10, 1)).toBe(linksTouched(20_000, 1));
    expect(linksTouched(10, 10)).toBe(linksTouched(20_000, 20_000));
  });
});

/** How many times the pool reads or sets a link while one session in the middle is removed and one is added. */
function linksTouched(sessions: number, users: number): number {
  const pool = new SessionPool<Entry>();
  const entries = Array.from({ length: sessions }, (_, index) => entry(`u${index % users}`, 'plain', String(index)));
  let touched = 0;
  const watched = entries.map(
    (each): Entry =>
      new Proxy(each, {
        get: (target, key, receiver) => {
          touched += 1;
          return Reflect.get(target, key, receiver);
        },
        set: (target, key, value, receiver) => {
          touched += 1;
          return Reflect.set(target, key, value, receiver);
        },
      }),
  );
  for (const each of watched) pool.add(each);
  touched = 0;
  const middle = watched[Math.floor(sessions / 2)];
  if (middle === undefined) throw new Error('no session');
  pool.remove(middle);
  pool.add(middle);
  return touched;
}

type Step =
  | { readonly kind: 'open' | 'die'; readonly user: number; readonly device: number; readonly echo: boolean }
  | { readonly kind: 'close' | 'close again'; readonly which: number };

/** The pool's promise, the slow way: open sessions in the order in which they opened. */
class OpenList {
  private open: Entry[] = [];
  readonly closed: Entry[] = [];
  made = 0;

  add(session: Entry): void {
    this.open.push(session);
  }

  remove(session: Entry): void {
    this.open = this.open.filter((other) => other !== session);
    this.closed.push(session);
  }

  pick(which: number): Entry | undefined {
    return this.open[which % Math.max(1, this.open.length)];
  }

  currentOf({ userId, device }: Entry): Entry | undefined {
    return this.open.filter((other) => other.userId === userId && other.device === device).at(-1);
  }

  all(): readonly Entry[] {
    return this.open;
  }

  current(): readonly Entry[] {
    return this.open.filter((session) => this.currentOf(session) === session);
  }
}

function play(step: Step, pool: SessionPool<Entry>, list: OpenList): void {
  if (!('which' in step)) return begin(step, pool, list);
  if (step.kind === 'close') {
    const gone = list.pick(step.which);
    if (gone === undefined) return;
    const wasCurrent = list.currentOf(gone) === gone;
    list.remove(gone);
    expect(pool.remove(gone)).toBe(wasCurrent ? list.currentOf(gone) : undefined);
    return;
  }
  const again = list.closed[step.which % Math.max(1, list.closed.length)];
  if (again !== undefined) expect(pool.remove(again)).toBeUndefined();
}

function begin(step: Extract<Step, { kind: 'open' | 'die' }>, pool: SessionPool<Entry>, list: OpenList): void {
  list.made += 1;
  const session = entry(`u${step.user}`, `d${step.device}`, String(list.made), step.echo);
  if (step.kind === 'die') {
    // [MP-1.14] It never opened, so its end finds nothing to take out.
    expect(pool.remove(session)).toBeUndefined();
    return;
  }
  expect(pool.add(session)).toBe(list.currentOf(session));
  list.add(session);
}

function expectAgreement(pool: SessionPool<Entry>, list: OpenList): void {
  expect(pool.size).toBe(list.all().length);
  expect(namesOf(pool.all())).toEqual(namesOf(list.all()));
  expect(pool.hasEcho).toBe(list.all().some(({ echo }) => echo));
  for (const user of ['u0', 'u1', 'u2'] as UserId[]) {
    const theirs = ({ userId }: Entry) => userId === user;
    expect(pool.isOnline(user)).toBe(list.all().some(theirs));
    expect(namesOf(pool.currentOf(user))).toEqual(namesOf(list.current().filter(theirs)));
    expect(namesOf(pool.allOf(user))).toEqual(namesOf(list.all().filter(theirs)));
  }
}
