import type { DeviceId, UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import type { InboxEntry } from '../model/stored.js';
import { DeviceMarks, type MarkParts } from './device-marks.js';
import type { BusNote } from './ports/bus.js';
import { type MetricFamily, single } from './ports/metrics.js';
import type { InboxPage, StoreRead } from './ports/store-reads.js';
import type { Trace } from './trace/trace.js';
import { whereToBegin } from './where-to-begin.js';

interface PollParts extends MarkParts {
  readonly read: Pick<StoreRead, 'user' | 'inbox'>;
  readonly epoch: string;
  /** Polls that may wait, of one user and of all. */
  readonly mostOfUser: number;
  readonly most: number;
  /** Of one answer. */
  readonly pageLimit: number;
  readonly pageBytes: number;
  /** Calls back once, after so many milliseconds, unless what it returns is called before. */
  readonly later: (afterMs: number, call: () => void) => () => void;
  readonly trace?: Pick<Trace, 'polled'> | undefined;
}

/** What is asked, with the words of a session that connects [MP-1.18]. */
export interface PollQuestion {
  readonly userId: UserId;
  /** Whose cursor it is: what is below it is safely there. */
  readonly deviceId?: DeviceId | undefined;
  readonly cursor: number | undefined;
  readonly epoch: string | undefined;
  /** How long to wait for something while there is nothing; 0 does not wait. */
  readonly waitMs: number;
}

export interface PollAnswer {
  readonly entries: readonly InboxEntry[];
  readonly head: number;
  /** What to ask with next. */
  readonly cursor: number;
  /** What was asked for can't be gone on from [MP-3.10]. */
  readonly tooLong?: { readonly from: number; readonly floor: number; readonly head: number };
}

export interface Poll {
  /** Rejects with `busy` when too many wait. */
  readonly answer: Promise<PollAnswer>;
  /** Nobody wants the answer any more: it comes at once, and is empty. */
  giveUp(): void;
}

/** One poll that waits for its user's inbox. */
class Waiting {
  isEnding = false;
  isGivenUp = false;
  private isDue = false;
  private whenDue: () => void = () => undefined;

  wake(): void {
    this.isDue = true;
    this.whenDue();
  }

  /** It is answered with what there is. */
  end(): void {
    this.isEnding = true;
    this.wake();
  }

  /** It is answered with nothing. */
  giveUp(): void {
    this.isGivenUp = true;
    this.end();
  }

  /** Resolves once it was woken since the last time. */
  async due(): Promise<void> {
    if (!this.isDue) {
      await new Promise<void>((resolve) => {
        this.whenDue = resolve;
      });
    }
    this.isDue = false;
  }
}

/** Inboxes for those who cannot hold a WebSocket: questions that wait until there is something to answer. */
export class InboxPolls {
  /** Those of each user, oldest first. */
  private readonly users = new Map<UserId, Set<Waiting>>();
  private count = 0;
  private isStopped = false;

  constructor(private readonly parts: PollParts) {}

  /** What the numbers belong to. */
  get epoch(): string {
    return this.parts.epoch;
  }

  ask(question: PollQuestion): Poll {
    const waiting = new Waiting();
    return {
      answer: this.answer(question, waiting),
      giveUp: () => waiting.giveUp(),
    };
  }

  families(): readonly MetricFamily[] {
    return [single('gauge', 'minim_inbox_polls', 'Polls of inboxes over HTTP that wait.', () => this.count)];
  }

  readonly hear = (note: BusNote): void => {
    if (note.kind === 'inbox') for (const waiting of this.of(note.userId)) waiting.wake();
    // Whoever may still ask comes back and asks.
    if (note.kind === 'revoked' || note.kind === 'disconnect') {
      for (const waiting of this.of(note.userId)) waiting.giveUp();
    }
  };

  /** All that wait are answered with what there is; nobody waits from now on. */
  stop(): void {
    this.isStopped = true;
    for (const polls of this.users.values()) for (const waiting of polls) waiting.end();
  }

  private of(userId: UserId): Iterable<Waiting> {
    return this.users.get(userId) ?? [];
  }

  private async answer(question: PollQuestion, waiting: Waiting): Promise<PollAnswer> {
    const { userId, deviceId, cursor: claimed, epoch, waitMs } = question;
    const marks = await this.parts.read.user(userId);
    const claim = { cursor: claimed, epoch, broadcast: undefined };
    const { cursor, refused } = whereToBegin(marks, deviceId, claim, this.parts.epoch);
    if (refused !== undefined) return tooLong(refused + 1, marks);
    if (deviceId !== undefined) this.confirm(userId, deviceId, cursor);
    if (waitMs === 0 || this.isStopped) waiting.isEnding = true;
    if (!waiting.isEnding) this.enter(userId, waiting);
    const cancel = waiting.isEnding ? undefined : this.parts.later(waitMs, () => waiting.end());
    try {
      const answer = await this.next(userId, cursor, waiting);
      this.parts.trace?.polled(userId, deviceId ?? '', answer.entries);
      return answer;
    } finally {
      cancel?.();
      this.leave(userId, waiting);
    }
  }

  /** What follows `cursor`, as soon as there is something or the poll ends. */
  private async next(userId: UserId, cursor: number, waiting: Waiting): Promise<PollAnswer> {
    for (;;) {
      const isLast = waiting.isEnding;
      const { entries, head, floor } = await this.page(userId, cursor);
      if (floor > cursor) return tooLong(cursor + 1, { floor, head });
      if (isLast || entries.length > 0) return { entries, head, cursor: entries.at(-1)?.cursor ?? cursor };
      await waiting.due();
      if (waiting.isGivenUp) return { entries: [], head, cursor };
    }
  }

  private page(userId: UserId, after: number): Promise<InboxPage> {
    const { read, clock, pageLimit: limit, pageBytes: maxBytes } = this.parts;
    return read.inbox({ userId, after, now: clock.now(), limit, maxBytes });
  }

  /** As `received` does on a session [MP-3.8]; what could not be stored is said again with the next poll. */
  private confirm(userId: UserId, deviceId: DeviceId, cursor: number): void {
    const marks = new DeviceMarks(userId, deviceId, '', this.parts);
    marks.begin(cursor);
    marks.confirm(cursor);
  }

  /** Of one user the newest may wait: older ones may be of connections that died unnoticed. */
  private enter(userId: UserId, waiting: Waiting): void {
    if (this.count >= this.parts.most) throw new Refusal('busy', 'too many polls wait on this node; try again');
    const polls = this.users.get(userId) ?? new Set();
    this.users.set(userId, polls);
    polls.add(waiting);
    this.count += 1;
    const [oldest] = polls;
    if (polls.size <= this.parts.mostOfUser || oldest === undefined) return;
    oldest.end();
    this.leave(userId, oldest);
  }

  private leave(userId: UserId, waiting: Waiting): void {
    const polls = this.users.get(userId);
    if (!polls?.delete(waiting)) return;
    this.count -= 1;
    if (polls.size === 0) this.users.delete(userId);
  }
}

function tooLong(from: number, { floor, head }: { readonly floor: number; readonly head: number }): PollAnswer {
  return { entries: [], head, cursor: head, tooLong: { from, floor, head } };
}
