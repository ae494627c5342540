import type { Database } from 'better-sqlite3';
import type { MessageQuery, MessageStatus } from '../../messaging/ports/store-reads.js';
import type { StoredDevice } from '../../model/stored.js';
import { MESSAGE } from './log-entry.js';
import type { LogReader } from './log-reader.js';
import type { MessageNames } from './message-names.js';

interface SentRow {
  readonly sender: number;
  readonly recipient: number;
  readonly seq: number;
  /** The number in the recipient's inbox. */
  readonly cursor: number;
}

/** How far single messages have come. A message is found by its name, so there is no tail to be looked at. */
export class StatusReader {
  private readonly sql;

  constructor(
    database: Database,
    private readonly names: MessageNames,
    private readonly log: LogReader,
  ) {
    const number = (sql: string) => database.prepare<number[], number>(sql).pluck();
    this.sql = {
      sent: database.prepare<[number], SentRow>(
        `SELECT sender, recipient, seq, recipient_cursor AS cursor FROM log WHERE pos = ? AND kind = ${MESSAGE}`,
      ),
      delivered: number('SELECT delivered FROM user WHERE no = ?'),
      readMark: number('SELECT seq FROM read_mark WHERE user = ? AND peer = ?'),
      devices: database.prepare<[number], StoredDevice>(
        'SELECT id AS deviceId, cursor, seen_at AS seenAt FROM device WHERE user = ? ORDER BY seen_at DESC, id',
      ),
    };
  }

  message({ messageId, now }: MessageQuery): MessageStatus | undefined {
    const pos = this.names.placeOf(messageId);
    const sent = pos === undefined ? undefined : this.sql.sent.get(pos);
    if (pos === undefined || sent === undefined) return undefined;
    const { sender, recipient, seq, cursor } = sent;
    const { fromUserId, toUserId, sentAt, recalled } = this.log.historyItem(pos, now);
    const read = (this.sql.readMark.get(recipient, sender) ?? 0) >= seq;
    return {
      messageId,
      seq,
      fromUserId,
      toUserId,
      sentAt,
      recalled,
      delivered: read || (this.sql.delivered.get(recipient) ?? 0) >= cursor,
      read,
      devices: this.sql.devices.all(recipient).map((device) => ({
        deviceId: device.deviceId,
        delivered: device.cursor >= cursor,
        seenAt: device.seenAt,
      })),
    };
  }
}
