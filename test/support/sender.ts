import { setTimeout as after } from 'node:timers/promises';
import { type Frame, WsClient } from './ws-client.js';

/** As long as a test of faults waits for an answer that is late and must come. */
const ANSWER_WITHIN_MS = 30_000;

export interface SenderOptions {
  readonly userId: string;
  /** Each message goes to one of them, at random. */
  readonly recipients: readonly string[];
  /** Sent and not yet answered, at most. */
  readonly window?: number;
  /** Bytes that each message has on top of its id. */
  readonly padding?: number;
  /** Milliseconds between an answer and the next message. */
  readonly pauseMs?: number;
  /** Its frames can be read on the wire: they are masked with zeros. */
  readonly isUnmasked?: boolean;
}

/** What one message was acked as. */
export interface Acked {
  readonly id: string;
  readonly fromUserId: string;
  readonly toUserId: string;
  readonly messageId: string;
  readonly seq: number;
  readonly cursor: number;
  readonly sentAt: number;
}

/**
 * Sends as PROTOCOL.md §3 asks for: what has no ack is kept, and sent again in order, under its id, after `busy` and on
 * the next connection.
 */
export class Sender {
  readonly acked: Acked[] = [];
  /** Answers that were `busy`. */
  busy = 0;
  private readonly unanswered = new Map<string, Frame>();
  private made = 0;

  constructor(private readonly options: SenderOptions) {}

  get userId(): string {
    return this.options.userId;
  }

  /** Sends until the connection has gone, or until everything is answered after `end` came. */
  async run(ws: string, end?: AbortSignal): Promise<void> {
    const masking = this.options.isUnmasked ? { generateMask: () => undefined } : {};
    const session = await WsClient.open(`${ws}/websocket/${this.userId}`, masking).catch(() => undefined);
    if (session === undefined) return;
    let underWay = this.resend(session);
    let holdMs = 0;
    for (;;) {
      while (holdMs === 0 && !end?.aborted && underWay < (this.options.window ?? 100)) {
        session.send(this.make());
        underWay += 1;
      }
      if (this.unanswered.size === 0) return session.leave();
      const answer = await this.nextAnswer(session);
      if (answer === undefined) return;
      underWay -= 1;
      holdMs = Math.max(holdMs, this.take(answer));
      if (holdMs === 0 || underWay > 0) continue;
      await after(holdMs);
      holdMs = 0;
      underWay = this.resend(session);
    }
  }

  /** Sends what was acked again, which must change nothing; returns for how many the answer is not the first one. */
  async repeat(ws: string, count: number): Promise<number> {
    const session = await WsClient.open(`${ws}/websocket/${this.userId}?v=1`);
    await session.nextOnes(1);
    let wrong = 0;
    for (const { id, toUserId, ...first } of this.acked.slice(-count)) {
      session.send(this.frameOf(id, toUserId));
      let answer = await session.next();
      while (answer.id !== id || answer.type === 'message') answer = await session.next();
      const { duplicate, messageId, seq, cursor, sentAt } = answer;
      const isSame = messageId === first.messageId && seq === first.seq && cursor === first.cursor;
      if (duplicate !== true || !isSame || sentAt !== first.sentAt) wrong += 1;
    }
    await session.leave();
    return wrong;
  }

  private async nextAnswer(session: WsClient): Promise<Frame | undefined> {
    for (;;) {
      const frame = await session.nextUnlessClosed({ withinMs: ANSWER_WITHIN_MS });
      if (frame?.type === 'message') continue;
      if (this.options.pauseMs !== undefined) await after(this.options.pauseMs);
      return frame;
    }
  }

  private make(): Frame {
    const { recipients, userId } = this.options;
    this.made += 1;
    const id = `${userId}-${String(this.made).padStart(6, '0')}`;
    const frame = this.frameOf(id, recipients[Math.floor(Math.random() * recipients.length)] ?? userId);
    this.unanswered.set(id, frame);
    return frame;
  }

  private frameOf(id: string, toUserId: string): Frame {
    const { padding = 0 } = this.options;
    return { type: 'message', id, toUserId, message: padding > 0 ? { id, padding: 'x'.repeat(padding) } : id };
  }

  private resend(session: WsClient): number {
    for (const frame of this.unanswered.values()) session.send(frame);
    return this.unanswered.size;
  }

  /** Returns for how many milliseconds to wait with everything. */
  private take({ type, code, id, messageId, seq, cursor, sentAt, retryAfterMs }: Frame): number {
    if (type === 'error' && code === 'busy') {
      this.busy += 1;
      return Number(retryAfterMs);
    }
    const frame = this.unanswered.get(String(id));
    if (type !== 'ack' || frame === undefined) throw new Error(`expected an ack, got ${type} ${code} for ${id}`);
    this.unanswered.delete(String(id));
    this.acked.push({
      id: String(id),
      fromUserId: this.userId,
      toUserId: String(frame.toUserId),
      messageId: String(messageId),
      seq: Number(seq),
      cursor: Number(cursor),
      sentAt: Number(sentAt),
    });
    return 0;
  }
}
