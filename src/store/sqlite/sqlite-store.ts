import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { MessageStore, StoreHealth, StoreLimits } from '../../messaging/ports/message-store.js';
import type { StoreRead } from '../../messaging/ports/store-reads.js';
import type { StoreOutcome, StoreWrite } from '../../messaging/ports/store-writes.js';
import { MAX_QUEUED_HOOKS } from '../../model/hook.js';
import { CheckpointerClient } from './checkpointer-client.js';
import { type DataDirectory, StoreUnusable, syncDirectory, takeDataDirectory, textOf } from './data-directory.js';
import { openWriter } from './database.js';
import { beginEpoch } from './epoch-file.js';
import { type Epoch, MessageNames } from './message-names.js';
import { ReaderClient } from './reader-client.js';
import { allBusy, packWrites, unpackOutcomes } from './wire.js';
import { type OnCommit, WriterClient } from './writer-client.js';
import type { WriterThreadOptions } from './writer-thread.js';

/** Log entries that the indexes may lag behind: about 40 MB in memory in each thread, and half a second of start. */
const TAIL_ENTRIES = 65_536;

export interface SqliteStoreOptions extends StoreLimits {
  /** Made if it is not there. */
  readonly directory: string;
  /** Called whenever `health` changes. */
  readonly onHealth?: (health: StoreHealth) => void;
  readonly onCommit?: OnCommit;
  readonly tailEntries?: number;
  /** Pages that the database file may have; for tests of a full disk. */
  readonly maxPages?: number;
}

/**
 * Keeps everything in one SQLite file of this directory. One thread writes, another reads, a third checkpoints; this
 * one only hands over.
 * Throws `StoreUnusable` when the directory is in use or its database can't be opened.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<MessageStore> {
  const directory = takeDataDirectory(options.directory);
  try {
    const epochs = prepare(directory);
    const { databaseFile, epochFile } = directory;
    const { maxDevices, knownRecipientsOnly = false, tailEntries = TAIL_ENTRIES, maxPages } = options;
    const writerOptions = {
      databaseFile,
      epochFile,
      epochs,
      maxDevices,
      knownRecipientsOnly,
      maxQueuedHooks: options.maxQueuedHooks ?? MAX_QUEUED_HOOKS,
      tailEntries,
      maxPages,
    } satisfies WriterThreadOptions;
    const writer = new WriterClient(
      new Worker(new URL('./writer-thread.js', import.meta.url), { workerData: writerOptions }),
      options.onHealth ?? (() => undefined),
      options.onCommit ?? (() => undefined),
    );
    await writer.ready.catch((error) => {
      throw unusable(databaseFile, error);
    });
    const reader = new ReaderClient(
      new Worker(new URL('./reader-thread.js', import.meta.url), { workerData: { databaseFile, epochs } }),
    );
    const checkpointer = new CheckpointerClient({ databaseFile }, () => {
      // The store may be closing, which carries everything over.
      writer.ask({ kind: 'checkpoint' }).catch(() => undefined);
    });
    return new SqliteStore(directory, epochs, { writer, reader, checkpointer }, options.maxQueuedWrites);
  } catch (error) {
    directory.release();
    throw error;
  }
}

/** Opens the database once, to bring it up to date and to see whether it goes on where it ended. */
function prepare({ databaseFile, epochFile }: DataDirectory): readonly Epoch[] {
  const database = openWriter(databaseFile);
  try {
    const epochs = beginEpoch(database, epochFile);
    syncDirectory(dirname(databaseFile));
    return epochs;
  } catch (error) {
    throw unusable(databaseFile, error);
  } finally {
    database.close();
  }
}

function unusable(databaseFile: string, error: unknown): StoreUnusable {
  return new StoreUnusable(`${databaseFile} cannot be used: ${textOf(error)}`);
}

interface Threads {
  readonly writer: WriterClient;
  readonly reader: ReaderClient;
  readonly checkpointer: CheckpointerClient;
}

class SqliteStore implements MessageStore {
  readonly epoch: string;
  readonly read: StoreRead;
  private readonly names: MessageNames;
  private queued = 0;
  /** Refusals of which those who handed over do not know yet, or knew too late for what they have gathered since. */
  private refusals = 0;
  /** How many refusals there were: the writer takes nothing that was handed over before it was told of one. */
  private round = 0;
  private closing: Promise<void> | undefined;
  /** Settled when everything handed over so far is answered: a batch refused at once waits its turn, too. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly directory: DataDirectory,
    epochs: readonly Epoch[],
    private readonly threads: Threads,
    private readonly maxQueuedWrites: number,
  ) {
    this.epoch = epochs.at(-1)?.name ?? '';
    this.names = new MessageNames(epochs);
    this.read = threads.reader;
  }

  write(batch: readonly StoreWrite[]): Promise<readonly StoreOutcome[]> {
    const answered = this.handOver(batch);
    this.last = answered.catch(() => undefined);
    return answered;
  }

  async removeSentBefore(sentBefore: number, limit: number): Promise<number> {
    const answer = await this.ask({ kind: 'remove', sentBefore, limit });
    if (answer.kind === 'removed') return answer.count;
    throw new Error(`nothing was removed: ${'reason' in answer ? answer.reason : answer.kind}`);
  }

  health(): StoreHealth {
    return this.threads.writer.health;
  }

  close(): Promise<void> {
    this.closing ??= this.letGo();
    return this.closing;
  }

  private async handOver(batch: readonly StoreWrite[]): Promise<readonly StoreOutcome[]> {
    const isFull = this.queued + batch.length > this.maxQueuedWrites;
    if (this.refusals > 0 || isFull) return this.refuse(batch, this.last);
    this.queued += batch.length;
    try {
      const answer = await this.ask({ kind: 'write', packed: packWrites(batch), round: this.round }, batch.length);
      if (answer.kind === 'written') return unpackOutcomes(batch, answer.outcomes, this.names);
      const refused = this.refuse(batch, Promise.resolve());
      if (answer.kind === 'refused') return refused;
      throw new Error(`a batch was not stored: ${'reason' in answer ? answer.reason : answer.kind}`);
    } finally {
      this.queued -= batch.length;
    }
  }

  /**
   * Answers `busy`, in turn. A sender's next message may be on its way already, and must not be stored before this one:
   * until the answer has been given, and what the same event-loop turn had gathered has been handed over, all is refused.
   */
  private async refuse(batch: readonly StoreWrite[], inTurn: Promise<unknown>): Promise<readonly StoreOutcome[]> {
    this.refusals += 1;
    await inTurn;
    this.round += 1;
    setImmediate(() => {
      this.refusals -= 1;
    });
    return allBusy(batch);
  }

  private ask(...request: Parameters<WriterClient['ask']>) {
    return this.closing === undefined
      ? this.threads.writer.ask(...request)
      : Promise.reject(new Error('the store is closed'));
  }

  private async letGo(): Promise<void> {
    const { writer, reader, checkpointer } = this.threads;
    await Promise.all([reader.close(), checkpointer.close()]);
    await writer.close();
    this.directory.release();
  }
}
