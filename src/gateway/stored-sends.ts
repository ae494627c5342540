import type { Declined, Stored } from '../messaging/ports/store-writes.js';
import { refusalOf } from '../messaging/refusal-of.js';
import type { SendMessage } from '../messaging/send-message.js';
import type { ContentJson } from '../model/content.js';
import type { FrameId, RoomName, UserId } from '../model/ids.js';
import { encodeStoredAck } from '../protocol/encode.js';
import type { BroadcastFrame, MessageFrame, RecallFrame } from '../protocol/frames.js';
import type { Latencies } from './latencies.js';
import { BUSY, type SendGate } from './limits/send-gate.js';
import type { Session } from './session.js';

/** The sends of a session that are stored, and their answers. */
export class StoredSends {
  constructor(
    private readonly sendMessage: SendMessage,
    private readonly gate: SendGate,
    private readonly latencies: Latencies,
  ) {}

  message(
    { id, ttlS }: MessageFrame,
    toUserId: UserId,
    content: ContentJson,
    session: Session,
    given?: ContentJson,
  ): void {
    const cameAt = this.latencies.now();
    // The DTO has checked its form.
    const send = { fromUserId: session.userId, toUserId, id: id as FrameId | undefined, content, given, ttlS };
    this.sendMessage.send(send, (outcome) => this.answer(session, id, outcome, cameAt));
  }

  broadcast({ id }: BroadcastFrame, content: ContentJson, session: Session, given?: ContentJson): void {
    const cameAt = this.latencies.now();
    const broadcast = { fromUserId: session.userId, id: id as FrameId | undefined, content, given };
    this.sendMessage.broadcast(broadcast, (outcome) => this.answer(session, id, outcome, cameAt));
  }

  toRoom({ id }: MessageFrame, room: RoomName, content: ContentJson, session: Session, given?: ContentJson): void {
    const cameAt = this.latencies.now();
    const send = { fromUserId: session.userId, room, id: id as FrameId | undefined, content, given };
    this.sendMessage.toRoom(send, (outcome) => this.answer(session, id, outcome, cameAt));
  }

  recall({ id, messageId }: RecallFrame, session: Session): void {
    const cameAt = this.latencies.now();
    const recall = { fromUserId: session.userId, id: id as FrameId, messageId };
    this.sendMessage.recall(recall, (outcome) => this.answer(session, id, outcome, cameAt));
  }

  private answer(session: Session, id: string | undefined, outcome: Stored | Declined, cameAt: number): void {
    if (outcome.kind !== 'stored') return this.refuse(session, id, outcome.kind);
    if (id === undefined) return;
    session.send(encodeStoredAck(id, outcome));
    this.latencies.acked(cameAt);
    if (outcome.cursor > 0) session.inbox?.acknowledged(outcome.cursor);
  }

  private refuse(session: Session, id: string | undefined, kind: Declined['kind']): void {
    if (kind === 'busy') {
      session.busySends += 1;
      return session.refuse('busy', BUSY, { id, retryAfterMs: this.gate.holdBusy(session, id) });
    }
    const { code, message } = refusalOf(kind);
    session.refuse(code, message, { id });
  }
}
