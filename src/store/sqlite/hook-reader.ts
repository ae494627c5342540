import type { Database } from 'better-sqlite3';
import type {
  DeadHooksPage,
  DeadHooksQuery,
  HookItem,
  HookQueueState,
  HooksPage,
  HooksQuery,
} from '../../messaging/ports/store-hooks.js';
import { HOOK_TYPES } from '../../model/hook.js';
import { contentBytes, onePage } from '../../model/page.js';
import type { LogReader } from './log-reader.js';
import type { MessageNames } from './message-names.js';

interface HookRow {
  readonly no: number;
  readonly user: number;
  readonly type: number;
  readonly at: number;
  readonly pos: number | null;
}

/** The queue of events, and the dead letters. What a message says is read from the log: what is forgotten there is so here. */
export class HookReader {
  private readonly sql;

  constructor(
    database: Database,
    private readonly names: MessageNames,
    private readonly log: LogReader,
  ) {
    const number = (sql: string) => database.prepare<number[], number>(sql).pluck();
    this.sql = {
      due: database.prepare<[number, number], { readonly user: number; readonly attempts: number }>(
        'SELECT user, attempts FROM hook_user WHERE due_at <= ? ORDER BY due_at LIMIT ?',
      ),
      nextDue: number('SELECT due_at FROM hook_user WHERE due_at > ? ORDER BY due_at LIMIT 1'),
      first: database.prepare<[number], HookRow & { readonly queuedAt: number }>(
        'SELECT no, user, type, at, queued_at AS queuedAt, pos FROM hook WHERE user = ? ORDER BY no LIMIT 1',
      ),
      dead: database.prepare<[number, number], HookRow & { readonly diedAt: number; readonly reason: string }>(
        'SELECT no, user, type, at, pos, died_at AS diedAt, reason FROM dead_hook WHERE no > ? ORDER BY no LIMIT ?',
      ),
      queued: number('SELECT count(*) FROM hook'),
      buried: number('SELECT count(*) FROM dead_hook'),
      oldest: number('SELECT at FROM hook ORDER BY no LIMIT 1'),
    };
  }

  due({ dueBy, now, ...limits }: HooksQuery): HooksPage {
    const nextDueAt = this.sql.nextDue.get(dueBy);
    const items = onePage(this.dueItems(dueBy, now, limits.limit), limits, bytesOf);
    return { items, ...(nextDueAt !== undefined && { nextDueAt }) };
  }

  dead({ after, now, ...limits }: DeadHooksQuery): DeadHooksPage {
    const rows = this.sql.dead.all(after === undefined ? 0 : this.names.eventOf(after), limits.limit + 1);
    const found = rows.map(({ diedAt, reason, ...row }) => ({ ...this.item(row, now), diedAt, reason }));
    const items = onePage(found, limits, bytesOf);
    return { items, more: items.length < rows.length };
  }

  state(): HookQueueState {
    const oldestAt = this.sql.oldest.get();
    return {
      queued: this.sql.queued.get() ?? 0,
      dead: this.sql.buried.get() ?? 0,
      ...(oldestAt !== undefined && { oldestAt }),
    };
  }

  private *dueItems(dueBy: number, now: number, limit: number) {
    for (const { user, attempts } of this.sql.due.all(dueBy, limit)) {
      const row = this.sql.first.get(user);
      if (row !== undefined) yield { ...this.item(row, now), queuedAt: row.queuedAt, attempts };
    }
  }

  private item({ no, user, type, at, pos }: HookRow, now: number): HookItem {
    const message = pos === null ? undefined : this.log.messageUnlessForgotten(pos, now);
    return {
      eventId: this.names.eventNameOf(no),
      type: HOOK_TYPES[type] ?? 'message.waiting',
      at,
      userId: this.log.userId(user),
      ...(message !== undefined && { message }),
    };
  }
}

function bytesOf({ message }: HookItem): number {
  return message === undefined ? 0 : contentBytes(message);
}
