import type { Database } from 'better-sqlite3';
import { textOf } from './data-directory.js';
import { isStorageRefusal } from './database.js';
import { Ledger, type LedgerOptions } from './ledger.js';
import type { MessageNames } from './message-names.js';
import { Retention } from './retention.js';
import { type PackedOutcomes, type PackedWrites, WRITE_SLOTS } from './wire.js';

/** What can be asked of the writer. */
export type WriteRequest =
  /** `round`: see `Writer.commit`. */
  | { readonly kind: 'write'; readonly packed: PackedWrites; readonly round: number }
  | { readonly kind: 'remove'; readonly sentBefore: number; readonly limit: number }
  | { readonly kind: 'checkpoint' };

/** Its answer: `refused` by the storage, or `failed` by our own fault, with the reason. */
export type WriteAnswer =
  | { readonly kind: 'written'; readonly outcomes: PackedOutcomes }
  | { readonly kind: 'removed'; readonly count: number }
  | { readonly kind: 'noted' }
  | { readonly kind: 'refused' | 'failed'; readonly reason: string };

/** Room that a probe must find, in bytes. */
const PROBE_BYTES = 65_536;

/** Commits groups of requests: one transaction and one fsync for all that was waiting. */
export class Writer {
  private readonly ledger: Ledger;
  private readonly retention: Retention;
  private readonly begin;
  private readonly end;
  private readonly indexedTo;
  private isCheckpointDue = false;
  /** The last one of which a write was not stored. */
  private refusedRound = -1;
  /** Why the storage refuses; `undefined` while it doesn't. */
  refusal: string | undefined;

  constructor(
    private readonly database: Database,
    names: MessageNames,
    options: LedgerOptions,
  ) {
    this.ledger = new Ledger(database, names, options);
    this.retention = new Retention(database);
    this.begin = database.prepare('BEGIN IMMEDIATE');
    this.end = database.prepare('COMMIT');
    this.indexedTo = database.prepare<[], number>(`SELECT value FROM state WHERE name = 'indexed_to'`).pluck();
  }

  /** Whether there is index building to go on with while nothing waits. */
  get isIndexing(): boolean {
    return this.ledger.isIndexing && this.refusal === undefined;
  }

  /**
   * Answers for all of `requests`, in their order; whatever they stored is then on stable storage. After a write that was
   * not stored, no write of the same round or an earlier one is: it was handed over before that was known.
   */
  commit(requests: readonly WriteRequest[]): WriteAnswer[] {
    try {
      this.begin.run();
      const answers = requests.map((request) => this.apply(request));
      this.ledger.index(writesIn(requests));
      this.end.run();
      if (requests.length > 0) this.refusal = undefined;
      return answers;
    } catch (error) {
      const answer = this.giveUp(error);
      for (const request of requests) if (request.kind === 'write') this.refusedRound = request.round;
      return requests.map(() => answer);
    }
  }

  /** Finishes what the checkpointer has begun, so that the write-ahead log begins anew with the next commit. */
  finishCheckpoint(): void {
    if (!this.isCheckpointDue) return;
    this.isCheckpointDue = false;
    try {
      this.database.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // It is still in the write-ahead log, for the next time.
    }
  }

  /** Tries whether the storage takes anything again. */
  probe(): void {
    try {
      this.database.prepare('INSERT INTO probe VALUES (zeroblob(?))').run(PROBE_BYTES);
      this.database.prepare('DELETE FROM probe').run();
      this.refusal = undefined;
    } catch (error) {
      this.giveUp(error);
    }
  }

  private apply(request: WriteRequest): WriteAnswer {
    if (request.kind === 'write') return this.write(request);
    if (request.kind === 'checkpoint') {
      this.isCheckpointDue = true;
      return { kind: 'noted' };
    }
    const { upTo, count } = this.retention.find(request.sentBefore, request.limit);
    if (count === 0) return { kind: 'removed', count };
    if (upTo > (this.indexedTo.get() ?? 0)) this.ledger.indexAll();
    this.ledger.releaseAll();
    this.retention.remove(upTo);
    return { kind: 'removed', count };
  }

  private write({ packed, round }: WriteRequest & { kind: 'write' }): WriteAnswer {
    if (round <= this.refusedRound) return { kind: 'refused', reason: 'a write before it was not stored' };
    return { kind: 'written', outcomes: this.ledger.apply(packed) };
  }

  /** Undoes the transaction, in the database and in memory. */
  private giveUp(error: unknown): WriteAnswer {
    const isRefusal = isStorageRefusal(error);
    const reason = isRefusal ? `${error.message} (${'code' in error ? error.code : ''})` : textOf(error);
    if (isRefusal) this.refusal = reason;
    try {
      if (this.database.inTransaction) this.database.exec('ROLLBACK');
      this.ledger.reload();
    } catch (again) {
      this.refusal = textOf(again);
    }
    return { kind: isRefusal ? 'refused' : 'failed', reason };
  }
}

function writesIn(requests: readonly WriteRequest[]): number {
  return requests.reduce(
    (sum, request) => sum + (request.kind === 'write' ? request.packed.length / WRITE_SLOTS : 0),
    0,
  );
}
