import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { MessageStore } from '../../src/messaging/ports/message-store.js';
import type { StoreOutcome, StoreWrite } from '../../src/messaging/ports/store-writes.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { runs, sequencesOf } from '../support/sequences.js';
import { compileSqliteStore, temporaryDirectory } from '../support/sqlite-store.js';
import {
  block,
  came,
  confirm,
  erase,
  inRoom,
  message,
  profile,
  read,
  recall,
  room,
  seen,
  settled,
  statusOf,
  user,
} from './store-words.js';

const LIMITS = { maxDevices: 2, maxQueuedWrites: 1000, maxQueuedHooks: 5 };
const USERS = ['A', 'B', 'C'].map(user);
const ROOMS = ['hall', '院子'].map(room);
const sqlite = await compileSqliteStore();
afterAll(() => sqlite.remove());

/** What a run does: writes of one batch, a removal, or an end and a new start. */
type Step =
  | { readonly kind: 'batch'; readonly writes: readonly Draft[] }
  | { readonly kind: 'remove'; readonly sentBefore: number; readonly limit: number }
  | { readonly kind: 'reopen' };

/** A write; a recall names its message by how many were stored before. */
type Draft =
  | Exclude<StoreWrite, { kind: 'recall' }>
  | { readonly kind: 'recall'; readonly of: number; readonly write: StoreWrite };

const anyUser = fc.constantFrom(...USERS);
const anyId = fc.option(fc.constantFrom('1', '2', '3', '4'), { nil: undefined, freq: 1 });
const anyTime = fc.integer({ min: 0, max: 20 });
const anyContent = fc.constantFrom('"x"', '{"a":1,"b":2}', '{"b":2, "a":1}');
const anyGiven = fc.option(anyContent, { nil: undefined, freq: 1 });
const anyMessage = fc
  .tuple(anyUser, anyUser, anyId, anyContent, anyTime, fc.option(anyTime, { nil: undefined }), fc.boolean(), anyGiven)
  .map(([from, to, id, content, sentAt, expiresAt, isWaiting, given]): Draft => {
    const write = { ...message(from, to, id), content, sentAt, isWaiting, given };
    return { ...write, ...(expiresAt !== undefined && { expiresAt }) };
  });
const anyRecall = fc.tuple(anyUser, anyId, fc.nat(30), anyTime).map(([from, id, of, notBefore]): Draft => {
  return { kind: 'recall', of, write: { ...recall(from, '', id), notBefore } };
});
const anyBroadcast = fc.tuple(anyUser, anyId, anyContent, anyTime).map(([fromUserId, id, content, sentAt]): Draft => {
  return { ...message(fromUserId, fromUserId, id), kind: 'broadcast', content, sentAt };
});
const anyMark = fc.oneof(
  fc.tuple(anyUser, fc.constantFrom('p', 'q', 'r'), fc.nat(12), anyTime).map((mark): Draft => confirm(...mark)),
  fc.tuple(anyUser, anyUser, fc.nat(8)).map((mark): Draft => read(...mark)),
);
const anyRoomMessage = fc
  .tuple(anyUser, fc.constantFrom(...ROOMS), anyId, anyContent, anyTime)
  .map(([from, to, id, content, sentAt]): Draft => ({ ...inRoom(from, to, id), content, sentAt }));
const anyOr = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const anyProfile = fc.record({
  nickname: anyOr(fc.constantFrom('', 'n', '小明')),
  avatar: anyOr(fc.constantFrom('', 'cat.png')),
  invisible: anyOr(fc.boolean()),
});
const anyUserWrite = fc.oneof(
  fc.tuple(anyUser, anyProfile).map((write): Draft => profile(...write)),
  fc.tuple(anyUser, anyUser, fc.boolean()).map((write): Draft => block(...write)),
  fc.tuple(anyUser, anyTime).map((write): Draft => seen(...write)),
  anyUser.map((userId): Draft => erase(userId)),
);
const anyHookWrite = fc.oneof(
  fc
    .tuple(anyUser, fc.constantFrom('user.online' as const, 'user.offline' as const), anyTime)
    .map((write): Draft => came(...write)),
  fc
    .tuple(
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom('done' as const, 'retry' as const, 'dead' as const),
      anyTime,
    )
    .map(([no, result, at]): Draft => settled(no.toString(36), result, at, 'no')),
  fc.tuple(anyTime, fc.nat(3)).map(([at, limit]): Draft => ({ kind: 'replayHooks', at, limit })),
);
const anyDraft = fc.oneof(
  { weight: 6, arbitrary: anyMessage },
  { weight: 2, arbitrary: anyRecall },
  { weight: 1, arbitrary: anyBroadcast },
  { weight: 2, arbitrary: anyRoomMessage },
  { weight: 3, arbitrary: anyMark },
  { weight: 3, arbitrary: anyUserWrite },
  { weight: 4, arbitrary: anyHookWrite },
);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: sequencesOf(anyDraft, 8).map((writes) => ({ kind: 'batch', writes }) as const),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), sentBefore: anyTime, limit: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' } as const) },
);

