import type { Database } from 'better-sqlite3';
import { hashOf, type LogEntry, MESSAGE, pairKey } from './log-entry.js';

/** A batch holds fewer entries than this, so that a user number and a place in the batch fit into one exact number. */
const PLACES = 2 ** 20;

/**
 * Writes the index rows of a batch of log entries, sorted by the user they belong to, a few at a time: neighbours in an
 * index share its pages, so that a page is written once a batch and not once a message. Doing part of it twice, as
 * after a crash, does no harm.
 */
export class IndexBuilder {
  private readonly work: Generator<void>;

  constructor(
    database: Database,
    private readonly entries: readonly LogEntry[],
  ) {
    const statement = (sql: string) => database.prepare<number[]>(sql);
    this.inbox = statement('INSERT OR REPLACE INTO inbox VALUES (?, ?, ?)');
    this.conversation = statement('INSERT OR REPLACE INTO conversation VALUES (?, ?, ?, ?)');
    this.sent = statement('INSERT OR REPLACE INTO sent VALUES (?, ?, ?)');
    this.latest = statement('INSERT OR REPLACE INTO latest VALUES (?, ?, ?)');
    this.superseded = statement('DELETE FROM latest WHERE user = ? AND cursor = ?');
    this.work = this.rows();
  }

  private readonly inbox;
  private readonly conversation;
  private readonly sent;
  private readonly latest;
  private readonly superseded;

  /** The last place that the batch covers. */
  get lastPos(): number {
    return this.entries.at(-1)?.pos ?? 0;
  }

  /** Writes the rows of `count` more steps (a message takes four). True when there are no more. */
  step(count: number): boolean {
    for (let done = 0; done < count; done += 1) {
      if (this.work.next().done) return true;
    }
    return false;
  }

  private *rows(): Generator<void> {
    yield* this.inboxRows(lastOfEachPair(this.entries));
    for (const { sender, recipient, seq, pos } of this.sortedBy((entry) => Math.min(entry.sender, entry.recipient))) {
      this.conversation.run(Math.min(sender, recipient), Math.max(sender, recipient), seq, pos);
      yield;
    }
    for (const { sender, id, pos } of sorted(this.entries, (entry) => (entry.id === null ? undefined : entry.sender))) {
      this.sent.run(sender, hashOf(id ?? ''), pos);
      yield;
    }
  }

  private *inboxRows(last: ReadonlySet<LogEntry>): Generator<void> {
    const sides = this.entries.filter(({ recipient }) => recipient !== 0);
    const bySender = sorted(sides, ({ sender }) => sender);
    const byRecipient = sorted(sides, ({ sender, recipient }) => (sender === recipient ? undefined : recipient));
    for (const [user, entry] of merged(bySender, byRecipient)) {
      this.inboxRow(user, entry, last.has(entry));
      yield;
    }
  }

  private inboxRow(user: number, entry: LogEntry, isLast: boolean): void {
    const isSender = user === entry.sender;
    const cursor = isSender ? entry.cursor : entry.recipientCursor;
    this.inbox.run(user, cursor, entry.pos);
    if (entry.kind !== MESSAGE) return;
    const previous = isSender ? entry.previous : entry.recipientPrevious;
    if (previous !== 0) this.superseded.run(user, previous);
    if (isLast) this.latest.run(user, cursor, isSender ? entry.recipient : entry.sender);
  }

  private sortedBy(keyOf: (entry: LogEntry) => number): LogEntry[] {
    return sorted(this.entries, (entry) => (entry.kind === MESSAGE ? keyOf(entry) : undefined));
  }
}

/** The entries that have a key, by key and then by place. Sorting numbers is much faster than comparing entries. */
function sorted(entries: readonly LogEntry[], keyOf: (entry: LogEntry) => number | undefined): LogEntry[] {
  const keys: number[] = [];
  entries.forEach((entry, place) => {
    const key = keyOf(entry);
    if (key !== undefined) keys.push(key * PLACES + place);
  });
  const ordered: LogEntry[] = [];
  for (const key of Float64Array.from(keys).sort()) {
    const entry = entries[key % PLACES];
    if (entry !== undefined) ordered.push(entry);
  }
  return ordered;
}

/** Both sides of every entry, by user. */
function* merged(bySender: readonly LogEntry[], byRecipient: readonly LogEntry[]): Generator<[number, LogEntry]> {
  let next = 0;
  for (const entry of bySender) {
    for (
      let other = byRecipient[next];
      other !== undefined && other.recipient < entry.sender;
      other = byRecipient[next]
    ) {
      yield [other.recipient, other];
      next += 1;
    }
    yield [entry.sender, entry];
  }
  for (const other of byRecipient.slice(next)) yield [other.recipient, other];
}

/** The messages that no later one of the batch follows in their conversation. */
function lastOfEachPair(entries: readonly LogEntry[]): Set<LogEntry> {
  const last = new Map<number, LogEntry>();
  for (const entry of entries) {
    if (entry.kind === MESSAGE) last.set(pairKey(entry.sender, entry.recipient), entry);
  }
  return new Set(last.values());
}
