import { Inject, Logger } from '@nestjs/common';
import { type OnGatewayConnection, type OnGatewayDisconnect, WebSocketGateway } from '@nestjs/websockets';
import { CLOCK, type Clock } from '../messaging/ports/clock.js';
import { SendEphemeral } from '../messaging/send-ephemeral.js';
import { contentJson } from '../model/content.js';
import type { UserId } from '../model/ids.js';
import { Refusal } from '../model/refusal.js';
import { CLOSE } from '../protocol/codes.js';
import { describe } from '../protocol/decode.js';
import { encode, encodeAck, PLAIN_PONG } from '../protocol/encode.js';
import type { BroadcastFrame, MessageFrame, PingFrame, SenderFields } from '../protocol/frames.js';
import { DEAD_AFTER_MS, MAX_FRAME_BYTES, PING_EVERY_MS, PROTOCOL_VERSION } from '../protocol/limits.js';
import { BroadcastFrameDto, MessageFrameDto, PingFrameDto } from './frames/frame-dtos.js';
import { type FrameHandlers, OnFrame } from './frames/on-frame.js';
import type { Session } from './session.js';
import { SessionPool } from './session-pool.js';

export const GATEWAY_OPTIONS = Symbol('GatewayOptions');

/** What the gateway is told of the node it runs on. */
export interface GatewayOptions {
  readonly epoch: string;
  /** Sessions of one user on this node; 0 is no limit [MP-1.15]. */
  readonly sessionsPerUser: number;
  readonly idleTimeoutS: number;
}

/** The WebSocket edge: who comes and goes, and one method for each frame a client may send. */
@WebSocketGateway()
export class ImGateway implements OnGatewayConnection<Session>, OnGatewayDisconnect<Session>, FrameHandlers {
  private readonly logger = new Logger(ImGateway.name);

  constructor(
    @Inject(SessionPool) private readonly pool: SessionPool<Session>,
    @Inject(SendEphemeral) private readonly sendEphemeral: SendEphemeral,
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
    this.pool.remove(session)?.subscribe();
  }

  @OnFrame('ping', PingFrameDto)
  ping(_frame: PingFrame, session: Session): void {
    if (!session.full) return session.send(PLAIN_PONG);
    session.send(encode({ type: 'pong', head: 0, broadcast: 0, time: this.clock.now() }));
  }

  @OnFrame('message', MessageFrameDto)
  message(frame: MessageFrame, session: Session, verbatim: boolean): void {
    const toUserId = this.onlyTarget(frame);
    this.checkSender(frame, session);
    // The session that gave an id learns all there is from its ack [MP-2.17].
    const exceptSessionId = session.full && frame.id !== undefined ? session.id : undefined;
    const message = contentJson(frame.message, verbatim);
    const delivered = this.sendEphemeral.toUser(session.userId, toUserId, message, exceptSessionId);
    this.acknowledge(frame.id, delivered, session);
  }

  @OnFrame('broadcast', BroadcastFrameDto)
  broadcast(frame: BroadcastFrame, session: Session, verbatim: boolean): void {
    this.checkSender(frame, session);
    const delivered = this.sendEphemeral.toEveryone(session.userId, contentJson(frame.message, verbatim));
    this.acknowledge(frame.id, delivered, session);
  }

  private admit(session: Session): void {
    const displaced = this.pool.add(session);
    if (displaced?.full) displaced.close(CLOSE.replaced);
    else displaced?.unsubscribe();
    session.subscribe();
    if (session.full) session.send(this.welcome(session));
    this.keepToLimit(session);
  }

  private acknowledge(id: string | undefined, delivered: number, session: Session): void {
    if (id !== undefined) session.send(encodeAck(id, delivered));
  }

  private onlyTarget({ toUserId, room }: MessageFrame): UserId {
    if (toUserId !== undefined && room !== undefined) {
      throw new Refusal('bad_frame', 'a message goes to a toUserId or to a room, got both');
    }
    if (room !== undefined)
      throw new Refusal('unsupported', 'this server does not have rooms yet; expected a toUserId');
    if (toUserId === undefined)
      throw new Refusal('bad_frame', 'toUserId must say whom the message is for, got nothing');
    // The DTO has checked its form.
    return toUserId as UserId;
  }

  private checkSender({ fromUserId, formUserId }: SenderFields, { userId }: Session): void {
    if (fromUserId !== undefined && fromUserId !== userId) throw notYourself('fromUserId', userId, fromUserId);
    if (formUserId !== undefined && formUserId !== userId) throw notYourself('formUserId', userId, formUserId);
  }

  private welcome(session: Session): string {
    return encode({
      type: 'welcome',
      v: PROTOCOL_VERSION,
      sessionId: session.id,
      userId: session.userId,
      device: session.device,
      epoch: this.options.epoch,
      head: 0,
      cursor: 0,
      broadcast: 0,
      broadcastFrom: 1,
      pingEveryMs: Math.min(PING_EVERY_MS, this.options.idleTimeoutS * 250),
      deadAfterMs: Math.min(DEAD_AFTER_MS, this.options.idleTimeoutS * 500),
      maxFrameBytes: MAX_FRAME_BYTES,
      time: this.clock.now(),
    });
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

function notYourself(field: string, userId: UserId, given: string): Refusal {
  return new Refusal('forbidden', `${field} must be your own user id "${userId}", got ${describe(given)}`);
}
