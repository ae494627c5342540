import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoomName, UserId } from '../../src/model/ids.js';
import { ONLINE, type Place } from '../../src/model/place.js';
import { AttendanceCluster, type AttendanceNode } from '../support/attendance-cluster.js';
import { runs, sequencesOf } from '../support/sequences.js';

const A = 'A' as UserId;
const B = 'B' as UserId;
const C = 'C' as UserId;
const D = 'D' as UserId;
const KITCHEN = 'kitchen' as RoomName;
const USERS = [A, B, C, D];
const PLACES: readonly Place[] = [ONLINE, KITCHEN, 'garden' as RoomName];
const MAX_NODES = 4;

/** So many nodes that know of one another. */
function cluster(nodes: number) {
  const it = new AttendanceCluster();
  for (let i = 0; i < nodes; i += 1) it.start();
  it.deliverAll();
  const [first, second, third] = it.nodes as [AttendanceNode, AttendanceNode, AttendanceNode];
  return { it, first, second, third };
}

/** All that a node answers is what `isHere` says. */
function expectAnswers({ attendance }: AttendanceNode, isHere: (place: Place, userId: UserId) => boolean): void {
  const here = PLACES.map((place) => USERS.filter((userId) => isHere(place, userId)));
  const has = PLACES.map((place) => USERS.filter((userId) => attendance.has(place, userId)));
  const members = PLACES.map((place) => [...attendance.members(place)].sort());
  const counts = PLACES.map((place) => attendance.count(place));
  expect({ has, members, counts }).toEqual({ has: here, members: here, counts: here.map(({ length }) => length) });
}

/** A node's own sessions count at once, and its own users are named first. */
function expectOwnKnown({ attendance, sessions }: AttendanceNode): void {
  const own = PLACES.map((place) => new Set(sessions.flatMap(([each, userId]) => (each === place ? [userId] : []))));
  const counts = PLACES.map((place) => attendance.countHere(place));
  const first = PLACES.map((place, i) => new Set([...attendance.members(place)].slice(0, counts[i])));
  expect({ counts, first }).toEqual({ counts: own.map(({ size }) => size), first: own });
}

/** How many things all maps and sets hold that can be reached from here. */
function entriesIn(value: unknown): number {
  const seen = new Set<object>();
  const count = (each: unknown): number => {
    if (typeof each !== 'object' || each === null || seen.has(each)) return 0;
    seen.add(each);
    const isKeeper = each instanceof Map || each instanceof Set;
    const inside = isKeeper ? [...each.values()] : Object.values(each);
    return inside.reduce((sum: number, member) => sum + count(member), isKeeper ? each.size : 0);
  };
  return count(value);
}

type What =
  | 'enter'
  | 'leave'
  | 'deliver'
  | 'deliverNext'
  | 'deliverAll'
  | 'repeat'
  | 'lose'
  | 'loseAll'
  | 'tick'
  | 'pass'
  | 'start'
  | 'crash'
  | 'end';

interface Step {
  readonly what: What;
  readonly at: number;
  readonly place: Place;
  readonly userId: UserId;
}
type Action = (it: AttendanceCluster, step: Step, node: AttendanceNode | undefined) => void;

const actions: Record<What, Action> = {
  enter: (_it, { place, userId }, node) => node?.enter(place, userId),
  leave: (_it, { at }, node) => node?.leave(at >> 2),
  deliver: (it, { at }) => it.deliver(at),
  deliverNext: (it, { at }) => it.deliverNext(at % 10),
  deliverAll: (it) => it.deliverAll(),
  repeat: (it, { at }) => it.repeat(at),
  lose: (it, { at }) => it.lose(at),
  loseAll: (it) => it.loseAll(),
  tick: (_it, _step, node) => node?.attendance.tick(),
  pass: (it, { at }) => it.pass(at * 10),
  start: (it) => void (it.nodes.length < MAX_NODES && it.start()),
  crash: (it, _step, node) => void (node && it.crash(node)),
  end: (it, _step, node) => void (node && it.end(node)),
};

/** So many of a hundred. */
const often = (weight: number, ...whats: What[]) => ({ weight, arbitrary: fc.constantFrom(...whats) });
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    often(25, 'enter'),
    often(20, 'leave'),
    often(25, 'deliver', 'deliverNext', 'deliverNext'),
    often(5, 'deliverAll'),
    often(11, 'repeat', 'lose'),
    often(1, 'loseAll'),
    often(10, 'tick', 'pass'),
    often(3, 'start', 'crash', 'end'),
  ),
  at: fc.nat(1_000),
  place: fc.constantFrom(...PLACES),
  userId: fc.constantFrom(...USERS),
});

