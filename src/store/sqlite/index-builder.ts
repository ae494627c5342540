import type { Database } from 'better-sqlite3';
import { hashOf, type LogEntry, MESSAGE, pairKey } from './log-entry.js';

/** A batch holds fewer entries than this, so that a user number and a place in the batch fit into one exact number. */
const PLACES = 2 ** 20;
/** No user has this number. */
const NOT_HERE = 0;
/** Entries sorted in about the time that a step takes. */
const SORTED_PER_STEP = 8;

/**
 * Writes the index rows of a batch of log entries, sorted by the user they belong to, a few at a time: neighbours in an
 * index share its pages, so that a page is written once a batch and not once a message. Doing part of it twice, as
 * after a crash, does no harm.
 */
export class IndexBuilder {
  private readonly work: Generator<number>;

  /** `last`: the last of these messages in each conversation, by `pairKey`. */
  constructor(
    database: Database,
    private readonly entries: readonly LogEntry[],
    private readonly last: ReadonlyMap<number, LogEntry>,
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

  /** Does about `count` more steps of work (a message takes four, and sorting a few). True when there is no more. */
  step(count: number): boolean {
    for (let done = 0; done < count; ) {
      const next = this.work.next();
      if (next.done) return true;
      done += next.value;
    }
    return false;
  }

  /** Each value is what the next thing to do costs, in steps. */
  private *rows(): Generator<number> {
    const sorting = this.entries.length / SORTED_PER_STEP;
    yield sorting;
    const bySender = sorted(this.entries, ({ recipient, sender }) => (recipient <= 0 ? NOT_HERE : sender));
    yield sorting;
    const byRecipient = sorted(this.entries, ({ recipient, sender }) =>
      recipient <= 0 || recipient === sender ? NOT_HERE : recipient,
    );
    for (const [user, entry] of merged(bySender, byRecipient)) {
      this.inboxRow(user, entry);
      yield 1;
    }
    yield sorting;
    for (const { sender, recipient, seq, pos } of sorted(this.entries, lowUser)) {
      this.conversation.run(Math.min(sender, recipient), Math.max(sender, recipient), seq, pos);
      yield 1;
    }
    yield sorting;
    for (const { sender, id, pos } of sorted(this.entries, (entry) => (entry.id === null ? NOT_HERE : entry.sender))) {
      this.sent.run(sender, hashOf(id ?? ''), pos);
      yield 1;
    }
  }

  private inboxRow(user: number, entry: LogEntry): void {
    const isSender = user === entry.sender;
    const cursor = isSender ? entry.cursor : entry.recipientCursor;
    this.inbox.run(user, cursor, entry.pos);
    if (entry.kind !== MESSAGE) return;
    const previous = isSender ? entry.previous : entry.recipientPrevious;
    if (previous !== 0) this.superseded.run(user, previous);
    const isLast = this.last.get(pairKey(entry.sender, entry.recipient)) === entry;
    if (isLast) this.latest.run(user, cursor, isSender ? entry.recipient : entry.sender);
  }
}

function lowUser({ kind, sender, recipient }: LogEntry): number {
  return kind === MESSAGE ? Math.min(sender, recipient) : NOT_HERE;
}

/** The entries that have a user, by user and then by place. Sorting numbers is much faster than comparing entries. */
function sorted(entries: readonly LogEntry[], userOf: (entry: LogEntry) => number): LogEntry[] {
  const keys = new Float64Array(entries.length);
  let count = 0;
  for (let place = 0; place < entries.length; place += 1) {
    const entry = entries[place];
    const user = entry === undefined ? NOT_HERE : userOf(entry);
    if (user === NOT_HERE) continue;
    keys[count] = user * PLACES + place;
    count += 1;
  }
  const ordered: LogEntry[] = [];
  for (const key of keys.subarray(0, count).sort()) {
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
  for (; next < byRecipient.length; next += 1) {
    const other = byRecipient[next];
    if (other !== undefined) yield [other.recipient, other];
  }
}
