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

/** Called back when `entries` are found through the indexes from now on; `tail` is what is still not. */
export type OnIndexed = (entries: readonly LogEntry[], indexedTo: number, tail: readonly LogEntry[]) => void;

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
  private readonly setState;
  private readonly logFrom;

  constructor(
    private readonly database: Database,
    private readonly batchEntries: number,
    private readonly onIndexed: OnIndexed,
  ) {
    this.setState = database.prepare<[number, string]>('UPDATE state SET value = ? WHERE name = ?');
    this.logFrom = database
      .prepare<[number], LogEntryRow>(`SELECT ${LOG_ENTRY_COLUMNS} FROM log WHERE pos > ? ORDER BY pos`)
      .raw();
  }

  /** Whether a sealed batch waits for its index rows. */
  get isBuilding(): boolean {
    return this.builder !== undefined;
  }

  /** Forgets all, and reads the log again from behind what is indexed. */
  *reload(indexedTo: number): Generator<LogEntry> {
    this.open = [];
    this.last = new Map();
    this.sealed = [];
    this.builder = undefined;
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
    if (this.builder === undefined && this.open.length >= Math.max(1, this.batchEntries)) this.seal();
    this.build(this.stepsFor(added));
  }

  /** Within a transaction: indexes everything. */
  finish(): void {
    this.build(Number.POSITIVE_INFINITY);
    this.seal();
    this.build(Number.POSITIVE_INFINITY);
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
    this.sealed = [];
    this.builder = undefined;
    this.onIndexed(sealed, builder.lastPos, this.open);
  }
}
