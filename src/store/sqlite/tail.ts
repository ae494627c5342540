import type { Database } from 'better-sqlite3';
import { IndexBuilder } from './index-builder.js';
import { LOG_ENTRY_COLUMNS, type LogEntry, type LogEntryRow, logEntryOf, MESSAGE, pairKey } from './log-entry.js';

/**
 * Steps of index building in a commit: so many for each new entry, so many in any case, and no more than so many, lest
 * a large group of writes make the next one wait and grow larger still. An entry takes four steps. Once the next batch
 * is full there is no most.
 */
const STEPS_PER_ENTRY = 6;
const LEAST_STEPS = 500;
const MOST_STEPS = 3000;

/** Entries that are released in the time of one step. */
const RELEASED_PER_STEP = 4;

/** Who keeps in memory what the indexes don't say yet. */
export interface TailListener {
  /** A batch is indexed; `tail` is what is still not. */
  limit(tail: readonly LogEntry[]): void;
  /** This entry is found through the indexes, which go up to `indexedTo`. */
  release(entry: LogEntry, indexedTo: number): void;
}

/**
 * The end of the log that the indexes don't cover yet. It grows with every commit; when it holds `batchEntries` it is
 * sealed, and its index rows are written along with the commits that follow, in the same transactions.
 */
export class Tail {
  private open: LogEntry[] = [];
  /** The last message of `open` in each conversation. */
  private last = new Map<number, LogEntry>();
  private sealed: readonly LogEntry[] = [];
  private builder: IndexBuilder | undefined;
  /** What is indexed and not released yet, the next one last. */
  private indexed: LogEntry[] = [];
  private indexedTo = 0;
  private readonly setState;
  private readonly logFrom;

  constructor(
    private readonly database: Database,
    private readonly batchEntries: number,
    private readonly listener: TailListener,
  ) {
    this.setState = database.prepare<[number, string]>('UPDATE state SET value = ? WHERE name = ?');
    this.logFrom = database
      .prepare<[number], LogEntryRow>(`SELECT ${LOG_ENTRY_COLUMNS} FROM log WHERE pos > ? ORDER BY pos`)
      .raw();
  }

  /** Whether a sealed batch waits for its index rows, or to be released. */
  get isBuilding(): boolean {
    return this.builder !== undefined || this.indexed.length > 0;
  }

  /** Forgets all, and reads the log again from behind what is indexed. */
  *reload(indexedTo: number): Generator<LogEntry> {
    this.open = [];
    this.last = new Map();
    this.sealed = [];
    this.builder = undefined;
    this.indexed = [];
    for (const row of this.logFrom.iterate(indexedTo)) {
      const entry = logEntryOf(row);
      this.add(entry);
      yield entry;
    }
  }

  add(entry: LogEntry): void {
    this.open.push(entry);
    if (entry.kind === MESSAGE) this.last.set(pairKey(entry.sender, entry.recipient), entry);
  }

  /** Within a transaction: does the share of index building that goes with `added` new entries. */
  advance(added: number): void {
    this.release(this.stepsFor(added) * RELEASED_PER_STEP);
    if (this.indexed.length > 0) return;
    if (this.builder === undefined && this.open.length >= Math.max(1, this.batchEntries)) this.seal();
    this.build(this.stepsFor(added));
  }

  /** Within a transaction: indexes everything. */
  finish(): void {
    this.build(Number.POSITIVE_INFINITY);
    this.seal();
    this.build(Number.POSITIVE_INFINITY);
  }

  /** Nothing is kept in memory of what is indexed: it may be removed. */
  releaseAll(): void {
    this.release(Number.POSITIVE_INFINITY);
  }

  private stepsFor(added: number): number {
    if (this.batchEntries === 0) return Number.POSITIVE_INFINITY;
    const steps = Math.min(LEAST_STEPS, this.batchEntries) + added * STEPS_PER_ENTRY;
    const isLate = this.open.length >= this.batchEntries;
    return isLate ? steps : Math.min(MOST_STEPS, steps);
  }

  private seal(): void {
    if (this.open.length === 0) return;
    this.sealed = this.open;
    this.open = [];
    this.builder = new IndexBuilder(this.database, this.sealed, this.last);
    this.last = new Map();
    this.setState.run(this.builder.lastPos, 'sealed_to');
  }

  private build(steps: number): void {
    if (this.builder === undefined || !this.builder.step(steps)) return;
    const { sealed, builder } = this;
    this.setState.run(builder.lastPos, 'indexed_to');
    this.indexed = this.indexed.concat(sealed);
    this.indexedTo = builder.lastPos;
    this.sealed = [];
    this.builder = undefined;
  }

  /** Should the transaction fail that indexed them, all is read again. */
  private release(most: number): void {
    if (this.indexed.length === 0) return;
    for (let released = 0; released < most && this.indexed.length > 0; released += 1) {
      const entry = this.indexed.pop();
      if (entry !== undefined) this.listener.release(entry, this.indexedTo);
    }
    if (this.indexed.length === 0) this.listener.limit(this.open);
  }
}
