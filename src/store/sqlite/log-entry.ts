/** Kinds of row in the log. */
export const MESSAGE = 0;
export const RECALL = 1;
export const BROADCAST = 2;
export const ROOM = 3;

/** What stands for the place of a recall where there was none: the sender was erased. */
export const ERASED = 0;

/** One row of the log without what it says: all that the indexes are made of. */
export interface LogEntry {
  readonly pos: number;
  readonly kind: number;
  readonly sender: number;
  /** A user's number; what is for no inbox has 0 (a broadcast) or minus the room's number. */
  readonly recipient: number;
  readonly seq: number;
  readonly cursor: number;
  readonly recipientCursor: number;
  readonly lowCount: number;
  readonly previous: number;
  readonly recipientPrevious: number;
  readonly id: string | null;
}

/** The columns of a `LogEntry`, in the order of `LogEntryRow`. */
export const LOG_ENTRY_COLUMNS =
  'pos, kind, sender, recipient, seq, cursor, recipient_cursor, low_count, previous, recipient_previous, id';

export type LogEntryRow = [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  string | null,
];

export function logEntryOf(row: LogEntryRow): LogEntry {
  const [pos, kind, sender, recipient, seq, cursor, recipientCursor, lowCount, previous, recipientPrevious, id] = row;
  return { pos, kind, sender, recipient, seq, cursor, recipientCursor, lowCount, previous, recipientPrevious, id };
}

/** One number for two users, the same from both sides. Exact for user numbers below 2^26. */
export function pairKey(one: number, other: number): number {
  return Math.min(one, other) * 0x4000000 + Math.max(one, other);
}

/** The place of a user in one's log entry: the number in that user's inbox. */
export function cursorOf(entry: Pick<LogEntry, 'sender' | 'cursor' | 'recipientCursor'>, user: number): number {
  return entry.sender === user ? entry.cursor : entry.recipientCursor;
}

/** 32 bits of an id (FNV-1a): what the index of ids is ordered by. Two ids with the same are told apart by the log. */
export function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
