import type { MessageContent } from '../model/content.js';
import type { CloseWord, ErrorCode } from './codes.js';

/** Every frame a client may send, by its `type`. A new frame begins here; what must know of it stops compiling. */
export interface ClientFrames {
  ping: PingFrame;
  message: MessageFrame;
  broadcast: BroadcastFrame;
  received: ReceivedFrame;
  read: ReadFrame;
  recall: RecallFrame;
  typing: TypingFrame;
  history: HistoryFrame;
  conversations: ConversationsFrame;
  token: TokenFrame;
  join: JoinFrame;
  leave: LeaveFrame;
  profile: ProfileFrame;
  block: BlockFrame;
  unblock: UnblockFrame;
  blocked: BlockedFrame;
  watch: WatchFrame;
  unwatch: UnwatchFrame;
}

export type ClientFrameType = keyof ClientFrames;

/** What is known of a frame by its type alone. */
interface ClientFrameTraits {
  /** A plain session may send it [MP-2.14]. */
  readonly plain: boolean;
  /** A send waits its turn after one that was refused; a send and a question count against the rates [MP-2.26]. */
  readonly kind: 'send' | 'question' | 'control';
}

export const CLIENT_FRAMES: { readonly [T in ClientFrameType]: ClientFrameTraits } = {
  ping: { plain: true, kind: 'control' },
  message: { plain: true, kind: 'send' },
  broadcast: { plain: true, kind: 'send' },
  received: { plain: false, kind: 'control' },
  read: { plain: false, kind: 'control' },
  recall: { plain: true, kind: 'send' },
  typing: { plain: false, kind: 'question' },
  history: { plain: false, kind: 'question' },
  conversations: { plain: false, kind: 'question' },
  token: { plain: true, kind: 'control' },
  join: { plain: false, kind: 'question' },
  leave: { plain: false, kind: 'question' },
  profile: { plain: false, kind: 'question' },
  block: { plain: false, kind: 'question' },
  unblock: { plain: false, kind: 'question' },
  blocked: { plain: false, kind: 'question' },
  watch: { plain: false, kind: 'question' },
  unwatch: { plain: false, kind: 'question' },
};

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

/** Everything up to `cursor` is safely with this device [MP-3.8]. */
export interface ReceivedFrame {
  readonly type: 'received';
  readonly cursor: number;
}

/** A person has seen the conversation with `peerId` up to `seq`; the device has it, too [MP-3.12]. */
export interface ReadFrame {
  readonly type: 'read';
  readonly peerId: string;
  readonly seq: number;
}

/** Takes back one's own message [MP-3.9]. */
export interface RecallFrame {
  readonly type: 'recall';
  readonly id: string;
  readonly messageId: string;
}

export interface TypingFrame {
  readonly type: 'typing';
  readonly toUserId: string;
}

/** Asks for a conversation [MP-2.23], or for what was said in a room [MP-4.10], newest first. */
export interface HistoryFrame {
  readonly type: 'history';
  readonly id: string;
  readonly peerId?: string;
  readonly room?: string;
  readonly before?: number;
  readonly limit?: number;
}

/** Asks for this user's conversations, latest first [MP-2.24]. */
export interface ConversationsFrame {
  readonly type: 'conversations';
  readonly id: string;
  readonly before?: number;
  readonly limit?: number;
}

/** Shows who the session is, or stays it: the answer says until when [MP-1.21]. */
export interface TokenFrame {
  readonly type: 'token';
  readonly id?: string;
  readonly token: string;
}

/** Enters a room, or asks again for what was missed there [MP-4.4]. */
export interface JoinFrame {
  readonly type: 'join';
  readonly id?: string;
  readonly room: string;
  /** The last `seq` of the room that this client has. */
  readonly since?: number;
  /** Wants the whole list of members with every change [MP-4.9]. */
  readonly list?: boolean;
}

export interface LeaveFrame {
  readonly type: 'leave';
  readonly id?: string;
  readonly room: string;
}

/** How this user is to be seen; what is left out stays, an empty text takes it away [MP-2.28]. */
export interface ProfileFrame {
  readonly type: 'profile';
  readonly id?: string;
  readonly nickname?: string;
  readonly avatar?: string;
  /** Is never shown as online [MP-7.3]. */
  readonly invisible?: boolean;
}