/** What must hold at any moment, whatever the bus does. */
function expectSound(it: AttendanceCluster): void {
  for (const node of it.nodes) {
    expectAnswers(node, node.wasTold);
    expectOwnKnown(node);
  }
}

/** What must hold once the bus works. */
function expectTrue(it: AttendanceCluster): void {
  const present = new Set(it.nodes.flatMap(({ sessions }) => sessions.map((session) => session.join('/'))));
  for (const node of it.nodes) expectAnswers(node, (place, userId) => present.has(`${place}/${userId}`));
}

describe('Attendance', () => {
  it('is the same on all nodes and true once the bus is, whatever was lost, repeated or reordered and whoever went', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_NODES }),
        fc.integer({ min: 1, max: 4 }),
        // Without `size` it would make ten steps at most.
        sequencesOf(step, 120),
        (nodes, partUsers, run) => {
          const it = new AttendanceCluster(partUsers);
          for (let i = 0; i < nodes; i += 1) it.start();
          for (const each of run) {
            actions[each.what](it, each, it.nodes[each.at % Math.max(1, it.nodes.length)]);
            expectSound(it);
          }
          it.deliverAll();
          it.run(8);
          expectTrue(it);
          expectSound(it);
        },
      ),
      runs(200),
    );
  }, 60_000);

  it('tells changes of its own sessions before it returns, and never again when their notes come back', () => {
    const { it, first } = cluster(1);
    first.enter(KITCHEN, A);
    expect(first.told).toEqual(['+kitchen/A']);
    first.leave(0);
    expect(first.told).toEqual(['+kitchen/A', '-kitchen/A']);
    it.deliverAll();
    it.run(8);
    expect(first.told).toHaveLength(2);
  });

  it('tells other nodes', () => {
    const { it, first, second } = cluster(2);
    first.enter(ONLINE, A);
    it.deliverAll();
    expect(second.told).toEqual(['+/A']);
    expect(second.attendance.has(ONLINE, A)).toBe(true);
    expect(second.attendance.countHere(ONLINE)).toBe(0);
    first.leave(0);
    it.deliverAll();
    expect(second.told).toEqual(['+/A', '-/A']);
  });

  it('tells nothing while one of several sessions of a user goes, on the same node or another', () => {
    const { it, first, second, third } = cluster(3);
    for (const node of [first, first, second]) {
      node.enter(KITCHEN, A);
      it.deliverAll();
    }
    for (const node of [second, first]) {
      node.leave(0);
      it.deliverAll();
    }
    for (const node of it.nodes) expect(node.told).toEqual(['+kitchen/A']);
    first.leave(0);
    expect(first.told).toEqual(['+kitchen/A', '-kitchen/A']);
    it.deliverAll();
    expect(third.told).toEqual(['+kitchen/A', '-kitchen/A']);
  });

  it('names its own users in the order in which they came, then those of other nodes, each once', () => {
    const { it, first, second, third } = cluster(3);
    second.enter(KITCHEN, C);
    second.enter(KITCHEN, D);
    third.enter(KITCHEN, D);
    third.enter(KITCHEN, A);
    first.enter(KITCHEN, B);
    first.enter(KITCHEN, A);
    first.enter(KITCHEN, B);
    it.deliverAll();
    expect([...first.attendance.members(KITCHEN)]).toEqual([B, A, C, D]);
    expect(first.attendance.count(KITCHEN)).toBe(4);
    expect(first.attendance.countHere(KITCHEN)).toBe(2);
  });

  it('publishes one note for the first session of a user in a place and one for the last, and none between', () => {
    const { it, first } = cluster(1);
    const before = it.published.length;
    for (let i = 0; i < 10; i += 1) first.enter(KITCHEN, A);
    expect(it.published.length - before).toBe(1);
    for (let i = 0; i < 10; i += 1) first.leave(0);
    expect(it.published.length - before).toBe(2);
  });

  it('does not count a session that was never there', () => {
    const { first } = cluster(1);
    first.attendance.leave(KITCHEN, A);
    first.enter(KITCHEN, A);
    expect(first.told).toEqual(['+kitchen/A']);
  });

  it('tells a node that begins of everyone, without waiting for a tick', () => {
    const { it, first } = cluster(1);
    for (const userId of USERS) first.enter(ONLINE, userId);
    it.deliverAll();
    const late = it.start();
    it.deliverAll();
    expect([...late.attendance.members(ONLINE)]).toEqual(USERS);
  });

  it('learns by the next heartbeat that the last change was lost', () => {
    const { it, first, second } = cluster(2);
    first.enter(KITCHEN, A);
    it.loseAll();
    it.run(1);
    expect(second.told).toEqual(['+kitchen/A']);
  });

  it('learns what it missed and tells only that', () => {
    const { it, first, second } = cluster(2);
    first.enter(KITCHEN, A);
    first.enter(KITCHEN, B);
    it.deliverAll();
    first.leave(0);
    first.enter(KITCHEN, C);
    it.loseAll();
    it.run(1);
    expect(second.told).toEqual(['+kitchen/A', '+kitchen/B', '-kitchen/A', '+kitchen/C']);
  });

  it('takes no change twice, nor one that was overtaken', () => {
    const { it, first, second } = cluster(2);
    first.enter(KITCHEN, A);
    first.leave(0);
    it.deliverAll();
    const changes = it.published.filter(({ what }) => what === 'changed');
    for (const change of changes) second.attendance.hear(change);
    first.enter(KITCHEN, B);
    it.deliverAll();
    expect(second.told).toEqual(['+kitchen/A', '-kitchen/A', '+kitchen/B']);
  });

  it('asks once for all that it missed, and after two seconds without an answer again', () => {
    const { it, first, second } = cluster(2);
    const asks = () => it.published.filter(({ what, nodeId }) => what === 'ask' && nodeId === second.nodeId).length;
    const before = asks();
    first.enter(KITCHEN, A);
    it.loseAll();
    first.enter(KITCHEN, B);
    it.deliverNext(2);
    expect(asks() - before).toBe(1);
    it.loseAll();
    first.enter(KITCHEN, C);
    it.deliverAll();
    expect(asks() - before).toBe(1);
    it.pass(2_000);
    first.enter(KITCHEN, D);
    it.deliverAll();
    expect(asks() - before).toBe(2);
    expect([...second.attendance.members(KITCHEN)]).toEqual(USERS);
  });

  it('makes no answer of parts of two', () => {
    const { attendance } = cluster(1).first;
    const say = (number: number, part: number, userId: UserId) => {
      const users = [[KITCHEN, [userId]] as const];
      attendance.hear({ kind: 'attendance', what: 'part', nodeId: 'other', number, part, parts: 2, users });
    };
    say(5, 0, A);
    say(6, 1, B);
    expect([...attendance.members(KITCHEN)]).toEqual([]);
    say(5, 1, C);
    expect([...attendance.members(KITCHEN)]).toEqual([]);
    say(6, 0, D);
    expect([...attendance.members(KITCHEN)].sort()).toEqual([B, D]);
    say(5, 0, A);
    say(5, 1, C);
    expect([...attendance.members(KITCHEN)].sort()).toEqual([B, D]);
  });

  it('keeps no part of an answer that changes have overtaken', () => {
    const { attendance } = cluster(1).first;
    const of = { kind: 'attendance', nodeId: 'other', number: 1 } as const;
    attendance.hear({ ...of, what: 'part', part: 0, parts: 2, users: [[KITCHEN, [A, B, C]]] });
    const before = entriesIn(attendance);
    attendance.hear({ ...of, what: 'changed', place: KITCHEN, userId: A, here: true });
    // The place, its user, and how many are there; the part was one.
    expect(entriesIn(attendance) - before).toBe(3 - 1);
  });

  it('keeps nothing of places that everyone has left, nor of nodes that are gone', () => {
    const { it, first, second } = cluster(2);
    for (let i = 0; i < 100; i += 1) {
      first.enter(`room ${i}` as RoomName, A);
      second.enter(`room ${i}` as RoomName, B);
    }
    it.deliverAll();
    expect(entriesIn(first.attendance)).toBeGreaterThan(400);
    for (let i = 0; i < 100; i += 1) {
      first.leave(0);
      second.leave(0);
    }
    it.deliverAll();
    // All that is left is one another.
    for (const { attendance } of it.nodes) expect(entriesIn(attendance)).toBe(1);
    it.crash(second);
    it.run(5);
    expect(entriesIn(first.attendance)).toBe(0);
  });

  it('takes thousands of users in parts, and none before all parts are there', () => {
    const { it, first, second } = cluster(2);
    const crowd = Array.from({ length: 4_500 }, (_each, i) => `u${i}` as UserId);
    for (const userId of crowd) first.enter(KITCHEN, userId);
    first.enter(ONLINE, A);
    it.loseAll();
    it.pass(5_000);
    first.attendance.tick();
    for (let i = 0; i < 4; i += 1) it.deliver(0);
    // The heartbeat was heard and the question answered; the answer is under way to both.
    const parts = it.published.flatMap((note) => (note.what === 'part' && note.parts > 1 ? [note] : []));
    expect(parts.map(({ users }) => users.map(([, userIds]) => userIds.length))).toEqual([[2_000], [2_000], [500, 1]]);
    it.lose(0);
    for (let i = 0; i < 3; i += 1) it.deliver(0);
    expect(second.attendance.count(KITCHEN)).toBe(0);
    it.deliverAll();
    expect([...second.attendance.members(KITCHEN)]).toEqual(crowd);
  });

  it('answers all who ask at once with one answer, and who asks later too', () => {
    const { it, first } = cluster(4);
    it.run(2);
    first.enter(KITCHEN, A);
    it.loseAll();
    const answers = () => it.published.filter(({ what }) => what === 'part').length;
    const before = answers();
    it.run(1);
    expect(answers() - before).toBe(1);
    it.run(3);
    // The others had asked within the second; nobody knows whether they heard the answer.
    expect(answers() - before).toBe(2);
    it.run(3);
    expect(answers() - before).toBe(2);
  });

  it('keeps the users of a silent node for 10 seconds, and forgets them after 20', () => {
    const { it, first, second } = cluster(2);
    first.enter(KITCHEN, A);
    it.run(1);
    it.crash(first);
    it.run(2);
    expect(second.told).toEqual(['+kitchen/A']);
    it.run(2);
    expect(second.told).toEqual(['+kitchen/A', '-kitchen/A']);
    expect(second.attendance.count(KITCHEN)).toBe(0);
  });

  it('tells nothing of a user who came to another node before his old one was forgotten', () => {
    const { it, first, second, third } = cluster(3);
    first.enter(KITCHEN, A);
    it.run(1);
    it.crash(first);
    it.run(2);
    second.enter(KITCHEN, A);
    it.run(6);
    for (const node of [second, third]) expect(node.told).toEqual(['+kitchen/A']);
  });

  it('forgets nobody because it slept itself', () => {
    const { it, first, second } = cluster(2);
    first.enter(KITCHEN, A);
    it.run(1);
    for (let i = 0; i < 12; i += 1) {
      it.pass(5_000);
      first.attendance.tick();
    }
    second.attendance.tick();
    it.deliverAll();
    it.run(1);
    expect(second.told).toEqual(['+kitchen/A']);
  });

  it('takes a node back that was silent and is not', () => {
    const { it, first, second } = cluster(2);
    first.enter(KITCHEN, A);
    it.run(1);
    for (let i = 0; i < 5; i += 1) {
      it.pass(5_000);
      first.attendance.tick();
      second.attendance.tick();
      it.loseAll();
    }
    expect(second.told).toEqual(['+kitchen/A', '-kitchen/A']);
    it.run(1);
    expect(second.told).toEqual(['+kitchen/A', '-kitchen/A', '+kitchen/A']);
    expect(first.told).toEqual(['+kitchen/A']);
  });

  it('forgets a node that says it goes at once, whatever of it comes late', () => {
    const { it, first, second } = cluster(2);
    first.enter(KITCHEN, A);
    it.deliverAll();
    first.enter(KITCHEN, B);
    first.attendance.stop();
    first.leave(0);
    // The end comes before the change that was published before it.
    it.lose(0);
    it.deliver(2);
    expect(second.told).toEqual(['+kitchen/A', '-kitchen/A']);
    it.deliverAll();
    it.crash(first);
    it.run(8);
    expect(second.told).toHaveLength(2);
  });

  it('says nothing after it has said that it goes, and still knows its own', () => {
    const { it, first } = cluster(2);
    first.enter(KITCHEN, A);
    first.attendance.stop();
    const before = it.published.length;
    first.enter(KITCHEN, B);
    first.leave(0);
    first.attendance.tick();
    it.deliverAll();
    expect(it.published.length).toBe(before);
    expect([...first.attendance.members(KITCHEN)]).toEqual([B]);
  });
});
