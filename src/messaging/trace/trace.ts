import type { UserId } from '../../model/ids.js';
import type { InboxEntry } from '../../model/stored.js';
import type { UserEvent } from '../../model/user-event.js';
import type { Clock } from '../ports/clock.js';
import type { HookItem } from '../ports/store-hooks.js';
import type { StoreOutcome, StoreWrite } from '../ports/store-writes.js';
import type { Traced, TraceRing } from './trace-ring.js';
import type { UserEvents } from './user-events.js';
import { eventsOf } from './write-events.js';

/** A session, as the trace knows it. */
export interface TracedSession extends Traced {
  readonly full: boolean;
  readonly remoteAddress: string;
}

/** How far a conversation has come, as `userId` is told. */
interface ToldMarks {
  readonly peerId: UserId;
  readonly delivered?: number;
  readonly read?: number;
  readonly ownRead?: number;
}

/**
 * Told of what happens to messages here, for whoever asks why one did not arrive: the last of it is kept for a while
 * (`TraceRing`, if there is one), and all that concerns a user is told to who follows him (`UserEvents`).
 */
export class Trace {
  constructor(
    private readonly ring: TraceRing | undefined,
    private readonly events: UserEvents,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** Somebody is followed. */
  get isFollowed(): boolean {
    return this.events.isFollowed;
  }

  /** An entry of the inbox is about to go out to a session. */
  pushed(session: Traced, entry: InboxEntry): void {
    this.ring?.push(session, entry.cursor);
    if (this.events.isFollowed) this.tellPushed(session, entry);
  }

  /** Entries of the inbox were the answer to a question over HTTP. */
  polled(userId: UserId, device: string, entries: readonly InboxEntry[]): void {
    const poll = { userId, device, id: '' };
    for (const entry of entries) {
      this.ring?.note('pushed', poll, entry.cursor);
      if (this.events.isFollowed) this.tellPushed(poll, entry);
    }
  }

  /** What was about to go out has been handed to the network. */
  written(): void {
    this.ring?.written();
  }

  /** The network did not take all that this session had. */
  slow(session: Traced): void {
    this.ring?.note('slow', session);
  }

  drained(session: Traced): void {
    this.ring?.note('drained', session);
  }

  opened(session: TracedSession): void {
    this.ring?.note('opened', session);
    const { id: sessionId, device, full, remoteAddress } = session;
    this.tell(session.userId, { type: 'connected', sessionId, device, full, remoteAddress });
  }

  /** `wasIn`: it had shown whose it is, where that is asked for. */
  closed(session: Traced, code: number, wasIn: boolean): void {
    const { id: sessionId, userId, device } = session;
    if (wasIn) this.ring?.note('closed', session, code);
    this.tell(userId, { type: 'disconnected', sessionId, device, code });
  }

  /** What stands at `seq` of a topic goes to so many sessions. */
  published(topic: string, seq: number, sessions: number): void {
    this.ring?.note('published', { userId: topic, device: '', id: '' }, seq, sessions);
  }

  refused({ id: sessionId, userId, device }: Traced, error: string, id: string | undefined): void {
    this.tell(userId, { type: 'refused', sessionId, device, error, ...(id !== undefined && { id }) });
  }

  ephemeral(fromUserId: UserId, toUserId: UserId, sessions: number): void {
    const event = { type: 'ephemeral', fromUserId, toUserId, sessions } as const;
    this.tell(toUserId, event);
    if (fromUserId !== toUserId) this.tell(fromUserId, event);
  }

  receipt(userId: UserId, { peerId, delivered, read, ownRead }: ToldMarks): void {
    const marks = {
      ...(delivered !== undefined && { delivered }),
      ...(read !== undefined && { read }),
      ...(ownRead !== undefined && { ownRead }),
    };
    this.tell(userId, { type: 'receipt', peerId, ...marks });
  }

  /** The hook was told, or not. */
  hooked({ userId, type, message }: HookItem, outcome: string, reason: string | undefined): void {
    const messageId = message?.messageId;
    if (messageId !== undefined) this.ring?.note('told', { userId, device: outcome, id: messageId });
    const details = { ...(messageId !== undefined && { messageId }), ...(reason !== undefined && { reason }) };
    this.tell(userId, { type: 'hook', event: type, outcome, ...details });
  }

  /** The store has answered these, one by one. */
  readonly stored = (writes: readonly StoreWrite[], outcomes: readonly StoreOutcome[]): void => {
    const { ring, events } = this;
    if (ring === undefined && !events.isFollowed) return;
    for (let place = 0; place < outcomes.length; place += 1) {
      const [write, outcome] = [writes[place], outcomes[place]];
      if (write === undefined || outcome === undefined) continue;
      if (write.kind === 'confirm' && outcome.kind === 'confirmed') {
        ring?.note('confirmed', { userId: write.userId, device: write.deviceId, id: '' }, outcome.cursor);
      }
      if (!events.isFollowed) continue;
      for (const [userId, event] of eventsOf(write, outcome)) this.tell(userId, event);
    }
  };

  private tellPushed({ userId, id: sessionId, device }: Traced, entry: InboxEntry): void {
    const { kind, cursor, messageId, fromUserId, toUserId, seq } = entry;
    const what = kind === 'message' ? kind : 'recall';
    this.tell(userId, { type: 'pushed', sessionId, device, what, cursor, messageId, fromUserId, toUserId, seq });
  }

  private tell(userId: string, event: Omit<UserEvent, 'at'>): void {
    if (this.events.isOf(userId)) this.events.note(userId, { ...event, at: this.clock.now() });
  }
}
