import type { DeviceId, UserId } from '../model/ids.js';
import type { Close } from '../protocol/codes.js';
import { encodeFarewell } from '../protocol/encode.js';
import type { Outflow, Writer } from './outflow.js';
import type { Socket } from './transport/transport.js';

/** What a session is, from its opening to its end. */
export interface SessionIdentity {
  readonly id: string;
  /** 1, 2, 3 … in the order in which the node's sessions opened. */
  readonly ordinal: number;
  readonly userId: UserId;
  readonly device: DeviceId;
  /** Understands every server frame; else it is plain [MP-1.4]. */
  readonly full: boolean;
  /** Wants back what its user sends to others [MP-1.6]. */
  readonly echo: boolean;
  /** Wants a pong now and then without asking [MP-1.7]. */
  readonly serverHeartbeat: boolean;
}

/**
 * One live WebSocket of a user on this node. Texts given to `send` leave in order, together, at the end of the
 * event-loop turn. Once it is closing, nothing is sent and nothing received any more.
 */
export class Session implements SessionIdentity, Writer {
  readonly id: string;
  readonly ordinal: number;
  readonly userId: UserId;
  readonly device: DeviceId;
  readonly full: boolean;
  readonly echo: boolean;
  readonly serverHeartbeat: boolean;

  /** Something was received, or written to this session alone, since `Heartbeats` last looked. */
  heard = true;
  written = true;
  /** When that was last so, in ticks of `Heartbeats`. */
  heardAt = 0;
  writtenAt = 0;

  /** From the server's first word that it closes this session, or from the end of its socket. */
  closing = false;
  /** When the latest bad frames came, oldest first; absent on a session that has sent none. */
  badFrameTimes: number[] | undefined = undefined;
  /** Called once, when the session begins to close. */
  onClosing: (() => void) | undefined = undefined;

  /** The neighbours among the sessions of the same device: see `SessionPool`. */
  older: Session | undefined = undefined;
  newer: Session | undefined = undefined;

  private firstPending: string | undefined = undefined;
  private morePending: string[] | undefined = undefined;

  constructor(
    identity: SessionIdentity,
    private readonly socket: Socket<Session>,
    private readonly outflow: Outflow,
  ) {
    this.id = identity.id;
    this.ordinal = identity.ordinal;
    this.userId = identity.userId;
    this.device = identity.device;
    this.full = identity.full;
    this.echo = identity.echo;
    this.serverHeartbeat = identity.serverHeartbeat;
  }

  get bufferedBytes(): number {
    return this.socket.bufferedBytes;
  }

  send(text: string): void {
    if (this.closing) return;
    this.written = true;
    if (this.firstPending === undefined) {
      this.firstPending = text;
      this.outflow.add(this);
    } else if (this.morePending === undefined) {
      this.morePending = [text];
    } else {
      this.morePending.push(text);
    }
  }

  flush(): boolean {
    const first = this.firstPending;
    const more = this.morePending;
    if (first === undefined) return false;
    this.firstPending = undefined;
    if (more === undefined) return this.socket.send(first) !== 'sent';
    this.morePending = undefined;
    let slow = false;
    this.socket.cork(() => {
      slow = this.socket.send(first) !== 'sent';
      for (const text of more) if (this.socket.send(text) !== 'sent') slow = true;
    });
    return slow;
  }

  /** From now on broadcasts reach this session. */
  subscribe(): void {
    this.socket.subscribe();
  }

  unsubscribe(): void {
    this.socket.unsubscribe();
  }

  /** Asks the peer for a WebSocket-level sign of life. */
  probe(): void {
    this.socket.ping();
  }

  /** Says why, where that is the rule, and closes [MP-6.1]. */
  close(close: Close): void {
    if (this.closing) return;
    const farewell = encodeFarewell(close);
    if (farewell !== undefined) this.send(farewell);
    this.flush();
    this.end();
    this.socket.close(close.code, close.word);
  }

  terminate(): void {
    this.end();
    this.socket.terminate();
  }

  /** The socket is gone, or about to go. */
  end(): void {
    if (this.closing) return;
    this.closing = true;
    this.onClosing?.();
  }
}
