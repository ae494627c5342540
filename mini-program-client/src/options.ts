import type { Timing } from './connection/timing.js';
import type { Clock } from './hosts/clock.js';
import type { Http } from './hosts/http.js';
import type { Platform } from './hosts/platform.js';
import type { Storage } from './hosts/storage.js';
import type { Transport } from './hosts/transport.js';

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
