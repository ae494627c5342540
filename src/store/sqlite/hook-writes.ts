import type { Database } from 'better-sqlite3';
import { HOOK_TYPES, type HookType } from '../../model/hook.js';
import type { MessageNames } from './message-names.js';
import type { Numbering } from './numbering.js';
import { type Answer, HOOK_RESULTS, type PackedWrites, WRITE_KINDS } from './wire.js';

const WAITING = HOOK_TYPES.indexOf('message.waiting');

/** What `add` lost, by its place in `HOOK_LOSSES` from 1 on. */
const NOTHING = 0;
const DISPLACED = 1;
const REFUSED = 2;

interface Counts {
  queued: number;
  dead: number;
}

/** The queue of events and the dead letters, within the transaction that its caller has begun. */
export class HookWrites {
  private readonly sql;
  /** Absent until they are needed. */
  private known: Counts | undefined;

  constructor(
    database: Database,
    private readonly numbering: Numbering,
    private readonly names: MessageNames,
    private readonly most: number,
  ) {
    this.sql = statementsOf(database);
  }

  /** Counts anew, as after a transaction that failed. */
  clear(): void {
    this.known = undefined;
  }

  /** `write`: the slots of one. */
  apply(write: PackedWrites, answer: Answer): void {
    const [kind, user, other, , content, first, second] = write;
    switch (WRITE_KINDS[Number(kind)]) {
      case 'queueHook': {
        const type = HOOK_TYPES.indexOf(String(other) as HookType);
        return answer('queued', 0, this.add(type, this.numbering.user(String(user)).no, Number(first), null));
      }
      case 'settleHook':
        this.settle(this.names.eventOf(String(other)), HOOK_RESULTS[Number(second)], Number(first), String(content));
        return answer('noted');
      case 'replayHooks':
        return answer('replayed', 0, this.replay(Number(first), Number(second)));
    }
  }

  /** Of a message that is waiting: `pos` is its place in the log. */
  waiting(user: number, at: number, pos: number): number {
    return this.add(WAITING, user, at, pos);
  }

  private add(type: number, user: number, at: number, pos: number | null): number {
    const counts = this.counts();
    const isFull = counts.queued >= this.most;
    if (isFull) {
      const oldest = this.sql.oldestPresence.get();
      if (oldest === undefined) return REFUSED;
      this.remove(...oldest);
    }
    this.sql.add.run(null, user, type, at, at, pos);
    this.sql.addUser.run(user, at);
    counts.queued += 1;
    return isFull ? DISPLACED : NOTHING;
  }

  private settle(no: number, result: string | undefined, at: number, reason: string): void {
    const user = this.sql.userOf.get(no);
    if (user === undefined) return;
    if (result === 'retry') return void this.sql.delay.run(at, user);
    if (result === 'dead') {
      this.counts().dead += Number(this.sql.bury.run(at, reason, no).changes);
      this.forgetDead();
    }
    this.remove(no, user);
    this.sql.due.run(at, user);
  }

  private replay(at: number, limit: number): number {
    const counts = this.counts();
    const again = this.sql.oldestDead.all(Math.min(limit, Math.max(0, this.most - counts.queued)));
    for (const [no, user] of again) {
      this.sql.revive.run(at, no);
      this.sql.forget.run(no);
      this.sql.addUser.run(user, at);
      this.sql.due.run(at, user);
    }
    counts.queued += again.length;
    counts.dead -= again.length;
    return again.length;
  }

  private remove(no: number, user: number): void {
    this.sql.remove.run(no);
    this.counts().queued -= 1;
    this.sql.removeUser.run(user, user);
  }

  private forgetDead(): void {
    const counts = this.counts();
    for (; counts.dead > this.most; counts.dead -= 1) {
      const [[no] = [0]] = this.sql.oldestDead.all(1);
      this.sql.forget.run(no);
    }
  }

  private counts(): Counts {
    this.known ??= { queued: this.sql.queued.get() ?? 0, dead: this.sql.dead.get() ?? 0 };
    return this.known;
  }
}

function statementsOf(database: Database) {
  const number = <P extends unknown[]>(sql: string) => database.prepare<P, number>(sql).pluck();
  const pair = <P extends unknown[]>(sql: string) => database.prepare<P, [number, number]>(sql).raw();
  return {
    queued: number<[]>('SELECT count(*) FROM hook'),
    dead: number<[]>('SELECT count(*) FROM dead_hook'),
    oldestPresence: pair<[]>('SELECT no, user FROM hook WHERE pos IS NULL ORDER BY no LIMIT 1'),
    oldestDead: pair<[number]>('SELECT no, user FROM dead_hook ORDER BY no LIMIT ?'),
    add: database.prepare<[null, number, number, number, number, number | null]>(
      'INSERT INTO hook VALUES (?, ?, ?, ?, ?, ?)',
    ),
    addUser: database.prepare<[number, number]>('INSERT OR IGNORE INTO hook_user VALUES (?, ?, 0)'),
    userOf: number<[number]>('SELECT user FROM hook WHERE no = ?'),
    delay: database.prepare<[number, number]>(
      'UPDATE hook_user SET due_at = ?, attempts = attempts + 1 WHERE user = ?',
    ),
    due: database.prepare<[number, number]>('UPDATE hook_user SET due_at = ?, attempts = 0 WHERE user = ?'),
    remove: database.prepare<[number]>('DELETE FROM hook WHERE no = ?'),
    removeUser: database.prepare<[number, number]>(
      'DELETE FROM hook_user WHERE user = ? AND NOT EXISTS (SELECT 1 FROM hook WHERE user = ?)',
    ),
    bury: database.prepare<[number, string, number]>(
      'INSERT INTO dead_hook SELECT no, user, type, at, pos, ?, ? FROM hook WHERE no = ?',
    ),
    revive: database.prepare<[number, number]>(
      'INSERT INTO hook SELECT no, user, type, at, ?, pos FROM dead_hook WHERE no = ?',
    ),
    forget: database.prepare<[number]>('DELETE FROM dead_hook WHERE no = ?'),
  };
}