/** Message ids differ between stores: they are replaced by the order in which they were given. */
class Names {
  readonly given: string[] = [];

  learn(outcomes: readonly StoreOutcome[]): void {
    for (const outcome of outcomes) {
      if (outcome.kind === 'stored' && !this.given.includes(outcome.messageId)) this.given.push(outcome.messageId);
    }
  }

  plain(value: unknown): unknown {
    const replace = (key: string, member: unknown) =>
      key === 'messageId'
        ? this.given.indexOf(String(member))
        : key === 'eventId'
          ? String(member).replace(/^.*-h/, '')
          : member;
    return JSON.parse(JSON.stringify(value, replace));
  }

  fill(drafts: readonly Draft[], { epoch }: MessageStore): StoreWrite[] {
    return drafts.map((draft) => {
      if (draft.kind === 'settleHook') return { ...draft, eventId: `${epoch}-h${draft.eventId}` };
      if (draft.kind !== 'recall') return draft;
      const messageId = this.given[draft.of % Math.max(1, this.given.length)] ?? 'none';
      return { ...draft.write, messageId } as StoreWrite;
    });
  }
}

/** Everything that can be read, in pages of a few sizes. */
async function everything(store: MessageStore, { given }: Names): Promise<unknown> {
  const { read } = store;
  const answers: unknown[] = [];
  for (const userId of USERS) {
    answers.push(await read.user(userId));
    for (const after of [0, 2, 5])
      answers.push(await read.inbox({ userId, after, now: 10, limit: 4 + after, maxBytes: 50 }));
    answers.push(await read.conversations({ userId, now: 10, limit: 2, maxBytes: 1000 }));
    answers.push(await read.conversations({ userId, now: 10, before: 5, limit: 9, maxBytes: 1000 }));
    for (const peerId of USERS) {
      answers.push(await read.history({ userId, peerId, now: 10, limit: 3, maxBytes: 1000 }));
      answers.push(await read.history({ userId, peerId, before: 4, now: 10, limit: 9, maxBytes: 30 }));
    }
  }
  answers.push(await read.broadcasts({ after: 1, limit: 3, maxBytes: 1000 }));
  for (const name of ROOMS) {
    answers.push(await read.room({ room: name, after: 0, limit: 9, maxBytes: 1000 }));
    answers.push(await read.room({ room: name, after: 2, limit: 2, maxBytes: 10 }));
    answers.push(await read.roomHistory({ room: name, limit: 3, maxBytes: 1000 }));
    answers.push(await read.roomHistory({ room: name, before: 4, limit: 9, maxBytes: 30 }));
  }
  answers.push(await read.cards(USERS), await read.erasing());
  for (const messageId of given) answers.push((await statusOf(store, { messageId, now: 10 })) ?? 'not kept');
  for (const dueBy of [5, 10, 20]) {
    const { items, nextDueAt } = await read.hooks({ dueBy, now: 10, limit: 9, maxBytes: 1000 });
    // Those that are due at the same time are in no order.
    answers.push(
      [...items].sort((one, other) => one.userId.localeCompare(other.userId)),
      nextDueAt,
    );
  }
  answers.push(await read.deadHooks({ now: 10, limit: 3, maxBytes: 30 }));
  answers.push(await read.hookQueue());
  return answers;
}

async function follow(steps: readonly Step[], tailEntries: number, knownRecipientsOnly: boolean): Promise<void> {
  const directory = temporaryDirectory();
  const limits = { ...LIMITS, knownRecipientsOnly };
  const open = () => sqlite.open({ ...limits, directory, tailEntries });
  const model = new MemoryStore('e', limits);
  let store = await open();
  const [modelNames, names] = [new Names(), new Names()];
  try {
    for (const step of steps) {
      if (step.kind === 'batch') {
        const expected = await model.write(modelNames.fill(step.writes, model));
        const outcomes = await store.write(names.fill(step.writes, store));
        modelNames.learn(expected);
        names.learn(outcomes);
        expect(names.plain(outcomes)).toEqual(modelNames.plain(expected));
      } else if (step.kind === 'remove') {
        const removed = await store.removeSentBefore(step.sentBefore, step.limit);
        expect(removed).toBe(await model.removeSentBefore(step.sentBefore, step.limit));
      } else {
        await store.close();
        store = await open();
      }
      expect(names.plain(await everything(store, names))).toEqual(
        modelNames.plain(await everything(model, modelNames)),
      );
    }
  } finally {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('the message store on SQLite', () => {
  it.each([0, 4, 13, 65_536])(
    'answers as the one in memory does, whatever is done to it, with indexes that lag %i entries',
    async (tailEntries) => {
      await fc.assert(
        fc.asyncProperty(sequencesOf(anyStep, 25), fc.boolean(), (run, knownOnly) =>
          follow(run, tailEntries, knownOnly),
        ),
        runs(3),
      );
    },
    10 * 60_000,
  );
});
