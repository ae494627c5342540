import type { Database } from 'better-sqlite3';
import type { RoomHistoryPage, RoomHistoryQuery, RoomPage, RoomQuery } from '../../messaging/ports/store-reads.js';
import { countingAuthors, onePage } from '../../model/page.js';
import type { CardReader } from './card-reader.js';
import type { LogReader } from './log-reader.js';

interface RoomRow {
  readonly no: number;
  readonly floor: number;
}

/** Rooms. The index of their messages is written with the message: it has no tail. */
export class RoomReader {
  private readonly sql;

  constructor(
    database: Database,
    private readonly log: LogReader,
    private readonly cards: CardReader,
  ) {
    const number = (sql: string) => database.prepare<number[], number>(sql).pluck();
    this.sql = {
      room: database.prepare<[string], RoomRow>('SELECT no, floor FROM room WHERE name = ?'),
      last: number('SELECT seq FROM room_message WHERE room = ? ORDER BY seq DESC LIMIT 1'),
      after: number('SELECT pos FROM room_message WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?'),
      before: number('SELECT pos FROM room_message WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?'),
    };
  }

  page({ room, after, ...limits }: RoomQuery): RoomPage {
    const row = this.sql.room.get(room);
    if (row === undefined) return { items: [], head: 0, floor: 0 };
    const { no, floor } = row;
    const items = onePage(this.log.roomMessages(room, this.sql.after.all(no, after, limits.limit)), limits);
    return { items, head: Math.max(this.sql.last.get(no) ?? 0, floor), floor };
  }

  history({ room, before = Number.MAX_SAFE_INTEGER, ...limits }: RoomHistoryQuery): RoomHistoryPage {
    const no = this.sql.room.get(room)?.no;
    if (no === undefined) return { items: [], members: [], more: false };
    const places = this.sql.before.all(no, before, limits.limit + 1);
    const bytesOf = countingAuthors((userId) => this.cards.profileOf(userId));
    const items = onePage(this.log.roomMessages(room, places), limits, bytesOf);
    const authors = new Set(items.map(({ fromUserId }) => fromUserId));
    return { items, members: this.cards.profiled(authors), more: items.length < places.length };
  }
}
