import type { Cards } from '../messaging/cards.js';
import type { BusNote, InboxNote, ReceiptNote, TypingNote } from '../messaging/ports/bus.js';
import type { LiveDelivery } from '../messaging/ports/live-delivery.js';
import type { Trace } from '../messaging/trace/trace.js';
import type { UserId } from '../model/ids.js';
import type { EphemeralMessage } from '../model/message.js';
import { encode, encodeEntry, encodeEphemeralMessage } from '../protocol/encode.js';
import type { Latencies } from './latencies.js';
import type { Session } from './session.js';
import type { SessionPool } from './session-pool.js';

/** Delivers to the sessions of this node; a message is serialised once, however many of them get it. */
export class PoolDelivery implements LiveDelivery {
  constructor(
    private readonly pool: SessionPool<Session>,
    private readonly cards: Pick<Cards, 'blocks'>,
    private readonly latencies: Latencies,
    private readonly trace?: Trace,
  ) {}

  deliver({ fromUserId, toUserId, message, sentAt }: EphemeralMessage, exceptSessionId?: string): number | undefined {
    const sessions = this.pool.currentOf(toUserId);
    if (sessions === undefined) return undefined;
    const text = encodeEphemeralMessage(fromUserId, toUserId, message, sentAt);
    let delivered = 0;
    for (const session of sessions) {
      if (session.id === exceptSessionId || session.isOpening) continue;
      session.send(text);
      delivered += 1;
    }
    if (delivered > 0) this.latencies.deliveredEphemeral(sentAt, delivered);
    if (this.pool.hasEcho && fromUserId !== toUserId) this.echo(fromUserId, text);
    if (this.trace?.isFollowed) this.trace.ephemeral(fromUserId, toUserId, delivered);
    return delivered;
  }

  /** What came over the bus, for whichever sessions of this node it concerns. */
  readonly hear = (note: BusNote): void => {
    if (note.kind === 'inbox') this.offer(note);
    else if (note.kind === 'receipt') this.tellReceipt(note);
    else if (note.kind === 'typing') this.tellTyping(note);
  };

  private offer({ userId, entry }: InboxNote): void {
    let forFull: string | undefined;
    let forPlain: string | undefined;
    for (const session of this.pool.currentOf(userId) ?? []) {
      if (!session.inbox?.offer(entry.cursor)) continue;
      if (session.full) forFull ??= encodeEntry(entry, userId, true);
      else forPlain ??= encodeEntry(entry, userId, false);
      const isShown = session.inbox.writeText(entry, (session.full ? forFull : forPlain) ?? '');
      if (isShown && entry.kind === 'message') this.latencies.delivered(entry.sentAt);
    }
  }

  private tellReceipt({ kind: _, userId, exceptSessionId, ...marks }: ReceiptNote): void {
    if (this.trace?.isFollowed) this.trace.receipt(userId, marks);
    this.tell(userId, () => encode({ type: 'receipt', ...marks }), exceptSessionId);
  }

  private tellTyping({ userId, fromUserId }: TypingNote): void {
    if (this.cards.blocks(userId, fromUserId)) return;
    this.tell(userId, () => encode({ type: 'typing', fromUserId }));
  }

  /** Tells a user's full sessions. */
  private tell(userId: UserId, text: () => string, exceptSessionId?: string): void {
    let encoded: string | undefined;
    for (const session of this.pool.currentOf(userId) ?? []) {
      if (!session.full || session.isOpening || session.id === exceptSessionId) continue;
      encoded ??= text();
      session.send(encoded);
    }
  }

  /** [MP-1.6] */
  private echo(fromUserId: EphemeralMessage['fromUserId'], text: string): void {
    for (const session of this.pool.currentOf(fromUserId) ?? []) {
      if (session.echo) session.send(text);
    }
  }
}
