import type { Timing } from './connection/timing.js';
import type { Clock } from './hosts/clock.js';
import type { Platform } from './hosts/platform.js';
import type { Transport } from './hosts/transport.js';

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