/** [MP-2.29] */
export interface BlockFrame {
  readonly type: 'block';
  readonly id: string;
  readonly userId: string;
}

export interface UnblockFrame {
  readonly type: 'unblock';
  readonly id: string;
  readonly userId: string;
}

/** Asks whom this user blocks. */
export interface BlockedFrame {
  readonly type: 'blocked';
  readonly id: string;
}

/** Wants to know when these users come and go [MP-7.1]. */
export interface WatchFrame {
  readonly type: 'watch';
  readonly id?: string;
  readonly userIds: readonly string[];
}

export interface UnwatchFrame {
  readonly type: 'unwatch';
  readonly id?: string;
  readonly userIds: readonly string[];
}

/** Every frame the server sends, by its `type`. */
export interface ServerFrames {
  welcome: WelcomeFrame;
  pong: PongFrame;
  message: DeliveredMessageFrame | RoomMessageFrame;
  broadcast: DeliveredBroadcastFrame;
  ack: AckFrame;
  recalled: RecalledFrame;
  synced: SyncedFrame;
  toolong: TooLongFrame;
  receipt: ReceiptFrame;
  typing: TypingNoticeFrame;
  history: HistoryAnswerFrame | RoomHistoryAnswerFrame;
  conversations: ConversationsAnswerFrame;
  joined: JoinedFrame;
  entered: EnteredFrame;
  left: LeftFrame;
  members: MembersFrame;
  profile: ProfileNoticeFrame;
  blocked: BlockedAnswerFrame;
  presence: PresenceFrame;
  goaway: GoawayFrame;
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
  /** This user's own, if there is one. */
  readonly profile?: ProfileFields;
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
  readonly messageId?: string;
  /** Its place in the inbox of the user who gets it; full sessions only. */
  readonly cursor?: number;
  /** Its place in the conversation. */
  readonly seq?: number;
  /** To the sender's own sessions. */
  readonly id?: string;
  readonly fromUserId: string;
  readonly toUserId: string;
  readonly message: MessageContent;
  readonly sentAt: number;
}

/** How a user is to be called and seen; absent where neither was ever set [MP-2.28]. */
export interface ProfileFields {
  readonly nickname?: string;
  readonly avatar?: string;
}

export interface MemberFields {
  readonly userId: string;
  readonly profile?: ProfileFields;
}

/** A message to a room that this session has joined [MP-4.5]. */
export interface RoomMessageFrame {
  readonly type: 'message';
  readonly room: string;
  readonly messageId: string;
  /** Its place in the room. */
  readonly seq: number;
  readonly fromUserId: string;
  /** The sender's. */
  readonly profile?: ProfileFields;
  readonly message: MessageContent;
  readonly sentAt: number;
}

export interface DeliveredBroadcastFrame {
  readonly type: 'broadcast';
  readonly messageId: string;
  /** Its place among the broadcasts [MP-4.1]. */
  readonly seq: number;
  readonly fromUserId: string;
  readonly message: MessageContent;
  readonly sentAt: number;
}

export interface AckFrame {
  readonly type: 'ack';
  readonly id: string;
  /** Of a token, in milliseconds since 1970. */
  readonly expiresAt?: number;
  /** How many sessions an ephemeral send was handed to [MP-2.16]. */
  readonly delivered?: number;
  readonly messageId?: string;
  readonly seq?: number;
  readonly sentAt?: number;
  /** Its place in the sender's inbox [MP-3.4]. */
  readonly cursor?: number;
  /** It was stored before; these are the first numbers [MP-3.2]. */
  readonly duplicate?: true;
}

/** The content of this message is to be forgotten [MP-3.9]. */
export interface RecalledFrame {
  readonly type: 'recalled';
  readonly messageId: string;
  readonly cursor?: number;
  readonly seq: number;
  readonly fromUserId: string;
  readonly toUserId: string;
}

/** Caught up, live from here [MP-3.5]. */
export interface SyncedFrame {
  readonly type: 'synced';
  readonly cursor: number;
}

/** What follows `from` is not kept, or is of another epoch; the session goes on from `head` [MP-3.10]. */
export interface TooLongFrame {
  readonly type: 'toolong';
  readonly from: number;
  readonly floor: number;
  readonly head: number;
  /** Which timeline it is about, where it is not the inbox. */
  readonly room?: string;
  readonly broadcast?: true;
}

