import type { ContentJson } from '../model/content.js';
import type { RoomName, UserId } from '../model/ids.js';
import type { BroadcastFrame, MessageFrame, RecallFrame } from '../protocol/frames.js';
import type { EphemeralSends } from './ephemeral-sends.js';
import type { SendChecks } from './send-checks.js';
import type { Session } from './session.js';
import type { StoredSends } from './stored-sends.js';

/**
 * What sessions send: checked before, where there is somebody who wants to see it. Where there is nobody it costs nothing;
 * the closures stand in methods of their own, since they would cost every send an allocation.
 */
export class SessionSends {
  constructor(
    private readonly stored: StoredSends,
    private readonly ephemeral: EphemeralSends,
    private readonly checks: SendChecks | undefined,
  ) {}

  message(frame: MessageFrame, toUserId: UserId, content: ContentJson, session: Session): void {
    if (this.checks === undefined) this.toUser(frame, toUserId, content, session);
    else this.checkToUser(this.checks, frame, toUserId, content, session);
  }

  broadcast(frame: BroadcastFrame, content: ContentJson, session: Session): void {
    if (this.checks === undefined) this.stored.broadcast(frame, content, session);
    else this.checkBroadcast(this.checks, frame, content, session);
  }

  toRoom(frame: MessageFrame, room: RoomName, content: ContentJson, session: Session): void {
    if (this.checks === undefined) this.stored.toRoom(frame, room, content, session);
    else this.checkToRoom(this.checks, frame, room, content, session);
  }

  recall(frame: RecallFrame, session: Session): void {
    this.stored.recall(frame, session);
  }

  private toUser(
    frame: MessageFrame,
    toUserId: UserId,
    content: ContentJson,
    session: Session,
    given?: ContentJson,
  ): void {
    if (frame.ephemeral) this.ephemeral.message(frame, toUserId, content, session);
    else this.stored.message(frame, toUserId, content, session, given);
  }

  private checkToUser(
    checks: SendChecks,
    frame: MessageFrame,
    toUserId: UserId,
    content: ContentJson,
    session: Session,
  ): void {
    checks.before(session, frame.id, { toUserId }, content, (checked, given) =>
      this.toUser(frame, toUserId, checked, session, given),
    );
  }

  private checkBroadcast(checks: SendChecks, frame: BroadcastFrame, content: ContentJson, session: Session): void {
    checks.before(session, frame.id, { broadcast: true }, content, (checked, given) =>
      this.stored.broadcast(frame, checked, session, given),
    );
  }

  private checkToRoom(
    checks: SendChecks,
    frame: MessageFrame,
    room: RoomName,
    content: ContentJson,
    session: Session,
  ): void {
    checks.before(session, frame.id, { room }, content, (checked, given) =>
      this.stored.toRoom(frame, room, checked, session, given),
    );
  }
}
