import type { MessageContent } from '../model/content.js';
import type { CloseWord, ErrorCode } from './codes.js';

/** Every frame a client may send, by its `type`. A new frame begins here; what must know of it stops compiling. */
export interface ClientFrames {
  ping: PingFrame;
  message: MessageFrame;
  broadcast: BroadcastFrame;
}

export type ClientFrameType = keyof ClientFrames;

/** Which sessions may send a frame: a plain one sends only what is marked so [MP-2.14]. */
export const CLIENT_FRAMES: { readonly [T in ClientFrameType]: { readonly plain: boolean } } = {
  ping: { plain: true },
  message: { plain: true },
  broadcast: { plain: true },
};

/** Names that version 1 keeps for frames this server does not have yet: answered `unsupported` [MP-2.14]. */
export const RESERVED_FRAME_TYPES: ReadonlySet<string> = new Set([
  'received',
  'read',
  'typing',
  'recall',
  'history',
  'conversations',
  'profile',
  'block',
  'unblock',
  'join',
  'leave',
  'watch',
  'unwatch',
  'token',
]);

export interface PingFrame {
  readonly type: 'ping';
  readonly cursor?: number;
}

/** Who sent it: left out, or the session's own user [MP-2.9]. */
export interface SenderFields {
  readonly fromUserId?: string;
  /** Widely copied client code spells it so; it means `fromUserId` [MP-2.9]. */
  readonly formUserId?: string;
}

export interface MessageFrame extends SenderFields {
  readonly type: 'message';
  /** Gives the frame an answer: `ack` or `error` with this `id` [MP-2.11]. */
  readonly id?: string;
  readonly toUserId?: string;
  readonly room?: string;
  readonly message: MessageContent;
  readonly ephemeral?: boolean;
  /** Seconds after which the message is of no use any more. */
  readonly ttlS?: number;
}

export interface BroadcastFrame extends SenderFields {
  readonly type: 'broadcast';
  readonly id?: string;
  readonly message: MessageContent;
}

/** Every frame the server sends, by its `type`. */
export interface ServerFrames {
  welcome: WelcomeFrame;
  pong: PongFrame;
  message: DeliveredMessageFrame;
  broadcast: DeliveredBroadcastFrame;
  ack: AckFrame;
  error: ErrorFrame;
}

export type ServerFrameType = keyof ServerFrames;
export type ServerFrame = ServerFrames[ServerFrameType];

/** First on a full session [MP-1.17]. Times are in milliseconds. */
export interface WelcomeFrame {
  readonly type: 'welcome';
  readonly v: 1;
  readonly sessionId: string;
  readonly userId: string;
  readonly device: string;
  readonly epoch: string;
  readonly head: number;
  readonly cursor: number;
  readonly broadcast: number;
  readonly broadcastFrom: number;
  readonly pingEveryMs: number;
  readonly deadAfterMs: number;
  readonly maxFrameBytes: number;
  readonly time: number;
}

/** On a plain session it is `type` alone [MP-2.3]. */
export interface PongFrame {
  readonly type: 'pong';
  readonly head?: number;
  readonly broadcast?: number;
  readonly time?: number;
}

export interface DeliveredMessageFrame {
  readonly type: 'message';
  /** Not stored: no number of any kind [MP-2.15]. */
  readonly ephemeral?: true;
  readonly fromUserId: string;
  readonly toUserId: string;
  readonly message: MessageContent;
  readonly sentAt: number;
}

export interface DeliveredBroadcastFrame {
  readonly type: 'broadcast';
  readonly ephemeral?: true;
  readonly fromUserId: string;
  readonly message: MessageContent;
  readonly sentAt: number;
}

export interface AckFrame {
  readonly type: 'ack';
  readonly id: string;
  /** How many sessions an ephemeral send was handed to [MP-2.16]. */
  readonly delivered?: number;
}

export interface ErrorFrame {
  readonly type: 'error';
  readonly id?: string;
  readonly code: ErrorCode | CloseWord;
  /** A sentence: what was expected, what came. */
  readonly message: string;
  readonly retryAfterMs?: number;
}