/** How far the conversation with `peerId` has come; what is left out has not changed, and nothing ever falls [MP-3.12]. */
export interface ReceiptFrame {
  readonly type: 'receipt';
  readonly peerId: string;
  /** Some device of the peer has it up to this `seq`. */
  readonly delivered?: number;
  /** The peer has read it up to this `seq`. */
  readonly read?: number;
  /** This user has read it up to this `seq`, on another device. */
  readonly ownRead?: number;
}

export interface TypingNoticeFrame {
  readonly type: 'typing';
  readonly fromUserId: string;
}

/** A message of a conversation; one that was recalled has no content. */
export interface HistoryItemFrame {
  readonly messageId: string;
  readonly seq: number;
  readonly fromUserId: string;
  readonly toUserId: string;
  readonly sentAt: number;
  readonly message?: MessageContent;
  readonly id?: string;
  readonly recalled?: true;
}

interface ReceiptFields {
  readonly delivered: number;
  readonly read: number;
  readonly ownRead: number;
}

export interface HistoryAnswerFrame extends ReceiptFields {
  readonly type: 'history';
  readonly id: string;
  readonly peerId: string;
  readonly items: readonly HistoryItemFrame[];
  readonly more: boolean;
}

/** What was said in a room. */
export interface RoomHistoryItemFrame {
  readonly messageId: string;
  readonly seq: number;
  readonly fromUserId: string;
  readonly sentAt: number;
  readonly message: MessageContent;
}

export interface RoomHistoryAnswerFrame {
  readonly type: 'history';
  readonly id: string;
  readonly room: string;
  readonly items: readonly RoomHistoryItemFrame[];
  /** Those of their authors who have a profile, each once. */
  readonly members: readonly MemberFields[];
  readonly more: boolean;
}

export interface ConversationItemFrame extends ReceiptFields {
  readonly peerId: string;
  /** The peer's. */
  readonly profile?: ProfileFields;
  readonly last: HistoryItemFrame;
  readonly unread: number;
  readonly cursor: number;
}

export interface ConversationsAnswerFrame {
  readonly type: 'conversations';
  readonly id: string;
  readonly items: readonly ConversationItemFrame[];
  readonly more: boolean;
}

/** First in a room [MP-4.4]. */
export interface JoinedFrame {
  readonly type: 'joined';
  readonly id?: string;
  readonly room: string;
  /** Users who are in the room, this one included. */
  readonly count: number;
  /** The room's last `seq`. */
  readonly head: number;
  /** The `seq` that comes next: of what was missed, or of what is to come. */
  readonly from: number;
  /** Up to 100 of them. */
  readonly members: readonly MemberFields[];
}

/** Another user came [MP-4.7]. */
export interface EnteredFrame extends MemberFields {
  readonly type: 'entered';
  readonly room: string;
  readonly count: number;
}

/** Another user went [MP-4.7]; or, with this session's own user, the answer to `leave` [MP-4.6]. */
export interface LeftFrame extends MemberFields {
  readonly type: 'left';
  readonly id?: string;
  readonly room: string;
  readonly count: number;
}

/** How many are in the room, and who, where that was asked for and they are few [MP-4.8, MP-4.9]. */
export interface MembersFrame {
  readonly type: 'members';
  readonly room: string;
  readonly count: number;
  readonly members?: readonly MemberFields[];
}

/** Somebody in a room of this session is to be seen otherwise; without `profile`, by the user id alone [MP-2.28]. */
export interface ProfileNoticeFrame extends MemberFields {
  readonly type: 'profile';
}

export interface BlockedAnswerFrame {
  readonly type: 'blocked';
  readonly id: string;
  readonly userIds: readonly string[];
}

/** Whether somebody watched is online [MP-7.1]. */
export interface PresenceFrame {
  readonly type: 'presence';
  readonly userId: string;
  readonly online: boolean;
  /** Milliseconds since 1970; absent while online, when never here, and when it is not to be known. */
  readonly lastSeenAt?: number;
}

/** The server is going, and closes 1012 soon; this client comes back so long after that [MP-6.4]. */
export interface GoawayFrame {
  readonly type: 'goaway';
  readonly retryAfterMs: number;
}

export interface ErrorFrame {
  readonly type: 'error';
  readonly id?: string | undefined;
  readonly code: ErrorCode | CloseWord;
  /** A sentence: what was expected, what came. */
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
}
