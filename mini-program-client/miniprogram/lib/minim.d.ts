// Built by mini-program-client/build.mjs from mini-program-client/src: change it there.
/** What a message says: a non-empty text, or any JSON object or array [MP-2.10]. */
export type MessageContent = string | JsonObject | readonly unknown[];
export interface JsonObject {
    readonly [key: string]: unknown;
}
/** Why something was understood and declined. */
type RefusalCode = 'bad_frame' | 'forbidden' | 'conflict' | 'not_found' | 'rate_limited' | 'busy' | 'unsupported' | 'token_expiring' | 'internal';
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
    readonly fromUserId: string;
    readonly toUserId: string;
    readonly message: MessageContent;
    readonly sentAt: number;
}
interface DeliveredBroadcastFrame {
    readonly type: 'broadcast';
    readonly ephemeral?: true;
    readonly fromUserId: string;
    readonly message: MessageContent;
    readonly sentAt: number;
}
interface AckFrame {
    readonly type: 'ack';
    readonly id: string;
    /** How many sessions an ephemeral send was handed to [MP-2.16]. */
    readonly delivered?: number;
}
/**
 * Why a send was not acknowledged:
 * - `not_connected`: nothing was sent, there is no connection;
 * - `connection_lost`: it was sent, and the connection went before the answer came: it may or may not have arrived;
 * - `timeout`: the same, after `timeoutMs` without an answer;
 * - `too_large`: nothing was sent, a server does not take as much;
 * - `bad_argument`: nothing was sent, what was given cannot be right;
 * - anything else: the server declined it, and nothing was delivered (rule MP-2.22 of PROTOCOL.md).
 */
export type MinimErrorCode = ErrorCode | CloseWord | 'not_connected' | 'connection_lost' | 'timeout' | 'bad_argument';
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
/** Every time span the client goes by, in milliseconds. The defaults are right for production. */
export interface Timing {
    /** Pings this long after the last frame received [MP-5.1]. Setting it overrides what the server's `welcome` says. */
    readonly pingEveryMs?: number;
    /** Takes the connection for dead this long after the last frame received [MP-5.1]. Overrides `welcome` too. */
    readonly deadAfterMs?: number;
    /** Gives a dial up. Mini-programs wait 60 s by themselves. */
    readonly connectTimeoutMs: number;
    /** Rejects a send that got no answer. */
    readonly sendTimeoutMs: number;
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
}
/** Time, as the client needs it. */
export interface Clock {
    /** Milliseconds since any fixed moment. */
    now(): number;
    /** Runs `run` once, `ms` milliseconds from now, unless the function that comes back is called before. */
    after(ms: number, run: () => void): () => void;
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
     * This device: 1 to 64 of `A-Za-z0-9_.-`. Keep it in the app's storage. When a newer session of the same device takes
     * over, this one stays away. Left out, the device ends with each connection.
     */
    readonly device?: string;
    /** For tests, and for networks that need it. */
    readonly timing?: Partial<Timing>;
    readonly clock?: Clock;
    /** Like `Math.random`. */
    readonly random?: () => number;
}
export interface ClientOptions extends ClientSettings {
    readonly transport: Transport;
    /** Left out, the app is always in the foreground and nothing is known of its network. */
    readonly platform?: Platform | undefined;
}
export interface SendOptions {
    /** Only for who is online now; never stored. */
    readonly ephemeral?: boolean;
    /** The sender's own name for this send, 1 to 64 printable ASCII characters. Left out, the client makes one. */
    readonly id?: string;
    /** Seconds after which the message is of no use any more. */
    readonly ttlS?: number;
    /** Milliseconds to wait for the answer; 10 000 when left out. */
    readonly timeoutMs?: number;
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
 * - `paused`: the app is in the background; when it comes back, the client goes on by itself;
 * - `closed`: by `close()`, or told to stay away; only `connect()` changes that.
 */
export type ConnectionState = {
    readonly phase: 'idle' | 'connecting' | 'connected' | 'paused';
} | {
    readonly phase: 'waiting';
    readonly retryInMs: number;
    readonly because: string;
} | ({
    readonly phase: 'closed';
} & ClosedReason);
/** A message for this user; `sentAt` is in ms since 1970, by the server's clock. */
export type Message = DeliveredMessageFrame;
/** A message to everyone. */
export type Broadcast = DeliveredBroadcastFrame;
/** What a client tells, by name. */
export interface ClientEvents {
    /** It went from one phase to another. */
    readonly state: ConnectionState;
    readonly message: Message;
    readonly broadcast: Broadcast;
    /** The server complained about something that no send waits for. */
    readonly error: MinimError;
    /** It stays away from now on. */
    readonly closed: ClosedReason;
}
/** The server's answer to a send. */
export type Ack = AckFrame;
/**
 * One user's connection to a Minim server. It is kept up, through lost networks, restarts of the server and the
 * background, until `close()` or until the server says to stay away. At most one socket is dialling or open at any time.
 *
 * Nothing is sent a second time by itself: a send that was not acknowledged is rejected, and the app decides.
 */
export interface MinimClient {
    readonly userId: string;
    readonly state: ConnectionState;
    /** Dials, and from then on stays connected. While waiting it dials at once; otherwise a second call changes nothing. */
    connect(): void;
    /** Hangs up, and stays away until `connect()`. Sends without an answer are rejected with `connection_lost`. */
    close(): void;
    /**
     * Sends `message`, a non-empty text or any JSON object or array, to one user. What is sent to one user arrives in the
     * order of these calls.
     *
     * @returns the server's ack; `delivered` says to how many sessions of that user it was handed
     * @throws MinimError, always as a rejection; `MinimErrorCode` says what each code means for the message
     */
    send(toUserId: string, message: MessageContent, options?: SendOptions): Promise<Ack>;
    /**
     * Sends `message` to everyone who is online; to the sender's own sessions too, this one included.
     *
     * @returns the server's ack; `delivered` says to how many sessions it was handed
     * @throws MinimError as `send` does
     */
    broadcast(message: MessageContent): Promise<Ack>;
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
    onAppShow?(listener: () => void): void;
    offAppShow?(listener: () => void): void;
    onAppHide?(listener: () => void): void;
    offAppHide?(listener: () => void): void;
    onNetworkStatusChange?(listener: (status: NetworkStatus) => void): void;
    offNetworkStatusChange?(listener: unknown): void;
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
export interface MiniProgramSettings extends ClientSettings {
    /** `wx`, or what the platform has in its place: `tt`, `my`, `swan`, `qq`, `uni`, `Taro`. */
    readonly wx: MiniProgramHost;
    /** In place of what `wx` tells of foreground, background and network, where the host has other names for it. */
    readonly platform?: Platform;
}
/** A client for a mini-program. One is enough for the whole app. Nothing is dialled before `connect()`. */
export declare function createMiniProgramClient(settings: MiniProgramSettings): MinimClient;
