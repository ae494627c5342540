// Built by mini-program-client/build.mjs from mini-program-client/src: change it there.
/** What a message says: a non-empty text, or any JSON object or array [MP-2.10]. */
export type MessageContent = string | JsonObject | readonly unknown[];
export interface JsonObject {
    readonly [key: string]: unknown;
}
declare const REFUSAL_CODES: readonly ["bad_frame", "forbidden", "conflict", "not_found", "rate_limited", "busy", "unsupported", "token_expiring", "internal"];
/** Why something was understood and declined. */
type RefusalCode = (typeof REFUSAL_CODES)[number];
/** The `code` of an `error` frame after which the session lives [MP-2.22]. */
type ErrorCode = RefusalCode;
/** Every close the server makes by itself [MP-6.2]. */
declare const CLOSE: {
    readonly binary: {
        readonly code: 1003;
        readonly word: "binary";
    };
    readonly tooLarge: {
        readonly code: 1009;
        readonly word: "too_large";
    };
    readonly internal: {
        readonly code: 1011;
        readonly word: "internal";
    };
    readonly restart: {
        readonly code: 1012;
        readonly word: "restart";
    };
    readonly badFrames: {
        readonly code: 4400;
        readonly word: "bad_frames";
        readonly because: "too many bad frames within a minute";
    };
    readonly silent: {
        readonly code: 4408;
        readonly word: "silent";
        readonly because: "nothing was heard from this client for too long";
    };
    readonly slow: {
        readonly code: 4408;
        readonly word: "slow";
        readonly because: "this client reads more slowly than it is written to";
    };
    readonly replaced: {
        readonly code: 4509;
        readonly word: "replaced";
        readonly because: "a newer session of the same device took over";
    };
    readonly tooManyFull: {
        readonly code: 4509;
        readonly word: "too_many_sessions";
        readonly because: "this user has too many sessions; the oldest goes";
    };
    readonly unauthorized: {
        readonly code: 4501;
        readonly word: "unauthorized";
        readonly because: "expected a token for this user";
    };
    readonly expired: {
        readonly code: 4501;
        readonly word: "token_expired";
        readonly because: "the token has run out; come back with a new one";
    };
    readonly revoked: {
        readonly code: 4501;
        readonly word: "token_revoked";
        readonly because: "the token was revoked; come back with a new one";
    };
    readonly disconnected: {
        readonly code: 4503;
        readonly word: "disconnected";
        readonly because: "the operator of this server has ended the session";
    };
    readonly tooFast: {
        readonly code: 4429;
        readonly word: "too_fast";
        readonly because: "this client goes on sending in spite of rate_limited";
    };
    readonly tooManyPlain: {
        readonly code: 4408;
        readonly word: "too_many_sessions";
        readonly because: "this user has too many sessions; the oldest goes";
    };
};
/** The word that stands in the `error` frame before a 4xxx close [MP-6.1]. */
type CloseWord = (typeof CLOSE)[keyof typeof CLOSE]['word'];
interface DeliveredMessageFrame {
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
interface ProfileFields {
    readonly nickname?: string;
    readonly avatar?: string;
}
interface MemberFields {
    readonly userId: string;
    readonly profile?: ProfileFields;
}
/** A message to a room that this session has joined [MP-4.5]. */
interface RoomMessageFrame {
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
interface DeliveredBroadcastFrame {
    readonly type: 'broadcast';
    readonly messageId: string;
    /** Its place among the broadcasts [MP-4.1]. */
    readonly seq: number;
    readonly fromUserId: string;
    readonly message: MessageContent;
    readonly sentAt: number;
}
interface AckFrame {
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
interface RecalledFrame {
    readonly type: 'recalled';
    readonly messageId: string;
    readonly cursor?: number;
    readonly seq: number;
    readonly fromUserId: string;
    readonly toUserId: string;
}
/** Caught up, live from here [MP-3.5]. */
interface SyncedFrame {
    readonly type: 'synced';
    readonly cursor: number;
}
/** What follows `from` is not kept, or is of another epoch; the session goes on from `head` [MP-3.10]. */
interface TooLongFrame {
    readonly type: 'toolong';
    readonly from: number;
    readonly floor: number;
    readonly head: number;
    /** Which timeline it is about, where it is not the inbox. */
    readonly room?: string;
    readonly broadcast?: true;
}
/** How far the conversation with `peerId` has come; what is left out has not changed, and nothing ever falls [MP-3.12]. */
interface ReceiptFrame {
    readonly type: 'receipt';
    readonly peerId: string;
    /** Some device of the peer has it up to this `seq`. */
    readonly delivered?: number;
    /** The peer has read it up to this `seq`. */
    readonly read?: number;
    /** This user has read it up to this `seq`, on another device. */
    readonly ownRead?: number;
}
/** A message of a conversation; one that was recalled has no content. */
interface HistoryItemFrame {
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
interface HistoryAnswerFrame extends ReceiptFields {
    readonly type: 'history';
    readonly id: string;
    readonly peerId: string;
    readonly items: readonly HistoryItemFrame[];
    readonly more: boolean;
}
/** What was said in a room. */
interface RoomHistoryItemFrame {
    readonly messageId: string;
    readonly seq: number;
    readonly fromUserId: string;
    readonly sentAt: number;
    readonly message: MessageContent;
}
interface RoomHistoryAnswerFrame {
    readonly type: 'history';
    readonly id: string;
    readonly room: string;
    readonly items: readonly RoomHistoryItemFrame[];
    /** Those of their authors who have a profile, each once. */
    readonly members: readonly MemberFields[];
    readonly more: boolean;
}
interface ConversationItemFrame extends ReceiptFields {
    readonly peerId: string;
    /** The peer's. */
    readonly profile?: ProfileFields;
    readonly last: HistoryItemFrame;
    readonly unread: number;
    readonly cursor: number;
}
interface ConversationsAnswerFrame {
    readonly type: 'conversations';
    readonly id: string;
    readonly items: readonly ConversationItemFrame[];
    readonly more: boolean;
}
/** First in a room [MP-4.4]. */
interface JoinedFrame {
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
interface EnteredFrame extends MemberFields {
    readonly type: 'entered';
    readonly room: string;
    readonly count: number;
}
/** Another user went [MP-4.7]; or, with this session's own user, the answer to `leave` [MP-4.6]. */
interface LeftFrame extends MemberFields {
    readonly type: 'left';
    readonly id?: string;
    readonly room: string;
    readonly count: number;
}
/** How many are in the room, and who, where that was asked for and they are few [MP-4.8, MP-4.9]. */
interface MembersFrame {
    readonly type: 'members';
    readonly room: string;
    readonly count: number;
    readonly members?: readonly MemberFields[];
}
/** Somebody in a room of this session is to be seen otherwise; without `profile`, by the user id alone [MP-2.28]. */
interface ProfileNoticeFrame extends MemberFields {
    readonly type: 'profile';
}
interface BlockedAnswerFrame {
    readonly type: 'blocked';
    readonly id: string;
    readonly userIds: readonly string[];
}
/** Whether somebody watched is online [MP-7.1]. */
interface PresenceFrame {
    readonly type: 'presence';
    readonly userId: string;
    readonly online: boolean;
    /** Milliseconds since 1970; absent while online, when never here, and when it is not to be known. */
    readonly lastSeenAt?: number;
}
/** Every time span the client goes by, in milliseconds. The defaults are right for production. */
export interface Timing {
    /** Pings this long after the last frame received [MP-5.1]. Setting it overrides what the server's `welcome` says. */
    readonly pingEveryMs?: number;
    /** Takes the connection for dead this long after the last frame received [MP-5.1]. Overrides `welcome` too. */
    readonly deadAfterMs?: number;
    /** Gives a dial up. Mini-programs wait 60 s by themselves. */
    readonly connectTimeoutMs: number;
    /** Rejects an ephemeral send, a recall or a question that got no answer. */
    readonly sendTimeoutMs: number;
    /** Tells the server what came, this long after the first frame it was not told of. */
    readonly confirmAfterMs: number;
    /** Upper bound of the first random wait between two dials; it doubles with every failure. */
    readonly backoffBaseMs: number;
    /** Upper bound of every random wait between two dials. */
    readonly backoffCapMs: number;
    /** A connection that lived this long forgets the failures before it. */
    readonly stableAfterMs: number;
    /** A dial that fails right after the app came back is tried again once after this: phones refuse the first one. */
    readonly quickRetryMs: number;
    /** How long a socket that may have died unnoticed has to answer a ping. */
    readonly probeMs: number;
    /** While it polls, it tries a WebSocket this often. */
    readonly trialEveryMs: number;
}
/**
 * Why a send or a question was not answered:
 * - `not_connected`: nothing was sent, there is no connection (ephemeral sends, recalls and questions);
 * - `connection_lost`: it was sent, and the connection went before the answer came: it may or may not have arrived. Of a
 *   stored send: the client was closed; the message stays in the outbox, and goes out after the next `connect()`;
 * - `timeout`: it may or may not have arrived, no answer came in time (the same);
 * - `outbox_full`: nothing was sent or kept, too much waits already;
 * - `too_large`: nothing was sent, a server does not take as much;
 * - `bad_argument`: nothing was sent, what was given cannot be right;
 * - `no_token`: the `token` option gave none, and the dial has to wait; `no_network` and `login_failed` (the server or WeChat
 *   declined) are what `wechatLogin` says of it;
 * - anything else: the server declined it, and nothing was delivered (rule MP-2.22 of PROTOCOL.md).
 */
export type MinimErrorCode = ErrorCode | CloseWord | 'not_connected' | 'connection_lost' | 'timeout' | 'outbox_full' | 'no_token' | 'no_network' | 'login_failed' | 'bad_argument';
/** The only kind of error this library gives. `code` is for programs, `message` is a sentence for people. */
export declare class MinimError extends Error {
    readonly code: MinimErrorCode;
    /** Of the send that failed, where it was one. */
    readonly id?: string | undefined;
    /** From the server: try again, but not before so many ms. */
    readonly retryAfterMs?: number | undefined;
    constructor(code: MinimErrorCode, message: string, 
    /** Of the send that failed, where it was one. */
    id?: string | undefined, 
    /** From the server: try again, but not before so many ms. */
    retryAfterMs?: number | undefined);
}
/** Why the client stays away. */
export interface ClosedReason {
    /** 4500 to 4999 when the server said so; 1000 after `close()`. */
    readonly code: number;
    /** The server's word for it, like `replaced`; empty after `close()`. */
    readonly word: string;
}
/**
 * Where the client is:
 * - `idle`: `connect()` was not called yet;
 * - `connecting`: a dial is under way;
 * - `connected`: sends go out;
 * - `waiting`: the next dial is in so many ms, or at once when the app or the network comes back; `because` is what the
 *   platform or the server said when the last one failed, for developers to read, and often empty;
 * - `polling`: messages of the inbox come, and those to users go out, over HTTP, because no WebSocket opens; all else
 *   waits, or is rejected with `not_connected`;
 * - `paused`: the app is in the background; when it comes back, the client goes on by itself;
 * - `closed`: by `close()`, or told to stay away; only `connect()` changes that.
 */
export type ConnectionState = {
    readonly phase: 'idle' | 'connecting' | 'connected' | 'polling' | 'paused';
} | {
    readonly phase: 'waiting';
    readonly retryInMs: number;
    readonly because: string;
} | ({
    readonly phase: 'closed';
} & ClosedReason);
/**
 * A message for this user, or one that this user sent: from another device, or from here when its ack did not take its
 * place in the inbox (`id` and `messageId` say which). `sentAt` is in ms since 1970, by the server's clock.
 */
export type Message = DeliveredMessageFrame;
/** A message that its sender took back: forget its content. */
export type Recalled = RecalledFrame;
/** Everything that was missed has been told; what comes from here on is live. */
export type Synced = SyncedFrame;
/**
 * The messages of the inbox from `from` up to `head` will not come: the server keeps nothing up to `floor`. With
 * `broadcast` it is the broadcasts that will not, and with `room` those of a room, which `history` may still have.
 */
export type TooLong = TooLongFrame;
/** A stored send was taken by the server. */
export interface Sent {
    readonly id: string;
    readonly ack: AckFrame;
}
/** A stored send was refused for good; nothing of it was delivered. */
export interface Refused {
    readonly id: string;
    /** This, a `room`, or neither: to everyone. */
    readonly toUserId?: string | undefined;
    readonly room?: string | undefined;
    readonly message: MessageContent;
    readonly error: MinimError;
}
/** A message to everyone; `seq` is its number among them. */
export type Broadcast = DeliveredBroadcastFrame;
/**
 * How far the conversation with `peerId` has come, by `seq`: some device of the peer has it (`delivered`), the peer has
 * read it (`read`), or this user has, on another device (`ownRead`). What is left out has not changed.
 */
export type Receipt = ReceiptFrame;
/** What a user is to be called, and the picture; what was never set is absent. Escape it before you show it. */
export type Profile = ProfileFields;
/** Somebody in a room. */
export type Member = MemberFields;
/** A message in a room; `seq` is its number there, `profile` the sender's. */
export type RoomMessage = RoomMessageFrame;
/** This client is in the room, for the first time or again: so many users are there, and these are up to 100 of them. */
export type Joined = JoinedFrame;
/** Another user came. */
export type Entered = EnteredFrame;
/** Another user went. */
export type Left = LeftFrame;
/** How many are there; and who, where that was asked for and they are at most 200. */
export type Members = MembersFrame;
/** How somebody in a room of this client is to be seen from now on. */
export type ProfileNotice = ProfileNoticeFrame;
/** Whether somebody watched is online; if not, since when (ms since 1970), where that is to be known. */
export type Presence = PresenceFrame;
/** What a room tells, by name, when its `count` and `members` have changed. */
export interface RoomEvents {
    /** Once each and in order, the own ones too. */
    readonly message: RoomMessage;
    /** After every reconnect as well, in the place of what `entered` and `left` would have told. */
    readonly joined: Joined;
    readonly entered: Entered;
    readonly left: Left;
    readonly members: Members;
    /** Some messages will not be told. */
    readonly toolong: TooLong;
    /** The server does not let this user in. The room is given up; another `join()` tries again. */
    readonly refused: MinimError;
}
/** What a client tells, by name. */
export interface ClientEvents {
    /** It went from one phase to another. */
    readonly state: ConnectionState;
    /** Once each, in the order of the inbox; again only when the app died in a listener, or cannot keep anything. */
    readonly message: Message;
    readonly recalled: Recalled;
    readonly synced: Synced;
    readonly toolong: TooLong;
    /** Only when one of its numbers has risen. */
    readonly receipt: Receipt;
    /** For every stored send, also of an earlier start of the app, whose promise nobody holds. */
    readonly sent: Sent;
    /** The same. */
    readonly refused: Refused;
    /** Once each and in order, as messages are; no order between the two. */
    readonly broadcast: Broadcast;
    /** Told once, also of somebody who is in many of the rooms; their `members` have it already. */
    readonly profile: ProfileNotice;
    /** Only what is new. */
    readonly presence: Presence;
    /** The server complained about something that no send waits for. */
    readonly error: MinimError;
    /** It stays away from now on. */
    readonly closed: ClosedReason;
}
/** Time, as the client needs it. */
export interface Clock {
    /** Milliseconds since any fixed moment. */
    now(): number;
    /** Runs `run` once, `ms` milliseconds from now, unless the function that comes back is called before. */
    after(ms: number, run: () => void): () => void;
}
/**
 * Asks over HTTP, where WebSockets die. What a host promises:
 * - `request` comes back at once, with what gives the request up;
 * - `done` is called with the answer, or with status 0 where there is none. The client minds only the first call.
 */
export interface Http {
    request(request: HttpRequest, done: (status: number, body: unknown) => void): () => void;
}
export interface HttpRequest {
    readonly method: 'GET' | 'PUT';
    readonly url: string;
    readonly header: Readonly<Record<string, string>>;
    /** JSON. */
    readonly data?: string;
}
/** What the world around the app tells the client. */
export interface Platform {
    /** Tells `listener` from now on, until the function that comes back is called. */
    listen(listener: (signal: PlatformSignal) => void): () => void;
}
/**
 * - `background`: the app cannot be seen any more, and may be stopped soon; `drop` when its connection must not be kept;
 * - `foreground`: the app can be seen again; may be told at any time, also without a `background` before it;
 * - `network`: it came or changed (`up`), or it went.
 */
export type PlatformSignal = {
    readonly type: 'background';
    readonly drop: boolean;
} | {
    readonly type: 'foreground';
} | {
    readonly type: 'network';
    readonly up: boolean;
};
/**
 * Where texts are kept between two starts of the app. It never throws: what a host cannot keep (it is full, or forbids
 * it) is lost with the app.
 */
export interface Storage {
    get(key: string): string | undefined;
    set(key: string, value: string): void;
    remove(key: string): void;
}
/**
 * Makes sockets. What a transport promises:
 * - `open` begins a dial and comes back at once, with a socket that may be closed at any moment from then on;
 * - it tells `events` what happens, in the order in which it happens, at any time (also before `open` has come back);
 * - it may tell too much: `lost` twice, or events of a socket that was closed. The client minds only the socket it wants.
 */
export interface Transport {
    open(url: string, events: SocketEvents, connectTimeoutMs: number): Socket;
}
export interface SocketEvents {
    opened(): void;
    received(text: string): void;
    /** The dial failed or the connection has gone; `code` is 1006 where the platform does not tell one. */
    lost(code: number, word: string): void;
}
export interface Socket {
    /** Only called after `opened`. */
    send(text: string): void;
    close(): void;
}
/** What every client needs, whatever it runs on. */
export interface ClientSettings {
    /** Where the server is: `wss://im.example.com`, `ws://localhost:3000`. `https` and `http` are understood too. */
    readonly url: string;
    /** Who is signed in here: 1 to 64 of `A-Za-z0-9_.@-`. */
    readonly userId: string;
    /**
     * This device: 1 to 64 of `A-Za-z0-9_.-`. When a newer session of the same device takes over, this one stays away.
     * Left out, one is made up and kept: for the mini-program in its storage, for a web page in that of its tab.
     */
    readonly device?: string;
    /**
     * Gives the token that shows a server who this is, where it asks for one. Called before every dial, and before the last
     * token runs out; `renew` when the last one must not be given again: it runs out, or the server has refused it. Left out,
     * nothing is shown.
     */
    readonly token?: (renew: boolean) => string | Promise<string>;
    /**
     * After three dials in a row that no WebSocket came of, messages come and go over HTTP until one opens again. It needs a
     * `token`, and a host that has HTTP; false turns it off.
     */
    readonly fallback?: boolean;
    /** For tests, and for networks that need it. */
    readonly timing?: Partial<Timing>;
    readonly clock?: Clock;
    /** Like `Math.random`. */
    readonly random?: () => number;
}
export interface ClientOptions extends ClientSettings {
    readonly transport: Transport;
    /** Left out, there is nothing to fall back to. */
    readonly http?: Http | undefined;
    /** Left out, the app is always in the foreground and nothing is known of its network. */
    readonly platform?: Platform | undefined;
    /**
     * Keeps the cursor and the outbox, for one client at a time of each server, user and device. Left out, both end with
     * the client, and with them what was not sent.
     */
    readonly storage?: Storage | undefined;
}
export interface SendOptions {
    /** Only for who is online now; never stored, and sent once or not at all: no outbox. */
    readonly ephemeral?: boolean;
    /** The sender's own name for this send, 1 to 64 printable ASCII characters. Left out, the client makes one. */
    readonly id?: string;
    /** Seconds after which the message is of no use any more; they begin when the server takes it. */
    readonly ttlS?: number;
    /** Of an ephemeral send: milliseconds to wait for the answer; 10 000 when left out. */
    readonly timeoutMs?: number;
}
/** Which page of many. */
export interface PageOptions {
    /** Only what comes before this; left out, it begins with the latest. */
    readonly before?: number;
    /** How many at most, up to 200; 50 when left out. */
    readonly limit?: number;
}
export interface JoinOptions {
    /** Wants the whole list of members with every change, in a room of up to 200 users. */
    readonly list?: boolean;
    /** The `seq` of the last message of the room that the app has: what came after it is told first. Left out, it begins now. */
    readonly since?: number;
}
/** How this user is to be seen. What is left out stays as it was; an empty text takes it away. */
export interface ProfileOptions {
    /** At most 32 characters. */
    readonly nickname?: string;
    /** An `http` or `https` address, or a short name of a picture. */
    readonly avatar?: string;
    /** Is never shown as online. */
    readonly invisible?: boolean;
}
/** The server's answer to a send. */
export type Ack = AckFrame;
/** A page of a conversation, and how far it has been delivered and read. There is more when `more` says so. */
export type History = HistoryAnswerFrame;
/** A page of this user's conversations, each with the `profile` of its peer, if there is one. */
export type Conversations = ConversationsAnswerFrame;
/** A page of what was said in a room; `members` are those of its authors who have a profile. */
export type RoomHistory = RoomHistoryAnswerFrame;
/** Whom this user blocks. */
export type Blocked = BlockedAnswerFrame;
/**
 * A room that this client is in, and goes back to by itself after every reconnect, until `leave()` or until the server
 * refuses it. What was said meanwhile is told then.
 */
export interface Room {
    readonly name: string;
    /** How many users are there, this one included; 0 until the first `joined`. */
    readonly count: number;
    /**
     * Who is there, as far as it is known: everybody in a room of up to 100 users, or of up to 200 where it was joined with
     * `list`; nobody in a crowd. A new array with every change.
     */
    readonly members: readonly Member[];
    /**
     * Says `message` to everybody in the room, the sender's own sessions included. It is kept and sent as a stored send is,
     * and in order with them; it comes back as `message`.
     *
     * @returns the server's ack
     * @throws MinimError as `send` does
     */
    say(message: MessageContent, options?: Pick<SendOptions, 'id'>): Promise<Ack>;
    /**
     * What was said here, newest first: the last messages, or those below the `seq` `before`.
     *
     * @throws MinimError as `send` with `ephemeral` does
     */
    history(page?: PageOptions): Promise<RoomHistory>;
    /** Leaves it for good. What was said and has no ack yet may be refused. */
    leave(): void;
    /** Calls `listener` on every such event of this room, until the function that comes back is called. */
    on<Name extends keyof RoomEvents>(name: Name, listener: (value: RoomEvents[Name]) => void): () => void;
}
/**
 * One user's connection to a Minim server. It is kept up, through lost networks, restarts of the server and the
 * background, until `close()` or until the server says to stay away. At most one socket is dialling or open at any time.
 *
 * Nothing is lost between: what the server has for this user is told once and in order, and what is sent here stays in
 * the outbox until the server has it. Only ephemeral sends and questions are for now or never.
 */
export interface MinimClient {
    readonly userId: string;
    readonly state: ConnectionState;
    /** Dials, and from then on stays connected. While waiting it dials at once; otherwise a second call changes nothing. */
    connect(): void;
    /**
     * Hangs up, and stays away until `connect()`. Sends without an answer are rejected with `connection_lost`; the stored
     * ones among them stay in the outbox.
     */
    close(): void;
    /**
     * Sends `message`, a non-empty text or any JSON object or array, to one user. What is sent to one user arrives in the
     * order of these calls.
     *
     * It is kept until the server has it, also without a connection and over restarts of the app: there is no time limit,
     * and a lost connection rejects nothing. `sent` or `refused` tells what came of it, whoever holds the promise.
     *
     * With `ephemeral` nothing is kept: it is sent now or rejected, and so it is when no answer comes.
     *
     * @returns the server's ack; `delivered` of an ephemeral one says to how many sessions of that user it was handed
     * @throws MinimError, always as a rejection; `MinimErrorCode` says what each code means for the message
     */
    send(toUserId: string, message: MessageContent, options?: SendOptions): Promise<Ack>;
    /**
     * Sends `message` to everyone, the sender's own sessions included. It is kept and sent as a stored send is, and in order
     * with them; it comes back as `broadcast`.
     *
     * @returns the server's ack
     * @throws MinimError as `send` does
     */
    broadcast(message: MessageContent, options?: Pick<SendOptions, 'id'>): Promise<Ack>;
    /**
     * A person has read the conversation with `peerId` up to `seq`. It goes out now or on the next connection, until it is
     * certain that the server has it; it is not kept over restarts of the app. A mark that is not above the last one of that
     * peer does nothing.
     */
    read(peerId: string, seq: number): void;
    /**
     * Takes an own message back, if that is still allowed. A second recall of a message does no harm: when the connection
     * went before the answer, ask again.
     *
     * @throws MinimError as `send` with `ephemeral` does
     */
    recall(messageId: string): Promise<Ack>;
    /**
     * The conversation with `peerId`, newest first: the last messages, or those below the `seq` `before`.
     *
     * @throws MinimError as `send` with `ephemeral` does
     */
    history(peerId: string, page?: PageOptions): Promise<History>;
    /**
     * This user's conversations, latest first; `before` is the `cursor` of the last one of the page before.
     *
     * @throws MinimError as `send` with `ephemeral` does
     */
    conversations(page?: PageOptions): Promise<Conversations>;
    /**
     * Enters a room: now or on the next connection, and again after every reconnect, before anything that waits in the
     * outbox goes out. A room that it has joined already is given once more, whatever the options say.
     */
    join(room: string, options?: JoinOptions): Room;
    /**
     * Says how this user is to be called and seen.
     *
     * @throws MinimError as `send` with `ephemeral` does
     */
    setProfile(profile: ProfileOptions): Promise<Ack>;
    /**
     * Refuses from now on what `userId` sends to this user.
     *
     * @throws MinimError as `send` with `ephemeral` does
     */
    block(userId: string): Promise<Ack>;
    /** Takes `block` back, and throws as it does. */
    unblock(userId: string): Promise<Ack>;
    /** Whom this user blocks; throws as `block` does. */
    blocked(): Promise<Blocked>;
    /**
     * Wants to know when these users come and go: `presence` tells it, first how it is now, and what has changed after a
     * reconnect. At most 200 users are watched in all.
     *
     * @throws MinimError `bad_argument`, and watches none of them, when these are too many or one is no user id
     */
    watch(userIds: readonly string[]): void;
    unwatch(userIds: readonly string[]): void;
    /** Calls `listener` on every such event, until the function that comes back is called. */
    on<Name extends keyof ClientEvents>(name: Name, listener: (value: ClientEvents[Name]) => void): () => void;
}
/**
 * The few names of `wx` that this library uses. `tt`, `my`, `swan`, `qq`, `uni` and `Taro` have them too, with small
 * differences that the transport knows.
 */
export interface MiniProgramHost {
    /** Gives a `SocketTask`, or the promise of one (Taro). */
    connectSocket(options: ConnectSocketOptions): unknown;
    request?(options: HttpOptions): unknown;
    onAppShow?(listener: () => void): void;
    offAppShow?(listener: () => void): void;
    onAppHide?(listener: () => void): void;
    offAppHide?(listener: () => void): void;
    onNetworkStatusChange?(listener: (status: NetworkStatus) => void): void;
    offNetworkStatusChange?(listener: unknown): void;
    /** my has one object in the place of the parameters, and wraps what it gives. */
    getStorageSync?(key: unknown): unknown;
    setStorageSync?(key: unknown, value?: unknown): unknown;
    removeStorageSync?(key: unknown): unknown;
}
interface HttpOptions extends HttpRequest {
    /** my has this name for the header. */
    readonly headers: Readonly<Record<string, string>>;
    success(result: unknown): void;
    fail(error: unknown): void;
}
interface NetworkStatus {
    readonly isConnected: boolean;
}
interface ConnectSocketOptions {
    readonly url: string;
    /** In milliseconds. */
    readonly timeout: number;
    readonly tcpNoDelay: boolean;
    /** my gives a `SocketTask` only to those who ask for one. */
    readonly multiple: boolean;
    /** uni gives a `SocketTask` only to those who pass a callback. */
    success(): void;
    fail(error: unknown): void;
}
/** The two names of `wx` that a login uses. */
export interface LoginHost {
    login(options: LoginOptions): unknown;
    request(options: RequestOptions): unknown;
}
export interface LoginOptions {
    readonly timeout: number;
    success(result: unknown): void;
    fail(error: unknown): void;
}
export interface RequestOptions extends LoginOptions {
    readonly url: string;
    readonly method: 'POST';
    readonly data: {
        readonly code: string;
    };
}
/** Who somebody is, and the token that says so. */
export interface WeChatSession {
    readonly userId: string;
    readonly token: string;
    /** Milliseconds since 1970. */
    readonly expiresAt: number;
}
export interface WeChatLoginSettings {
    /** Where the server is, as for a client. */
    readonly url: string;
    readonly wx: LoginHost;
}
/**
 * Logs the user of a mini-program in with WeChat. The function that comes back gives the session that it has, until 5
 * minutes before it runs out; then, and with `renew`, it logs in anew, once for all who ask meanwhile.
 *
 * It rejects with a MinimError: `no_network`; `rate_limited`, with `retryAfterMs`; `login_failed` for all else, whose
 * message says why. A code that the server does not believe is replaced once.
 */
export declare function wechatLogin({ url, wx }: WeChatLoginSettings): (renew?: boolean) => Promise<WeChatSession>;
export interface MiniProgramSettings extends ClientSettings {
    /** `wx`, or what the platform has in its place: `tt`, `my`, `swan`, `qq`, `uni`, `Taro`. */
    readonly wx: MiniProgramHost;
    /** In place of what `wx` tells of foreground, background and network, where the host has other names for it. */
    readonly platform?: Platform;
    /** In place of the storage of `wx`. */
    readonly storage?: Storage;
}
/** A client for a mini-program. One is enough for the whole app. Nothing is dialled before `connect()`. */
export declare function createMiniProgramClient(settings: MiniProgramSettings): MinimClient;
