import type { Database } from 'better-sqlite3';
import type { ReceiptMarks } from '../../messaging/ports/store-reads.js';
import { cursorOf } from './log-entry.js';
import type { LogReader, Milestone } from './log-reader.js';
import type { Place, TailIndex } from './tail-index.js';

/** Conversations: where their messages are, how far they have come, and how many messages are unread. */
export class PairReader {
  private readonly sql;

  constructor(
    database: Database,
    private readonly tail: TailIndex,
    private readonly log: LogReader,
  ) {
    const number = (sql: string) => database.prepare<number[], number>(sql).pluck();
    this.sql = {
      page: database.prepare<number[], Place>(
        `SELECT seq AS number, pos FROM conversation WHERE low = ? AND high = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
      ),
      from: database.prepare<number[], Place>(
        `SELECT seq AS number, pos FROM conversation WHERE low = ? AND high = ? AND seq > ? ORDER BY seq LIMIT 1`,
      ),
      removed: number('SELECT seq FROM removed WHERE low = ? AND high = ?'),
      readMark: number('SELECT seq FROM read_mark WHERE user = ? AND peer = ?'),
      delivered: number('SELECT delivered FROM user WHERE no = ?'),
    };
  }

  /** At most `limit` places below `before`, newest first. */
  places(one: number, other: number, before: number, limit: number): Place[] {
    const recent = this.tail.conversation(one, other);
    const newest = recent.filter(({ number }) => number < before).reverse();
    if (newest.length >= limit) return newest.slice(0, limit);
    const below = Math.min(before, recent[0]?.number ?? Number.MAX_SAFE_INTEGER);
    const [low, high] = ordered(one, other);
    return [...newest, ...this.sql.page.all(low, high, below, limit - newest.length)];
  }

  /** Those of them that are in the inbox of `one` above `floor`: inbox numbers rise along a conversation. */
  placesAbove(floor: number, one: number, other: number, before: number, limit: number): Place[] {
    const places = this.places(one, other, before, limit);
    const oldest = places.at(-1);
    if (floor === 0 || oldest === undefined || !this.isUpTo(oldest, one, floor)) return places;
    return places.filter((place) => !this.isUpTo(place, one, floor));
  }

  marks(user: number, peer: number): ReceiptMarks {
    const read = this.sql.readMark.get(peer, user) ?? 0;
    const ownRead = this.sql.readMark.get(user, peer) ?? 0;
    return { delivered: Math.max(this.delivered(user, peer), read), read, ownRead };
  }

  /** The peer's messages above `ownRead`, and in the user's inbox above `floor`: a difference of two counts, however many they are. */
  unread(user: number, peer: number, ownRead: number, floor: number): number {
    if (user === peer) return 0;
    const last = this.last(user, peer);
    const first = this.firstAfter(
      user,
      peer,
      Math.max(ownRead, floor === 0 ? 0 : this.reached(user, peer, user, floor)),
    );
    if (last === undefined || first === undefined) return 0;
    const firstUnread = this.log.milestone(first.pos);
    const before = countOf(firstUnread, peer) - (firstUnread.sender === peer ? 1 : 0);
    return countOf(this.log.milestone(last.pos), peer) - before;
  }

  /** How far the peer's devices have it. */
  private delivered(user: number, peer: number): number {
    return this.reached(user, peer, peer, this.sql.delivered.get(peer) ?? 0);
  }

  /** How far the inbox of `reader`, one of the two, has it up to `mark`: inbox numbers rise along a conversation, so the place can be searched for. */
  private reached(user: number, peer: number, reader: number, mark: number): number {
    const last = this.last(user, peer);
    if (last === undefined) return this.sql.removed.get(...ordered(user, peer)) ?? 0;
    if (this.isUpTo(last, reader, mark)) return last.number;
    const first = this.firstAfter(user, peer, 0) ?? last;
    let delivered = first.number - 1;
    let missing = last.number;
    while (missing - delivered > 1) {
      const middle = Math.floor((delivered + missing) / 2);
      const place = this.firstAfter(user, peer, middle - 1) ?? last;
      if (this.isUpTo(place, reader, mark)) delivered = middle;
      else missing = middle;
    }
    return delivered;
  }

  private isUpTo({ pos }: Place, user: number, mark: number): boolean {
    return cursorOf(this.log.milestone(pos), user) <= mark;
  }

  private last(user: number, peer: number): Place | undefined {
    return this.places(user, peer, Number.MAX_SAFE_INTEGER, 1)[0];
  }

  private firstAfter(user: number, peer: number, seq: number): Place | undefined {
    const recent = this.tail.conversation(user, peer);
    const [low, high] = ordered(user, peer);
    const isRecent = recent[0] !== undefined && recent[0].number <= seq + 1;
    const indexed = isRecent ? undefined : this.sql.from.get(low, high, seq);
    return indexed ?? recent[Math.max(0, seq + 1 - (recent[0]?.number ?? 0))];
  }
}

function ordered(one: number, other: number): [number, number] {
  return one <= other ? [one, other] : [other, one];
}

/** How many messages of `user` there were in a conversation, up to a message. */
function countOf({ sender, recipient, seq, lowCount }: Milestone, user: number): number {
  return user === Math.min(sender, recipient) ? lowCount : seq - lowCount;
}
