import type { MessageLife } from '../ports/store-reads.js';
import type { TraceLine } from './trace-ring.js';

/** One time that a message went to somebody's device. */
export interface PushTraced {
  readonly userId: string;
  readonly device: string;
  /** Empty: it was the answer to a question over HTTP. */
  readonly sessionId: string;
  /** When it was handed to the network. */
  readonly at: number;
  /** The network did not take all at once: something waited in this node … */
  waited?: true;
  /** … until then. */
  drainedAt?: number;
  /** When the session ended, and its close code. */
  endedAt?: number;
  endCode?: number;
}

export interface ConfirmationTraced {
  readonly device: string;
  readonly at: number;
}

/** What became of telling its event. */
export interface TellingTraced {
  readonly outcome: string;
  readonly at: number;
}

export interface MessageTraced {
  readonly pushes: readonly PushTraced[];
  /** When devices of the recipient were first known to have it. */
  readonly confirmations: readonly ConfirmationTraced[];
  readonly tellings: readonly TellingTraced[];
}

/** Picks what concerns one message out of a trace, which is given oldest first and whole since `since`. */
export function traceOf(message: MessageLife, lines: Iterable<TraceLine>, since: number): MessageTraced {
  const picked = new Picked(message, since <= message.sentAt);
  for (const line of lines) picked.take(line);
  return picked;
}

class Picked implements MessageTraced {
  readonly pushes: PushTraced[] = [];
  readonly confirmations: ConfirmationTraced[] = [];
  readonly tellings: TellingTraced[] = [];
  /** Devices of the recipient that are known not to have had it before what comes next. */
  private readonly without = new Set<string>();
  private readonly having = new Set<string>();

  constructor(
    private readonly message: MessageLife,
    private readonly isWhole: boolean,
  ) {}

  take(line: TraceLine): void {
    if (line.kind === 'pushed') this.pushed(line);
    else if (line.kind === 'confirmed') this.confirmed(line);
    else if (line.kind === 'told') this.told(line);
    else this.ofSession(line);
  }

  private pushed({ userId, device, sessionId, at, number }: TraceLine): void {
    const { fromUserId, toUserId, cursor, recipientCursor } = this.message;
    const isTo = userId === toUserId && number === recipientCursor;
    const isFrom = userId === fromUserId && number === cursor;
    if (isTo || isFrom) this.pushes.push({ userId, device, sessionId, at });
  }

  private confirmed({ userId, device, number, at }: TraceLine): void {
    const { toUserId, recipientCursor } = this.message;
    if (userId !== toUserId || this.having.has(device)) return;
    if (number < recipientCursor) {
      this.without.add(device);
      return;
    }
    this.having.add(device);
    // Of one that had it before the trace begins, the time is not known.
    if (this.isWhole || this.without.has(device)) this.confirmations.push({ device, at });
  }

  private told({ sessionId, device: outcome, at }: TraceLine): void {
    if (sessionId === this.message.messageId) this.tellings.push({ outcome, at });
  }

  private ofSession({ kind, sessionId, at, number }: TraceLine): void {
    if (sessionId === '') return;
    for (const push of this.pushes) {
      if (push.sessionId !== sessionId || push.endedAt !== undefined) continue;
      // A session is written to before its pushes are timed, all at the end of a turn.
      if (kind === 'slow' && at <= push.at) push.waited = true;
      if (kind === 'drained' && push.waited) push.drainedAt ??= at;
      if (kind === 'closed') {
        push.endedAt = at;
        push.endCode = number;
      }
    }
  }
}
