import type { Cards } from '../messaging/cards.js';
import { DeviceMarks, type MarkParts } from '../messaging/device-marks.js';
import type { FollowerCounts, FollowerParts } from '../messaging/inbox-follower.js';
import type { MessageStore } from '../messaging/ports/message-store.js';
import type { Trace } from '../messaging/trace/trace.js';
import { isOfEpoch, whereToBegin } from '../messaging/where-to-begin.js';
import type { DeviceId } from '../model/ids.js';
import { isProfile } from '../model/profile.js';
import type { UserMarks } from '../model/stored.js';
import { CLOSE } from '../protocol/codes.js';
import { encode } from '../protocol/encode.js';
import {
  CATCH_UP_BYTES,
  CATCH_UP_MESSAGES,
  CATCH_UP_MESSAGES_PLAIN,
  DEAD_AFTER_MS,
  MAX_FRAME_BYTES,
  PING_EVERY_MS,
  PROTOCOL_VERSION,
} from '../protocol/limits.js';
import type { BroadcastTimeline } from './broadcast-timeline.js';
import type { Session } from './session.js';
import { SessionInbox } from './session-inbox.js';
import type { Replay } from './shared-timeline.js';

/** Plain sessions, and devices that end with their session, share one cursor: it raises the delivered mark, and nobody begins there. */
const PASSING_DEVICE = '~' as DeviceId;

export interface OpeningParts extends MarkParts {
  readonly store: Pick<MessageStore, 'read' | 'epoch'>;
  readonly broadcasts: BroadcastTimeline;
  readonly cards: Pick<Cards, 'load' | 'profileOf'>;
  readonly counts: FollowerCounts;
  readonly idleTimeoutS: number;
  readonly trace?: Trace | undefined;
  readonly onError: (error: unknown) => void;
}

/** Asks the store where a session begins, and lets it begin [MP-3.8]. */
export class SessionOpening {
  private readonly full: FollowerParts;
  private readonly plain: FollowerParts;

  constructor(private readonly parts: OpeningParts) {
    const { store, clock, counts } = parts;
    const follower = { read: store.read, clock, counts, pageBytes: CATCH_UP_BYTES };
    this.full = { ...follower, pageLimit: CATCH_UP_MESSAGES };
    this.plain = { ...follower, pageLimit: CATCH_UP_MESSAGES_PLAIN };
  }

  /** Live entries are offered to the session's inbox from the moment that this is called. */
  open(session: Session): void {
    const { store, cards, onError } = this.parts;
    const { userId } = session;
    const inbox = this.inboxOf(session);
    session.inbox = inbox;
    // Asked for in one turn, they are one answer of the store.
    Promise.all([store.read.user(userId), cards.load([userId])]).then(
      ([marks]) => {
        if (!session.closing && session.inbox === inbox) this.begin(session, inbox, marks);
      },
      (error) => {
        onError(error);
        session.close(CLOSE.internal);
      },
    );
  }

  private begin(session: Session, inbox: SessionInbox, marks: UserMarks): void {
    const { epoch } = this.parts.store;
    const { cursor, refused } = whereToBegin(
      marks,
      session.keepsDevice ? session.device : undefined,
      session.claim,
      epoch,
    );
    if (session.isOpening) this.welcome(session, marks.head, cursor);
    if (refused !== undefined) {
      session.send(encode({ type: 'toolong', from: refused + 1, floor: marks.floor, head: marks.head }));
    } else if (session.keepsDevice) inbox.register(cursor);
    inbox.begin(cursor, marks.head);
    session.opened();
  }

  private inboxOf(session: Session): SessionInbox {
    const deviceId = session.keepsDevice ? session.device : PASSING_DEVICE;
    const deviceMarks = new DeviceMarks(session.userId, deviceId, session.id, this.parts);
    const { onError, trace } = this.parts;
    return new SessionInbox(session, deviceMarks, session.full ? this.full : this.plain, onError, trace);
  }

  /** What a full session is told first, and the broadcasts that it asked for; from then on it gets them all [MP-4.2]. */
  private welcome(session: Session, head: number, cursor: number): void {
    const { broadcasts } = this.parts;
    const { head: last, floor } = broadcasts;
    const { broadcast } = session.claim;
    const isKnown = isOfEpoch(session.claim, this.parts.store.epoch) && (broadcast ?? 0) <= last;
    const replay = broadcasts.replaySince(isKnown && broadcast !== undefined ? broadcast : last);
    session.send(this.encodeWelcome(session, head, cursor, replay));
    const isAnswered = broadcast === undefined || (isKnown && (broadcast === last || replay.texts.length > 0));
    if (!isAnswered) {
      session.send(encode({ type: 'toolong', broadcast: true, from: broadcast + 1, floor, head: last }));
    }
    for (const text of replay.texts) session.send(text);
    broadcasts.admit(session);
  }

  private encodeWelcome(session: Session, head: number, cursor: number, replay: Replay): string {
    const { store, broadcasts, cards, clock, idleTimeoutS } = this.parts;
    const profile = cards.profileOf(session.userId);
    return encode({
      type: 'welcome',
      v: PROTOCOL_VERSION,
      sessionId: session.id,
      userId: session.userId,
      device: session.device,
      epoch: store.epoch,
      head,
      cursor,
      broadcast: broadcasts.head,
      broadcastFrom: replay.from,
      pingEveryMs: Math.min(PING_EVERY_MS, idleTimeoutS * 250),
      deadAfterMs: Math.min(DEAD_AFTER_MS, idleTimeoutS * 500),
      maxFrameBytes: MAX_FRAME_BYTES,
      time: clock.now(),
      ...(isProfile(profile) && { profile }),
    });
  }
}
