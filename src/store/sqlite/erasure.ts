import type { Database } from 'better-sqlite3';
import { ERASED, MESSAGE, RECALL } from './log-entry.js';
import type { Numbering, UserHead } from './numbering.js';

/** Bounds of a slice: log entries looked at, those of them that are forgotten, and read marks. */
const MOST_LOOKED_AT = 10_000;
const MOST_FORGOTTEN = 500;
const MOST_MARKS = 10_000;

interface Progress {
  readonly nextPos: number;
  readonly lastPos: number;
}

/**
 * Forgets users, a slice at a time, within the transaction that its caller has begun. There is no index of what somebody
 * sent to rooms and to everyone, so it walks along the log: erasing is rare, sending is not.
 */
export class Erasure {
  private readonly sql;

  constructor(
    database: Database,
    private readonly numbering: Numbering,
  ) {
    this.sql = statementsOf(database);
  }

  /** Whether there is more to do. `lastPos`: where the log ends. */
  step(userId: string, lastPos: number): boolean {
    const user = this.numbering.existingUser(userId);
    if (user === undefined) return false;
    const progress = this.sql.progress.get(user.no) ?? this.begin(user, lastPos);
    const areMarksGone = this.sql.forgetMarks.run(user.no, user.no, MOST_MARKS).changes < MOST_MARKS;
    const nextPos = this.forgetSent(user.no, progress);
    if (areMarksGone && nextPos >= progress.lastPos) {
      this.sql.end.run(user.no);
      return false;
    }
    this.sql.setNext.run(nextPos, user.no);
    return true;
  }

  private begin(user: UserHead, lastPos: number): Progress {
    const nextPos = Math.max(0, (this.sql.firstPos.get() ?? 0) - 1);
    this.sql.begin.run(user.no, nextPos, lastPos);
    this.sql.forgetDevices.run(user.no);
    this.sql.forgetBlocks.run(user.no);
    this.sql.forgetUser.run(user.head, user.no);
    user.blocks = 0;
    user.isSeen = false;
    return { nextPos, lastPos };
  }

  /** Returns up to where nothing of the user's is left. */
  private forgetSent(user: number, { nextPos, lastPos }: Progress): number {
    const upTo = Math.min(lastPos, nextPos + MOST_LOOKED_AT);
    const found = this.sql.sent.all(nextPos, upTo, user, MOST_FORGOTTEN);
    for (const [pos, kind] of found) {
      if (kind === MESSAGE) this.sql.forgetMessage.run(pos);
      else this.sql.forgetPublic.run(pos);
      this.sql.forgetChanged.run(pos);
    }
    return found.length < MOST_FORGOTTEN ? upTo : (found.at(-1)?.[0] ?? upTo);
  }
}

function statementsOf(database: Database) {
  const run = (sql: string) => database.prepare<number[]>(sql);
  return {
    progress: database.prepare<[number], Progress>(
      'SELECT next_pos AS nextPos, last_pos AS lastPos FROM erasing WHERE user = ?',
    ),
    firstPos: database.prepare<[], number>('SELECT pos FROM log ORDER BY pos LIMIT 1').pluck(),
    begin: run('INSERT INTO erasing VALUES (?, ?, ?)'),
    setNext: run('UPDATE erasing SET next_pos = ? WHERE user = ?'),
    end: run('DELETE FROM erasing WHERE user = ?'),
    forgetDevices: run('DELETE FROM device WHERE user = ?'),
    forgetBlocks: run('DELETE FROM block WHERE user = ?'),
    forgetUser: run(
      `UPDATE user SET floor = ?, blocks = 0, nickname = NULL, avatar = NULL, invisible = 0, seen_at = NULL
       WHERE no = ?`,
    ),
    forgetMarks: run(
      'DELETE FROM read_mark WHERE user = ? AND peer IN (SELECT peer FROM read_mark WHERE user = ? LIMIT ?)',
    ),
    sent: database
      .prepare<number[], [pos: number, kind: number]>(
        `SELECT pos, kind FROM log WHERE pos > ? AND pos <= ? AND sender = ? AND kind <> ${RECALL} ORDER BY pos LIMIT ?`,
      )
      .raw(),
    forgetMessage: run(`UPDATE log SET content = NULL, recalled_by = coalesce(recalled_by, ${ERASED}) WHERE pos = ?`),
    forgetChanged: run('DELETE FROM changed WHERE pos = ?'),
    forgetPublic: run(`UPDATE log SET content = '""' WHERE pos = ?`),
  };
}
