import type { MessageStore } from '../../messaging/ports/message-store.js';
import { distribution, labelled, type MetricFamily, type Sample, single } from '../../messaging/ports/metrics.js';
import type { StoreRead } from '../../messaging/ports/store-reads.js';
import { isSendAnswer, type StoreOutcome, type StoreWrite } from '../../messaging/ports/store-writes.js';
import { Distribution, SECONDS, SIZES } from '../../model/distribution.js';
import { Tally } from '../../model/tally.js';

const WRITES = [
  'message',
  'recall',
  'broadcast',
  'room',
  'confirm',
  'read',
  'revoke',
  'profile',
  'block',
  'seen',
  'queueHook',
  'settleHook',
  'replayHooks',
  'erase',
] as const satisfies StoreWrite['kind'][];
const DECLINED = [
  'conflict',
  'not_found',
  'forbidden',
  'too_late',
  'above_head',
  'not_taken',
  'too_many',
  'busy',
] as const;
const OUTCOMES = ['stored', 'duplicate', ...DECLINED] as const;
const READS = [
  'user',
  'inbox',
  'life',
  'broadcasts',
  'history',
  'conversations',
  'room',
  'roomHistory',
  'cards',
  'revocations',
  'hooks',
  'deadHooks',
  'hookQueue',
  'erasing',
] as const satisfies (keyof StoreRead)[];

type Outcome = (typeof OUTCOMES)[number];

/** What is known of a store by what goes in and comes out. */
export class StoreWatch {
  private readonly outcomes = new Map(WRITES.map((kind) => [kind, new Tally<Outcome>(OUTCOMES)]));
  private readonly batches = new Distribution(SIZES);
  private readonly batchSeconds = new Distribution(SECONDS);
  private readonly commits = new Distribution(SIZES);
  private readonly commitSeconds = new Distribution(SECONDS);
  private readonly reads = new Tally(READS);
  private readonly readSeconds = new Distribution(SECONDS);
  private readsFailed = 0;
  private waitingWrites = 0;
  private waitingReads = 0;
  private isHealthy: () => boolean = () => true;
  /** Batches that were refused because too much waited, and devices that were forgotten for others. */
  readonly limits = { queuedWrites: 0, devices: 0 };

  /** Recalls that came too late. */
  get lateRecalls(): number {
    return this.outcomes.get('recall')?.of('too_late') ?? 0;
  }

  /** The same store, watched. */
  watch(store: MessageStore): MessageStore {
    this.isHealthy = () => store.health().state === 'ok';
    return {
      epoch: store.epoch,
      read: this.watchReads(store.read),
      write: (batch) => this.write(store, batch),
      removeSentBefore: (sentBefore, limit) => store.removeSentBefore(sentBefore, limit),
      health: () => store.health(),
      close: () => store.close(),
    };
  }

  readonly committed = (writes: number, tookMs: number): void => {
    this.commits.add(writes);
    this.commitSeconds.add(tookMs / 1_000);
  };

  families(): readonly MetricFamily[] {
    return [
      single('gauge', 'minim_store_up', '1 while the store takes messages, else 0.', () => (this.isHealthy() ? 1 : 0)),
      {
        kind: 'counter',
        name: 'minim_store_writes_total',
        help: 'Writes that the store answered, by kind and outcome.',
        labels: ['kind', 'outcome'],
        read: () => this.writeSamples(),
      },
      single('gauge', 'minim_store_queued_writes', 'Writes that wait for their answer.', () => this.waitingWrites),
      distribution('minim_store_batch_writes', 'Writes that one event-loop turn hands over.', this.batches),
      distribution('minim_store_batch_seconds', 'From handing a batch over to its answer.', this.batchSeconds),
      distribution('minim_store_commit_writes', 'Writes that go to the disk in one commit.', this.commits),
      distribution('minim_store_commit_seconds', 'How long commits take, fsync included.', this.commitSeconds),
      labelled('counter', 'minim_store_reads_total', 'What the store was asked, by question.', 'read', () =>
        this.reads.entries(),
      ),
      single(
        'counter',
        'minim_store_reads_failed_total',
        'Questions that the store did not answer.',
        () => this.readsFailed,
      ),
      single('gauge', 'minim_store_queued_reads', 'Questions that wait for their answer.', () => this.waitingReads),
      distribution('minim_store_read_seconds', 'How long the store takes to answer a question.', this.readSeconds),
    ];
  }

  private async write(store: MessageStore, batch: readonly StoreWrite[]): Promise<readonly StoreOutcome[]> {
    const startMs = performance.now();
    const wasHealthy = this.isHealthy();
    this.waitingWrites += batch.length;
    this.batches.add(batch.length);
    try {
      const outcomes = await store.write(batch);
      this.batchSeconds.add((performance.now() - startMs) / 1_000);
      this.note(batch, outcomes, wasHealthy);
      return outcomes;
    } finally {
      this.waitingWrites -= batch.length;
    }
  }

  private note(batch: readonly StoreWrite[], outcomes: readonly StoreOutcome[], wasHealthy: boolean): void {
    // A batch is refused as a whole, and a store that is well refuses only what is too much.
    if (outcomes[0]?.kind === 'busy' && wasHealthy && this.isHealthy()) this.limits.queuedWrites += 1;
    for (let place = 0; place < outcomes.length; place += 1) {
      const [write, outcome] = [batch[place], outcomes[place]];
      if (write === undefined || outcome === undefined) continue;
      this.outcomes.get(write.kind)?.add(nameOf(outcome));
      if (outcome.kind === 'confirmed') this.limits.devices += outcome.forgotten;
    }
  }

  private watchReads(read: StoreRead): StoreRead {
    const { time } = this;
    return {
      user: (userId) => time('user', read.user(userId)),
      inbox: (query) => time('inbox', read.inbox(query)),
      life: (query) => time('life', read.life(query)),
      broadcasts: (query) => time('broadcasts', read.broadcasts(query)),
      history: (query) => time('history', read.history(query)),
      conversations: (query) => time('conversations', read.conversations(query)),
      room: (query) => time('room', read.room(query)),
      roomHistory: (query) => time('roomHistory', read.roomHistory(query)),
      cards: (userIds) => time('cards', read.cards(userIds)),
      revocations: () => time('revocations', read.revocations()),
      hooks: (query) => time('hooks', read.hooks(query)),
      deadHooks: (query) => time('deadHooks', read.deadHooks(query)),
      hookQueue: () => time('hookQueue', read.hookQueue()),
      erasing: () => time('erasing', read.erasing()),
    };
  }

  private readonly time = async <T>(name: (typeof READS)[number], answer: Promise<T>): Promise<T> => {
    const startMs = performance.now();
    this.waitingReads += 1;
    this.reads.add(name);
    try {
      return await answer;
    } catch (error) {
      this.readsFailed += 1;
      throw error;
    } finally {
      this.waitingReads -= 1;
      this.readSeconds.add((performance.now() - startMs) / 1_000);
    }
  };

  private *writeSamples(): Iterable<Sample> {
    for (const [kind, outcomes] of this.outcomes) {
      for (const [outcome, count] of outcomes.entries()) yield [count, kind, outcome];
    }
  }
}

/** `stored` also says that a mark was. */
function nameOf(outcome: StoreOutcome): Outcome {
  if (outcome.kind === 'stored') return outcome.duplicate ? 'duplicate' : 'stored';
  return isSendAnswer(outcome) ? outcome.kind : 'stored';
}
