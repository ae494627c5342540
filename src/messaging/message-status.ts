import type { DeviceId, UserId } from '../model/ids.js';
import type { StoredLife } from './ports/store-reads.js';

/** How far a one-to-one message has come. */
export interface MessageStatus {
  readonly messageId: string;
  readonly seq: number;
  readonly fromUserId: UserId;
  readonly toUserId: UserId;
  readonly sentAt: number;
  /** It was recalled, or its time ran out. */
  readonly recalled: boolean;
  /** The delivered mark of the recipient has come to it, or he has read it. */
  readonly delivered: boolean;
  /** The recipient's read mark has come to it. */
  readonly read: boolean;
  /** Those of the recipient that are remembered, the one seen last first. */
  readonly devices: readonly DeviceStatus[];
}

export interface DeviceStatus {
  readonly deviceId: DeviceId;
  /** The device has confirmed it. */
  readonly delivered: boolean;
  readonly seenAt: number;
}

/** Of what is known of something that was sent: nothing if it is no one-to-one message. */
export function messageStatus(life: StoredLife | undefined): MessageStatus | undefined {
  if (life?.kind !== 'message') return undefined;
  const { messageId, seq, fromUserId, toUserId, sentAt, state, delivered, read, recipientCursor } = life;
  const devices = life.devices.map(({ deviceId, cursor, seenAt }) => {
    return { deviceId, delivered: cursor >= recipientCursor, seenAt };
  });
  return { messageId, seq, fromUserId, toUserId, sentAt, recalled: state !== 'kept', delivered, read, devices };
}
