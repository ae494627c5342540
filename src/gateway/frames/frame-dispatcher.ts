import type { Log } from '../../messaging/ports/log.js';
import { isFrameId } from '../../model/ids.js';
import { Refusal } from '../../model/refusal.js';
import { CLOSE, type ErrorCode } from '../../protocol/codes.js';
import { type DecodedFrame, decode, describe } from '../../protocol/decode.js';
import { CLIENT_FRAMES, type ClientFrameType } from '../../protocol/frames.js';
import { BAD_FRAME_WINDOW_MS, MAX_BAD_FRAMES, MAX_FRAME_BYTES } from '../../protocol/limits.js';
import { type CompiledDto, compileDto } from '../../validation/compile-dto.js';
import type { GatewayCounts, Received } from '../gateway-counts.js';
import type { SendGate } from '../limits/send-gate.js';
import type { Session } from '../session.js';
import { type FrameHandler, frameHandlersOf } from './on-frame.js';

interface Entry {
  readonly plain: boolean;
  readonly kind: 'send' | 'question' | 'control';
  readonly dto: CompiledDto;
  readonly received: Received;
  readonly handle: FrameHandler['handle'];
}

const PING = { type: 'ping' } as const;

/** From a session's text to the one handler of that frame, or to the words of a refusal. */
export class FrameDispatcher {
  private readonly entries = new Map<string, Entry>();
  private readonly pings: Received;
  private readonly strange: Received;
  private handlePing: FrameHandler['handle'] = () => undefined;

  constructor(
    handlers: readonly object[],
    private readonly gate: SendGate,
    private readonly monotonicMs: () => number,
    private readonly counts: GatewayCounts,
    private readonly log: Log,
  ) {
    this.pings = counts.receivedOf('ping');
    this.strange = counts.receivedOf('none');
    const found = frameHandlersOf(handlers);
    for (const type of Object.keys(CLIENT_FRAMES) as ClientFrameType[]) {
      const handler = found.get(type);
      if (handler === undefined) throw new Error(`no method has @OnFrame('${type}')`);
      const { dto, handle } = handler;
      this.entries.set(type, {
        ...CLIENT_FRAMES[type],
        dto: compileDto(dto),
        received: counts.receivedOf(type),
        handle,
      });
      if (type === 'ping') this.handlePing = handle;
    }
  }

  /** Handles one text of a session. Throws only what is our own fault. */
  receive(session: Session, text: string, byteLength: number): void {
    if (session.closing) return;
    session.heard = true;
    if (session.isOpening) return this.postpone(session, text, byteLength);
    this.counts.receivedBytes += byteLength;
    if (byteLength > MAX_FRAME_BYTES) return session.close(CLOSE.tooLarge);

    const decoded = decode(text);
    if (decoded.kind === 'ping') return this.ping(session);
    if (decoded.kind === 'bad') return this.refuseStrange(session, decoded.code, decoded.because, decoded.id);
    this.dispatch(session, decoded, byteLength);
  }

  private ping(session: Session): void {
    this.pings.frames += 1;
    this.handlePing(PING as never, session, false);
  }

  /** Apart from `receive`, where a closure would cost every frame an allocation. */
  private postpone(session: Session, text: string, byteLength: number): void {
    session.postpone(byteLength, () => this.receive(session, text, byteLength));
  }

  private dispatch(session: Session, { type, fields, verbatim }: DecodedFrame, byteLength: number): void {
    const entry = this.entries.get(type);
    if (entry === undefined) return this.refuseUnknown(session, type, fields.id);
    entry.received.frames += 1;
    if (!session.full && !entry.plain) {
      return this.refuse(
        session,
        'unsupported',
        `a plain session may not send ${type}; expected a full one, with ?v=1`,
        fields.id,
      );
    }
    if (!entry.dto.accepts(fields)) {
      const fault = entry.dto.fault(fields);
      if (fault !== undefined) return this.refuse(session, 'bad_frame', fault, fields.id);
    }
    try {
      if (entry.kind !== 'control') this.gate.pass(session, entry.kind === 'send', fields.id, byteLength);
      // The DTO has just vouched for the fields.
      entry.handle(fields as never, session, verbatim);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.limit !== undefined) this.counts.limits.add(error.limit);
      this.refuse(session, error.code, error.message, fields.id, error.retryAfterMs);
    }
  }

  private refuseUnknown(session: Session, type: string, id: unknown): void {
    const known = Object.keys(CLIENT_FRAMES).join(', ');
    this.refuseStrange(session, 'bad_frame', `type must be one of ${known}, got ${describe(type)}`, id);
  }

  /** What is none of the frames that there are. */
  private refuseStrange(session: Session, code: ErrorCode, because: string, id: unknown): void {
    this.strange.frames += 1;
    this.refuse(session, code, because, id);
  }

  private refuse(session: Session, code: ErrorCode, because: string, id: unknown, retryAfterMs?: number): void {
    this.log.debug({ sessionId: session.id, userId: session.userId, code }, 'frame refused');
    session.refuse(code, because, { id: isFrameId(id) ? id : undefined, retryAfterMs });
    if (code === 'bad_frame' && this.isOneTooMany(session)) session.close(CLOSE.badFrames);
  }

  /** Whether this bad frame is the last that the session may send within the window [MP-2.13]. */
  private isOneTooMany(session: Session): boolean {
    const now = this.monotonicMs();
    const recent = (session.badFrameTimes ?? []).filter((time) => time > now - BAD_FRAME_WINDOW_MS);
    recent.push(now);
    session.badFrameTimes = recent;
    return recent.length >= MAX_BAD_FRAMES;
  }
}
