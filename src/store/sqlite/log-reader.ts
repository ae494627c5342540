import type { Database } from 'better-sqlite3';
import type { FrameId, RoomName, UserId } from '../../model/ids.js';
import type { HistoryItem, InboxEntry, StoredBroadcast, StoredMessage, StoredRoomMessage } from '../../model/stored.js';
import { cursorOf, RECALL } from './log-entry.js';
import type { MessageNames } from './message-names.js';

/** A row of the log as a reader shows it. */
export interface LogRow {
  readonly pos: number;
  readonly kind: number;
  readonly sender: number;
  readonly recipient: number;
  readonly seq: number;
  readonly cursor: number;
  readonly recipientCursor: number;
  readonly sentAt: number;
  readonly expiresAt: number | null;
  readonly target: number | null;
  readonly recalledBy: number | null;
  readonly id: string | null;
  readonly content: string | null;
}

/** What receipts and counts are made of. */
export interface Milestone {
  readonly sender: number;
  readonly recipient: number;
  readonly seq: number;
  readonly cursor: number;
  readonly recipientCursor: number;
  readonly lowCount: number;
}

/** User ids kept in memory. */
const MAX_USER_IDS = 200_000;

/** Turns rows of the log into what the port shows. */
export class LogReader {
  private readonly userIds = new Map<number, UserId>();
  private readonly sql;

  constructor(
    database: Database,
    private readonly names: MessageNames,
  ) {
    this.sql = {
      row: database.prepare<[number], LogRow>(
        `SELECT pos, kind, sender, recipient, seq, cursor, recipient_cursor AS recipientCursor, sent_at AS sentAt,
         expires_at AS expiresAt, target, recalled_by AS recalledBy, id, content FROM log WHERE pos = ?`,
      ),
      milestone: database.prepare<[number], Milestone>(
        `SELECT sender, recipient, seq, cursor, recipient_cursor AS recipientCursor, low_count AS lowCount
         FROM log WHERE pos = ?`,
      ),
      userId: database.prepare<[number], UserId>('SELECT id FROM user WHERE no = ?').pluck(),
    };
  }

  userId(no: number): UserId {
    const known = this.userIds.get(no);
    if (known !== undefined) return known;
    const userId = this.sql.userId.get(no);
    if (userId === undefined) throw new Error(`the log names user ${no}, who is not there`);
    if (this.userIds.size >= MAX_USER_IDS) this.userIds.clear();
    this.userIds.set(no, userId);
    return userId;
  }

  inboxEntry(user: number, pos: number, now: number): InboxEntry {
    const row = this.row(pos);
    const cursor = cursorOf(row, user);
    if (row.kind === RECALL || isForgotten(row, now)) return { kind: 'recalled', cursor, ...this.identityOf(row) };
    return { kind: 'message', cursor, ...this.messageOf(row) };
  }

  historyItem(pos: number, now: number): HistoryItem {
    const row = this.row(pos);
    if (isForgotten(row, now)) return { recalled: true, ...this.identityOf(row) };
    return { recalled: false, ...this.messageOf(row) };
  }

  /** Nothing as well if it is no longer kept. */
  messageUnlessForgotten(pos: number, now: number): StoredMessage | undefined {
    const row = this.sql.row.get(pos);
    return row === undefined || isForgotten(row, now) ? undefined : this.messageOf(row);
  }

  broadcast(pos: number): StoredBroadcast {
    const { toUserId: _, ...broadcast } = this.messageOf(this.row(pos));
    return broadcast;
  }

  *roomMessages(room: RoomName, places: Iterable<number>): Generator<StoredRoomMessage> {
    for (const pos of places) yield { room, ...this.broadcast(pos) };
  }

  milestone(pos: number): Milestone {
    return present(this.sql.milestone.get(pos), pos);
  }

  private row(pos: number): LogRow {
    return present(this.sql.row.get(pos), pos);
  }

  private messageOf(row: LogRow) {
    const id = row.id === null ? {} : { id: row.id as FrameId };
    return { ...this.identityOf(row), content: row.content ?? '', ...id };
  }

  private identityOf({ pos, target, seq, sender, recipient, sentAt }: LogRow) {
    const fromUserId = this.userId(sender);
    const toUserId = recipient <= 0 ? fromUserId : this.userId(recipient);
    return { messageId: this.names.nameOf(target ?? pos), seq, fromUserId, toUserId, sentAt };
  }
}

function isForgotten({ recalledBy, expiresAt }: LogRow, now: number): boolean {
  return recalledBy !== null || (expiresAt !== null && expiresAt <= now);
}

function present<T>(row: T | undefined, pos: number): T {
  if (row === undefined) throw new Error(`an index names place ${pos} of the log, which is not there`);
  return row;
}
