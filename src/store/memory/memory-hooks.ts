import type {
  DeadHook,
  DeadHooksPage,
  DeadHooksQuery,
  HookItem,
  HookQueueState,
  HooksPage,
  HooksQuery,
  HookWrite,
  QueuedHook,
  SettleHook,
} from '../../messaging/ports/store-hooks.js';
import type { HookOfMessage } from '../../messaging/ports/store-reads.js';
import type { StoreOutcome } from '../../messaging/ports/store-writes.js';
import type { HookLoss, HookType } from '../../model/hook.js';
import type { UserId } from '../../model/ids.js';
import { contentBytes, onePage } from '../../model/page.js';
import type { MemoryState } from './memory-state.js';
import { historyItem, type MemoryMessage } from './timeline.js';

interface Event {
  readonly no: number;
  readonly type: HookType;
  readonly userId: UserId;
  readonly at: number;
  readonly queuedAt: number;
  readonly message: MemoryMessage | undefined;
}

interface DeadEvent extends Event {
  readonly diedAt: number;
  readonly reason: string;
}

/** The events that are to be told, and the dead letters. */
export class MemoryHooks {
  private last = 0;
  private queue: Event[] = [];
  private dead: DeadEvent[] = [];
  /** Of users who have any in the queue. */
  private readonly users = new Map<UserId, { readonly dueAt: number; readonly attempts: number }>();

  constructor(
    private readonly stored: Pick<MemoryState, 'messages'>,
    private readonly epoch: string,
    private readonly most: number,
  ) {}

  apply(write: HookWrite): StoreOutcome {
    if (write.kind === 'settleHook') return this.settle(write);
    if (write.kind === 'replayHooks') return { kind: 'replayed', count: this.replay(write.at, write.limit) };
    const loss = this.add(write.type, write.userId, write.at, undefined);
    return { kind: 'queued', ...(loss !== undefined && { loss }) };
  }

  add(type: HookType, userId: UserId, at: number, message: MemoryMessage | undefined): HookLoss | undefined {
    const oldest = this.queue.find((event) => event.message === undefined);
    const isFull = this.queue.length >= this.most;
    if (isFull && oldest === undefined) return 'refused';
    if (isFull && oldest !== undefined) this.remove(oldest);
    this.last += 1;
    this.queue.push({ no: this.last, type, userId, at, queuedAt: at, message });
    if (!this.users.has(userId)) this.users.set(userId, { dueAt: at, attempts: 0 });
    return isFull ? 'displaced' : undefined;
  }

  due({ dueBy, now, ...limits }: HooksQuery): HooksPage {
    const users = [...this.users].sort(([, one], [, other]) => one.dueAt - other.dueAt);
    const items = users
      .filter(([, { dueAt }]) => dueAt <= dueBy)
      .flatMap(([userId, { attempts }]) => this.firstOf(userId).map((event) => this.queued(event, attempts, now)));
    const nextDueAt = users.find(([, { dueAt }]) => dueAt > dueBy)?.[1].dueAt;
    return { items: onePage(items, limits, bytesOf), ...(nextDueAt !== undefined && { nextDueAt }) };
  }

  deadPage({ after, now, ...limits }: DeadHooksQuery): DeadHooksPage {
    const from = after === undefined ? 0 : this.numberOf(after);
    const wanted = this.dead
      .filter(({ no }) => no > from)
      .map((event): DeadHook => ({ ...this.item(event, now), diedAt: event.diedAt, reason: event.reason }));
    const items = onePage(wanted, limits, bytesOf);
    return { items, more: items.length < wanted.length };
  }

  state(): HookQueueState {
    const oldestAt = this.queue[0]?.at;
    return { queued: this.queue.length, dead: this.dead.length, ...(oldestAt !== undefined && { oldestAt }) };
  }

  hookOf(messageId: string): HookOfMessage | undefined {
    if (this.queue.some(({ message }) => message?.messageId === messageId)) return { state: 'queued' };
    const dead = this.dead.find(({ message }) => message?.messageId === messageId);
    return dead && { state: 'dead', diedAt: dead.diedAt, reason: dead.reason };
  }

  private settle({ eventId, result, at, reason = '' }: SettleHook): StoreOutcome {
    const event = this.queue.find(({ no }) => no === this.numberOf(eventId));
    if (event === undefined) return { kind: 'noted' };
    const { userId } = event;
    if (result === 'retry') {
      this.users.set(userId, { dueAt: at, attempts: (this.users.get(userId)?.attempts ?? 0) + 1 });
      return { kind: 'noted' };
    }
    if (result === 'dead') this.dead = inOrder([...this.dead, { ...event, diedAt: at, reason }]).slice(-this.most);
    this.remove(event);
    if (this.users.has(userId)) this.users.set(userId, { dueAt: at, attempts: 0 });
    return { kind: 'noted' };
  }

  private replay(at: number, limit: number): number {
    const room = Math.max(0, this.most - this.queue.length);
    const again = this.dead.splice(0, Math.min(limit, room));
    for (const { diedAt: _, reason: __, ...event } of again) {
      this.queue.push({ ...event, queuedAt: at });
      this.users.set(event.userId, { dueAt: at, attempts: 0 });
    }
    this.queue = inOrder(this.queue);
    return again.length;
  }

  private remove(event: Event): void {
    this.queue = this.queue.filter((other) => other !== event);
    if (this.firstOf(event.userId).length === 0) this.users.delete(event.userId);
  }

  private firstOf(userId: UserId): Event[] {
    return this.queue.filter((event) => event.userId === userId).slice(0, 1);
  }

  private queued(event: Event, attempts: number, now: number): QueuedHook {
    return { ...this.item(event, now), queuedAt: event.queuedAt, attempts };
  }

  private item({ no, type, at, userId, message }: Event, now: number): HookItem {
    const item = { eventId: `${this.epoch}-h${no.toString(36)}`, type, at, userId };
    if (message === undefined || !this.stored.messages.has(message.messageId)) return item;
    const { recalled, ...shown } = historyItem(message, now);
    return recalled || !('content' in shown) ? item : { ...item, message: shown };
  }

  private numberOf(eventId: string): number {
    const [epoch, digits = ''] = eventId.split('-h');
    return epoch === this.epoch ? Number.parseInt(digits, 36) : 0;
  }
}

function inOrder<E extends Event>(events: readonly E[]): E[] {
  return [...events].sort((one, other) => one.no - other.no);
}

function bytesOf({ message }: HookItem): number {
  return message === undefined ? 0 : contentBytes(message);
}
