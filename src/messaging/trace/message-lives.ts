import type { UserId } from '../../model/ids.js';
import { ONLINE } from '../../model/place.js';
import type { Attendance } from '../attendance.js';
import type { Clock } from '../ports/clock.js';
import type { LifeAmongMany, MessageLife, StoreRead } from '../ports/store-reads.js';
import type { DeviceLife, LifeOfMany, LifeOfMessage, OpenSession } from './life.js';
import { traceOf } from './trace-of.js';
import type { TraceRing } from './trace-ring.js';
import { whyNone, whyOf, whyOfMany } from './why.js';

export interface MessageLivesParts {
  readonly read: Pick<StoreRead, 'life'>;
  readonly epoch: string;
  readonly attendance: Pick<Attendance, 'has'>;
  readonly sessionsOf: (userId: UserId) => readonly OpenSession[];
  /** Of what is for many: its topic. */
  readonly topicOf: (message: LifeAmongMany) => string;
  readonly ring: TraceRing | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/** Tells what became of a message, and why it did not arrive. */
export class MessageLives {
  constructor(private readonly parts: MessageLivesParts) {}

  async of(messageId: string): Promise<LifeOfMessage | LifeOfMany | { readonly none: string }> {
    const { read, clock, epoch } = this.parts;
    const life = await read.life({ messageId, now: clock.now() });
    if (life === undefined) return { none: whyNone(messageId, epoch) };
    return life.kind === 'message' ? this.ofMessage(life) : this.ofMany(life);
  }

  private ofMessage(message: MessageLife): LifeOfMessage {
    const { attendance, sessionsOf, ring } = this.parts;
    const { toUserId, recipientCursor } = message;
    const { confirmations, ...traced } = traceOf(message, ring?.lines() ?? [], ring?.since ?? 0);
    const times = new Map(confirmations.map(({ device, at }) => [device, at]));
    const life = {
      ...message,
      ...traced,
      online: attendance.has(ONLINE, toUserId),
      devices: message.devices.map(({ deviceId, cursor, seenAt }): DeviceLife => {
        const confirmedAt = times.get(deviceId);
        const has = cursor >= recipientCursor;
        return { deviceId, cursor, has, seenAt, ...(has && confirmedAt !== undefined && { confirmedAt }) };
      }),
      sessions: sessionsOf(toUserId),
      ...(ring && { tracedSince: ring.since }),
    };
    return { ...life, why: whyOf(life) };
  }

  private ofMany(message: LifeAmongMany): LifeOfMany {
    const { ring, topicOf } = this.parts;
    const topic = topicOf(message);
    const published = [];
    for (const { kind, userId, number, at, count } of ring?.lines() ?? []) {
      if (kind === 'published' && userId === topic && number === message.seq) published.push({ at, sessions: count });
    }
    const life = { ...message, published, ...(ring && { tracedSince: ring.since }) };
    return { ...life, why: whyOfMany(life) };
  }
}
