import { expect, it } from 'vitest';
import { LocalBus } from '../../src/bus/local/local-bus.js';
import { Erasures } from '../../src/messaging/erasures.js';
import type { BusNote } from '../../src/messaging/ports/bus.js';
import type { StoreOutcome, StoreWrite } from '../../src/messaging/ports/store-writes.js';
import type { UserId } from '../../src/model/ids.js';

const [A, B] = ['A', 'B'] as UserId[] as [UserId, UserId];
const MORE: StoreOutcome = { kind: 'erased', more: true };
const DONE: StoreOutcome = { kind: 'erased', more: false };
const BUSY: StoreOutcome = { kind: 'busy' };
const CARD = { profile: {}, invisible: false, seenAt: 0, blocked: [] };

/** A store that answers erasing with `outcomes`, one by one, when it is told to. */
function rig(outcomes: readonly StoreOutcome[], erasing: readonly UserId[] = []) {
  const said: string[] = [];
  const answers = [...outcomes];
  const pending: (() => void)[] = [];
  const bus = new LocalBus(() => undefined);
  bus.subscribe((note: BusNote) => void said.push(`${note.kind} ${'userId' in note ? note.userId : ''}`));
  const errors: unknown[] = [];
  const erasures = new Erasures({
    bus,
    clock: { now: () => 5 },
    store: { erasing: async () => erasing, cards: async () => [CARD] },
    revocations: { revoke: async (userId) => void said.push(`revoke ${userId}`) },
    writes: {
      add: (write: StoreWrite, done) => {
        said.push(`erase ${'userId' in write ? write.userId : ''}`);
        pending.push(() => done(answers.shift() ?? DONE));
      },
    },
    later: (_afterMs, call) => {
      said.push('later');
      queueMicrotask(call);
    },
    onError: (error) => void errors.push(error),
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    erasures,
    said,
    errors,
    pending,
    /** Answers until nothing more is asked. */
    run: async () => {
      for (await settle(); pending.length > 0; await settle()) pending.shift()?.();
    },
  };
}

it('ends sessions and tokens first, then has slices forgotten until there are no more, and tells all nodes', async () => {
  const { erasures, said, run } = rig([MORE, MORE, DONE]);
  const { begun, done } = erasures.erase(A);
  await run();
  await begun;
  await done;
  const told = ['erased A', 'card A'];
  expect(said).toEqual(['disconnect A', 'revoke A', 'erase A', ...told, 'erase A', 'erase A', ...told]);
});

it('refuses with busy when it could not be begun, and begins anew when asked again', async () => {
  const { erasures, errors, run } = rig([BUSY, DONE]);
  const { begun, done } = erasures.erase(A);
  const refused = [expect(begun).rejects.toMatchObject({ code: 'busy' }), expect(done).rejects.toMatchObject({})];
  await run();
  await Promise.all(refused);
  const again = erasures.erase(A);
  await run();
  await again.done;
  expect(errors).toEqual([]);
});

it('waits and goes on when the store is busy later', async () => {
  const { erasures, said, run } = rig([MORE, BUSY, BUSY, DONE]);
  const { done } = erasures.erase(A);
  await run();
  await done;
  expect(said.filter((word) => word === 'later')).toHaveLength(2);
});

it('has one slice under way at a time, of all users together, and one erasing of each', async () => {
  const { erasures, pending, run } = rig([MORE, MORE, MORE, DONE, DONE]);
  const [first, second] = [erasures.erase(A), erasures.erase(B)];
  expect(erasures.erase(A)).toBe(first);
  await new Promise((resolve) => setImmediate(resolve));
  expect(pending).toHaveLength(1);
  await run();
  await Promise.all([first.done, second.done]);
  expect(erasures.erase(A)).not.toBe(first);
});

it('goes on at the start with what was under way, and stops with the node', async () => {
  const { erasures, said, run } = rig([MORE, MORE, MORE], [A, B]);
  await erasures.start();
  await new Promise((resolve) => setImmediate(resolve));
  erasures.stop();
  await run();
  expect(said.filter((word) => word.startsWith('erase '))).toEqual(['erase A', 'erase B']);
});
