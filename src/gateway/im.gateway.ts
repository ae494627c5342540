import { Inject, Logger } from '@nestjs/common';
import { type OnGatewayConnection, type OnGatewayDisconnect, WebSocketGateway } from '@nestjs/websockets';
import { CLOCK, type Clock } from '../messaging/ports/clock.js';
import { contentJson } from '../model/content.js';
import type { RoomName, UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import { CLOSE } from '../protocol/codes.js';
import { describe } from '../protocol/decode.js';
import { encode, PLAIN_PONG } from '../protocol/encode.js';
import type {
  BroadcastFrame,
  ConversationsFrame,
  HistoryFrame,
  MessageFrame,
  PingFrame,
  ReadFrame,
  RecallFrame,
  ReceivedFrame,
  SenderFields,
  TokenFrame,
} from '../protocol/frames.js';
import { BroadcastTimeline } from './broadcast-timeline.js';
import { DOOR, type Door } from './door.js';
import {
  BroadcastFrameDto,
  ConversationsFrameDto,
  HistoryFrameDto,
  MessageFrameDto,
  PingFrameDto,
  ReadFrameDto,
  RecallFrameDto,
  ReceivedFrameDto,
  TokenFrameDto,
} from './frames/frame-dtos.js';
import { type FrameHandlers, OnFrame, type PeopleFrameHandlers, type RoomFrameHandlers } from './frames/on-frame.js';
import { PageAnswers } from './page-answers.js';
import { Arrivals } from './people/arrivals.js';
import { Rooms } from './rooms/rooms.js';
import type { Session } from './session.js';
import { SessionOpening } from './session-opening.js';
import { SessionPool } from './session-pool.js';
import { SessionSends } from './session-sends.js';
import { EVERYONE } from './topics.js';

/** A client that sends more `read` frames than can be stored tries again after so long. */
const READ_AGAIN_MS = 500;

export const GATEWAY_OPTIONS = Symbol('GatewayOptions');

/** What the gateway is told of the node it runs on. */
export interface GatewayOptions {
  /** Sessions of one user on this node; 0 is no limit [MP-1.15]. */
  readonly sessionsPerUser: number;
  readonly mayBroadcast: 'everyone' | 'role' | 'api';
}

/** The WebSocket edge: who comes and goes, and one method for each frame a client may send. */
@WebSocketGateway()
export class ImGateway
  implements
    OnGatewayConnection<Session>,
    OnGatewayDisconnect<Session>,
    Omit<FrameHandlers, keyof RoomFrameHandlers | keyof PeopleFrameHandlers>
{
  private readonly logger = new Logger(ImGateway.name);

  constructor(
    @Inject(SessionPool) private readonly pool: SessionPool<Session>,
    @Inject(SessionOpening) private readonly opening: SessionOpening,
    @Inject(SessionSends) private readonly sends: SessionSends,
    @Inject(Arrivals) private readonly arrivals: Arrivals,
    @Inject(PageAnswers) private readonly pages: PageAnswers,
    @Inject(BroadcastTimeline) private readonly broadcasts: BroadcastTimeline,
    @Inject(Rooms) private readonly rooms: Rooms,
    @Inject(DOOR) private readonly door: Door | null,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GATEWAY_OPTIONS) private readonly options: GatewayOptions,
  ) {}

  /** Nest calls this from an observable, where an exception would end the process. */
  handleConnection(session: Session): void {
    try {
      this.admit(session);
    } catch (error) {
      this.logger.error('a session could not be opened', error);
      session.close(CLOSE.internal);
    }
  }

  handleDisconnect(session: Session): void {
    this.rooms.leaveAll(session);
    const back = this.pool.remove(session);
    this.arrivals.left(session);
    if (back !== undefined) this.deliverTo(back);
  }

  @OnFrame('ping', PingFrameDto)
  ping(frame: PingFrame, session: Session): void {
    if (!session.full) return session.send(PLAIN_PONG);
    if (frame.cursor !== undefined) this.confirm(frame.cursor, session);
    const { inbox } = session;
    const { head: broadcast } = this.broadcasts;
    session.send(encode({ type: 'pong', head: inbox?.head ?? 0, broadcast, time: this.clock.now() }));
    inbox?.look();
  }

  @OnFrame('received', ReceivedFrameDto)
  received(frame: ReceivedFrame, session: Session): void {
    this.confirm(frame.cursor, session);
  }

  @OnFrame('read', ReadFrameDto)
  read({ peerId, seq }: ReadFrame, session: Session): void {
    const onAboveHead = () =>
      session.refuse('bad_frame', `seq must be at most the last one of this conversation, got ${seq}`);
    // The DTO has checked its form.
    if (session.inbox?.read(peerId as UserId, seq, onAboveHead) === false) {
      throw new Refusal('rate_limited', 'expected fewer read frames at once', READ_AGAIN_MS, 'open_reads');
    }
  }

  @OnFrame('message', MessageFrameDto)
  message(frame: MessageFrame, session: Session, verbatim: boolean): void {
    if (frame.room !== undefined) return this.say(frame, frame.room as RoomName, session, verbatim);
    const toUserId = this.recipientOf(frame);
    this.checkSender(frame, session);
    const content = contentJson(frame.message, verbatim);
    this.sends.message(frame, toUserId, content, session);
  }

  @OnFrame('recall', RecallFrameDto)
  recall(frame: RecallFrame, session: Session): void {
    this.sends.recall(frame, session);
  }

  @OnFrame('history', HistoryFrameDto)
  history(frame: HistoryFrame, session: Session): void {
    // The DTO has checked its form.
    const room = frame.room as RoomName | undefined;
    if (room === undefined) return this.pages.history(frame, session);
    this.rooms.checkIsIn(session, room);
    this.pages.roomHistory(frame, room, session);
  }

  @OnFrame('conversations', ConversationsFrameDto)
  conversations(frame: ConversationsFrame, session: Session): void {
    this.pages.conversations(frame, session);
  }

  @OnFrame('broadcast', BroadcastFrameDto)
  broadcast(frame: BroadcastFrame, session: Session, verbatim: boolean): void {
    this.checkSender(frame, session);
    this.checkMayBroadcast(session);
    this.sends.broadcast(frame, contentJson(frame.message, verbatim), session);
  }

  @OnFrame('token', TokenFrameDto)
  token({ token, id }: TokenFrame, session: Session): void {
    if (this.door === null) {
      throw new Refusal('unsupported', 'this server asks for no token; expected other frames');
    }
    this.door.renew(session, token, id, () => {
      this.rooms.renewed(session);
      this.arrivals.renewed(session);
    });
  }

  private admit(session: Session): void {
    this.arrivals.came(session);
    const displaced = this.pool.add(session);
    if (displaced?.full) displaced.close(CLOSE.replaced);
    else if (displaced !== undefined) setAside(displaced);
    this.deliverTo(session);
    this.keepToLimit(session);
  }

  /** From now on what is for this user reaches this session; a full one once it has its `welcome`. */
  private deliverTo(session: Session): void {
    if (!session.full) session.subscribe(EVERYONE);
    this.opening.open(session);
  }

  private confirm(cursor: number, { inbox }: Session): void {
    if (inbox === undefined || inbox.confirm(cursor)) return;
    throw new Refusal('bad_frame', `cursor must be at most ${inbox.written}, the last number sent here, got ${cursor}`);
  }

  /** Into a room [MP-4.5]. The DTO has checked its name. */
  private say(frame: MessageFrame, room: RoomName, session: Session, verbatim: boolean): void {
    if (frame.toUserId !== undefined) {
      throw new Refusal('bad_frame', 'a message goes to a toUserId or to a room, got both');
    }
    if (!session.full) throw new Refusal('unsupported', 'a plain session has no rooms; expected a full one, with ?v=1');
    if (frame.ephemeral || frame.ttlS !== undefined) {
      throw new Refusal('bad_frame', 'what is said in a room is stored; expected neither ephemeral nor ttlS');
    }
    this.checkSender(frame, session);
    this.rooms.checkIsIn(session, room);
    this.sends.toRoom(frame, room, contentJson(frame.message, verbatim), session);
  }

  private recipientOf({ toUserId }: MessageFrame): UserId {
    if (toUserId === undefined)
      throw new Refusal('bad_frame', 'toUserId must say whom the message is for, got nothing');
    // The DTO has checked its form.
    return toUserId as UserId;
  }

  private checkSender({ fromUserId, formUserId }: SenderFields, { userId }: Session): void {
    if (fromUserId !== undefined && fromUserId !== userId) throw notYourself('fromUserId', userId, fromUserId);
    if (formUserId !== undefined && formUserId !== userId) throw notYourself('formUserId', userId, formUserId);
  }

  /** [MP-2.27] */
  private checkMayBroadcast({ identity }: Session): void {
    const { mayBroadcast } = this.options;
    if (mayBroadcast === 'everyone' || (mayBroadcast === 'role' && identity?.roles.includes('broadcast'))) return;
    throw new Refusal('forbidden', 'this user may not broadcast; expected messages to users');
  }

  /** Lets the oldest session of this user go, a full one before a plain one, never the newest [MP-1.15]. */
  private keepToLimit(newest: Session): void {
    const { sessionsPerUser } = this.options;
    if (sessionsPerUser === 0) return;
    const others = [...this.pool.allOf(newest.userId)].filter((session) => session !== newest);
    if (others.length < sessionsPerUser) return;
    const oldestFirst = others.sort((a, b) => a.ordinal - b.ordinal);
    const full = oldestFirst.find((session) => session.full);
    if (full !== undefined) full.close(CLOSE.tooManyFull);
    else oldestFirst[0]?.close(CLOSE.tooManyPlain);
  }
}

/** It is delivered nothing until it has its place back [MP-1.12]. */
function setAside(session: Session): void {
  session.unsubscribe(EVERYONE);
  session.inbox?.stop();
  session.inbox = undefined;
}

function notYourself(field: string, userId: UserId, given: string): Refusal {
  return new Refusal('forbidden', `${field} must be your own user id "${userId}", got ${describe(given)}`);
}
