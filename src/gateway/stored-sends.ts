import type { Declined, Stored } from '../messaging/ports/store-writes.js';
import type { SendMessage } from '../messaging/send-message.js';
import type { ContentJson } from '../model/content.js';
import type { FrameId, UserId } from '../model/ids.js';
import { encodeError, encodeStoredAck } from '../protocol/encode.js';
import type { BroadcastFrame, MessageFrame, RecallFrame } from '../protocol/frames.js';
import { BUSY, type SendGate } from './limits/send-gate.js';
import type { Session } from './session.js';

/** The sends of a session that are stored, and their answers. */
export class StoredSends {
  constructor(
    private readonly sendMessage: SendMessage,
    private readonly gate: SendGate,
  ) {}

  message({ id, ttlS }: MessageFrame, toUserId: UserId, content: ContentJson, session: Session): void {
    // The DTO has checked its form.
    const send = { fromUserId: session.userId, toUserId, id: id as FrameId | undefined, content, ttlS };
    this.sendMessage.send(send, (outcome) => this.answer(session, id, outcome));
  }

  broadcast({ id }: BroadcastFrame, content: ContentJson, session: Session): void {
    const broadcast = { fromUserId: session.userId, id: id as FrameId | undefined, content };
    this.sendMessage.broadcast(broadcast, (outcome) => this.answer(session, id, outcome));
  }

  recall({ id, messageId }: RecallFrame, session: Session): void {
    const recall = { fromUserId: session.userId, id: id as FrameId, messageId };
    this.sendMessage.recall(recall, (outcome) => this.answer(session, id, outcome));
  }

  private answer(session: Session, id: string | undefined, outcome: Stored | Declined): void {
    if (outcome.kind !== 'stored') return this.refuse(session, id, outcome.kind);
    if (id === undefined) return;
    session.send(encodeStoredAck(id, outcome));
    if (outcome.cursor > 0) session.inbox?.acknowledged(outcome.cursor);
  }

  private refuse(session: Session, id: string | undefined, kind: Declined['kind']): void {
    switch (kind) {
      case 'busy':
        return session.send(encodeError('busy', BUSY, id, this.gate.holdBusy(session, id)));
      case 'conflict':
        return session.send(encodeError('conflict', 'this id was used for another message; expected a new one', id));
      // Somebody else's message and one that never was look the same: ids are no oracle.
      case 'not_found':
      case 'forbidden':
        return session.send(encodeError('not_found', 'there is no such message; expected a messageId of yours', id));
      case 'too_late':
        return session.send(encodeError('forbidden', 'the time in which a message can be recalled is over', id));
      case 'above_head':
        return session.send(encodeError('bad_frame', 'expected a number that was given out', id));
    }
  }
}
