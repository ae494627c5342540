import type { Database } from 'better-sqlite3';
import type { HookOfMessage, MessageLife, MessageQuery, StoredLife } from '../../messaging/ports/store-reads.js';
import type { RoomName, UserId } from '../../model/ids.js';
import type { UserMarks } from '../../model/stored.js';
import { BROADCAST, ERASED, MESSAGE, ROOM } from './log-entry.js';
import type { LogReader, LogRow } from './log-reader.js';
import type { MessageNames } from './message-names.js';

/** Of a message to a room the recipient is minus the room's number. */
type LifeRow = Omit<LogRow, 'pos' | 'target' | 'id' | 'content'>;

/** All that is known of single messages, found by their names: rare questions, of whoever runs the node. */
export class LifeReader {
  private readonly sql;

  constructor(
    database: Database,
    private readonly names: MessageNames,
    private readonly log: LogReader,
    private readonly marksOf: (userId: UserId) => UserMarks,
  ) {
    this.sql = {
      row: database.prepare<[number], LifeRow>(
        `SELECT kind, sender, recipient, seq, cursor, recipient_cursor AS recipientCursor, sent_at AS sentAt,
         expires_at AS expiresAt, recalled_by AS recalledBy FROM log WHERE pos = ?`,
      ),
      sentAt: database.prepare<[number], number>('SELECT sent_at FROM log WHERE pos = ?').pluck(),
      readMark: database
        .prepare<[number, number], number>('SELECT seq FROM read_mark WHERE user = ? AND peer = ?')
        .pluck(),
      room: database.prepare<[number], RoomName>('SELECT name FROM room WHERE no = ?').pluck(),
      queued: database.prepare<[number, number], number>('SELECT 1 FROM hook WHERE user = ? AND pos = ?').pluck(),
      dead: database.prepare<[number], { readonly diedAt: number; readonly reason: string }>(
        'SELECT died_at AS diedAt, reason FROM dead_hook WHERE pos = ?',
      ),
    };
  }

  life({ messageId, now }: MessageQuery): StoredLife | undefined {
    const pos = this.names.placeOf(messageId);
    const row = pos === undefined ? undefined : this.sql.row.get(pos);
    if (pos === undefined || row === undefined) return undefined;
    const { kind, seq, sentAt } = row;
    const common = { messageId, seq, fromUserId: this.log.userId(row.sender), sentAt };
    if (kind === BROADCAST) return { kind: 'broadcast', ...common };
    if (kind === ROOM) return { kind: 'room', ...common, room: this.roomOf(row) };
    return kind === MESSAGE ? { ...common, ...this.ofMessage(row, pos, now) } : undefined;
  }

  private ofMessage(
    row: LifeRow,
    pos: number,
    now: number,
  ): Omit<MessageLife, 'messageId' | 'seq' | 'fromUserId' | 'sentAt'> {
    const { sender, recipient, seq, cursor, recipientCursor, expiresAt, recalledBy } = row;
    const toUserId = this.log.userId(recipient);
    const { delivered, ...marks } = this.marksOf(toUserId);
    const read = (this.sql.readMark.get(recipient, sender) ?? 0) >= seq;
    const recalledAt = recalledBy ? this.sql.sentAt.get(recalledBy) : undefined;
    const hook = this.hookOf(recipient, pos);
    return {
      kind: 'message',
      toUserId,
      state: stateOf(row, now),
      ...(expiresAt !== null && { expiresAt }),
      ...(recalledAt !== undefined && { recalledAt }),
      cursor,
      recipientCursor,
      delivered: read || delivered >= recipientCursor,
      read,
      ...marks,
      ...(hook && { hook }),
    };
  }

  private hookOf(user: number, pos: number): HookOfMessage | undefined {
    if (this.sql.queued.get(user, pos) !== undefined) return { state: 'queued' };
    const dead = this.sql.dead.get(pos);
    return dead && { state: 'dead', ...dead };
  }

  private roomOf({ recipient }: LifeRow): RoomName {
    const name = this.sql.room.get(-recipient);
    if (name === undefined) throw new Error(`the log names room ${-recipient}, which is not there`);
    return name;
  }
}

function stateOf({ recalledBy, expiresAt }: LifeRow, now: number): MessageLife['state'] {
  if (recalledBy === ERASED) return 'erased';
  if (recalledBy !== null) return 'recalled';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'kept';
}
