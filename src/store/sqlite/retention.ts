import type { Database } from 'better-sqlite3';
import {
  BROADCAST,
  hashOf,
  LOG_ENTRY_COLUMNS,
  type LogEntry,
  type LogEntryRow,
  logEntryOf,
  MESSAGE,
  ROOM,
} from './log-entry.js';

/** Removes the oldest of what the indexes cover, within the transaction that its caller has begun. */
export class Retention {
  private readonly sql;

  constructor(database: Database) {
    const run = (sql: string) => database.prepare<number[]>(sql);
    this.sql = {
      oldest: database.prepare<[number], [number, number]>('SELECT pos, sent_at FROM log ORDER BY pos LIMIT ?').raw(),
      entries: database
        .prepare<[number], LogEntryRow>(`SELECT ${LOG_ENTRY_COLUMNS} FROM log WHERE pos <= ? ORDER BY pos`)
        .raw(),
      entry: run('DELETE FROM log WHERE pos = ?'),
      inbox: run('DELETE FROM inbox WHERE user = ? AND cursor = ?'),
      latest: run('DELETE FROM latest WHERE user = ? AND cursor = ?'),
      conversation: run('DELETE FROM conversation WHERE low = ? AND high = ? AND seq = ?'),
      sent: run('DELETE FROM sent WHERE sender = ? AND hash = ? AND pos = ?'),
      broadcast: run('DELETE FROM broadcast WHERE seq = ?'),
      roomMessage: run('DELETE FROM room_message WHERE room = ? AND seq = ?'),
      roomFloor: run('UPDATE room SET floor = ? WHERE no = ?'),
      floor: run('UPDATE user SET floor = max(floor, ?) WHERE no = ?'),
      removed: run('INSERT OR REPLACE INTO removed VALUES (?, ?, ?, ?)'),
      changed: run('DELETE FROM changed WHERE pos <= ?'),
      state: database.prepare<[number, string]>('UPDATE state SET value = ? WHERE name = ?'),
    };
  }

  /** The place up to which to remove, and how many those are: the oldest `limit` before the first to be kept. */
  find(sentBefore: number, limit: number): { readonly upTo: number; readonly count: number } {
    let upTo = 0;
    let count = 0;
    for (const [pos, sentAt] of this.sql.oldest.iterate(limit)) {
      if (sentAt >= sentBefore) break;
      upTo = pos;
      count += 1;
    }
    return { upTo, count };
  }

  remove(upTo: number): void {
    for (const row of this.sql.entries.all(upTo)) this.removeEntry(logEntryOf(row));
    this.sql.changed.run(upTo);
    this.sql.state.run(upTo, 'removed_to');
  }

  private removeEntry(entry: LogEntry): void {
    const { pos, kind, sender, recipient, seq, cursor, recipientCursor, lowCount, id } = entry;
    this.sql.entry.run(pos);
    if (id !== null) this.sql.sent.run(sender, hashOf(id), pos);
    if (kind === BROADCAST) {
      this.sql.broadcast.run(seq);
      this.sql.state.run(seq, 'broadcast_floor');
      return;
    }
    if (kind === ROOM) {
      this.sql.roomMessage.run(-recipient, seq);
      this.sql.roomFloor.run(seq, -recipient);
      return;
    }
    this.removeSide(sender, cursor);
    this.removeSide(recipient, recipientCursor);
    if (kind !== MESSAGE) return;
    const low = Math.min(sender, recipient);
    const high = Math.max(sender, recipient);
    this.sql.conversation.run(low, high, seq);
    this.sql.removed.run(low, high, seq, lowCount);
  }

  private removeSide(user: number, cursor: number): void {
    this.sql.inbox.run(user, cursor);
    this.sql.latest.run(user, cursor);
    this.sql.floor.run(cursor, user);
  }
}
