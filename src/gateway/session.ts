import type { ClaimedPlace } from '../messaging/where-to-begin.js';
import type { Identity } from '../model/identity.js';
import type { DeviceId, RoomName, UserId } from '../model/ids.js';
import type { Close, ErrorCode } from '../protocol/codes.js';
import { encodeError, encodeFarewell } from '../protocol/encode.js';
import type { Outflow, Writer } from './outflow.js';
import type { InboxSession, SessionInbox } from './session-inbox.js';
import type { Shard } from './topic-shards.js';
import type { Socket } from './transport/transport.js';

/** Frames, and bytes of them, that may wait until the session is open. */
const MAX_POSTPONED = 1_000;
const MAX_POSTPONED_BYTES = 256 * 1024;
const NOTHING: readonly never[] = [];

/** What a session is, from its opening to its end. */
export interface SessionIdentity {
  readonly id: string;
  /** 1, 2, 3 … in the order in which the node's sessions opened. */
  readonly ordinal: number;
  readonly userId: UserId;
  readonly device: DeviceId;
  /** The device outlives the session, with a cursor of its own: a full one that was named [MP-1.5]. */
  readonly keepsDevice: boolean;
  /** What it says of its place in the inbox [MP-3.8]. */
  readonly claim: ClaimedPlace;
  /** Understands every server frame; else it is plain [MP-1.4]. */
  readonly full: boolean;
  /** Wants back what its user sends to others [MP-1.6]. */
  readonly echo: boolean;
  /** Wants a pong now and then without asking [MP-1.7]. */
  readonly serverHeartbeat: boolean;
  /** Where it comes from. */
  readonly remoteAddress: string;
  /** When its socket opened, in milliseconds since 1970. */
  readonly since: number;
}

/** Until `untilMs` of the monotonic clock every send is refused, and after it what is not `firstId`. */
export interface SendHold {
  readonly code: 'busy' | 'rate_limited';
  readonly because: string;
  readonly untilMs: number;
  /** The `id` of the first send that was refused, if it had one. */
  readonly firstId: string | undefined;
  /** Others that came before it are not refused, or not yet. */
  readonly isBehind: boolean;
}

/** A session's place in a room. */
export interface RoomPlace {
  /** The room counts it among its sessions. */
  isCounted: boolean;
  /** It was told `joined`, and the others are told of it. */
  isIn: boolean;
  /** It gets the whole list of members. */
  hasList: boolean;
}

interface RefusalDetails {
  /** The `id` of what was declined. */
  readonly id?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/**
 * One live WebSocket of a user on this node. Texts given to `send` leave in order, together, at the end of the
 * event-loop turn. Once it is closing, nothing is sent and nothing received any more.
 */
export class Session implements SessionIdentity, Writer, InboxSession {
  readonly id: string;
  readonly ordinal: number;
  readonly userId: UserId;
  readonly device: DeviceId;
  readonly keepsDevice: boolean;
  readonly claim: ClaimedPlace;
  readonly full: boolean;
  readonly echo: boolean;
  readonly serverHeartbeat: boolean;
  readonly remoteAddress: string;
  readonly since: number;

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

  /** This session's place in its user's inbox; absent until the store has said where it begins. */
  inbox: SessionInbox | undefined = undefined;
  /** Whom its token speaks for; absent where none is asked for. */
  identity: Identity | undefined = undefined;
  /** It was told that its token runs out soon. */
  isWarned = false;

  /** What came before the session was open: a full one is with its `welcome`, a plain one when it is admitted. */
  private postponed: (() => void)[] | undefined;
  private postponedBytes = 0;
  /** Present while sends are refused because one was not stored [MP-3.7]. */
  hold: SendHold | undefined = undefined;
  /** Sends that were to be stored and were not, as the store was busy or a check failed. */
  busySends = 0;

  /** When refusals for sending too fast began, and when the last one was; absent on a session that had none. */
  flood: { readonly sinceMs: number; lastMs: number } | undefined = undefined;

  /** Questions to the store that are not answered yet. */
  openQuestions = 0;

  /** The rooms it is in, or about to be; absent on a session that never joined one. */
  rooms: Map<RoomName, RoomPlace> | undefined = undefined;

  /** The neighbours among the sessions of the same device: see `SessionPool`. */
  older: Session | undefined = undefined;
  newer: Session | undefined = undefined;

  private firstPending: string | undefined = undefined;
  private morePending: string[] | undefined = undefined;
  private pingBehind: string | undefined = undefined;
  private shards: readonly Shard[] = NOTHING;

  constructor(
    identity: SessionIdentity,
    private readonly socket: Socket<Session>,
    private readonly outflow: Outflow,
  ) {
    this.id = identity.id;
    this.ordinal = identity.ordinal;
    this.userId = identity.userId;
    this.device = identity.device;
    this.keepsDevice = identity.keepsDevice;
    this.claim = identity.claim;
    this.full = identity.full;
    this.echo = identity.echo;
    this.serverHeartbeat = identity.serverHeartbeat;
    this.remoteAddress = identity.remoteAddress;
    this.since = identity.since;
    this.postponed = identity.full ? [] : undefined;
  }

  get bufferedBytes(): number {
    return this.socket.bufferedBytes;
  }

  /** It is not open yet: what it sends has to wait. */
  get isOpening(): boolean {
    return this.postponed !== undefined;
  }

  /** Whoever it is has to be found out first: what it sends waits for `opened`. */
  wait(): void {
    this.postponed ??= [];
  }

  /** Does `handle`, with a frame of so many bytes, when the session is open. */
  postpone(byteLength: number, handle: () => void): void {
    const { postponed } = this;
    this.postponedBytes += byteLength;
    if (postponed === undefined || postponed.length >= MAX_POSTPONED || this.postponedBytes > MAX_POSTPONED_BYTES) {
      this.outflow.counts.limits.add('waiting_frames');
      return this.refuse('busy', 'expected fewer frames before the session is open; try again');
    }
    postponed.push(handle);
  }

  /** What came before is handled now. */
  opened(): void {
    const { postponed } = this;
    this.postponed = undefined;
    for (const handle of postponed ?? []) handle();
  }

  send(text: string): void {
    if (this.closing) return;
    this.written = true;
    this.outflow.counts.sent.count(text);
    if (this.firstPending === undefined) {
      this.firstPending = text;
      this.outflow.add(this);
    } else if (this.morePending === undefined) {
      this.morePending = [text];
    } else {
      this.morePending.push(text);
    }
  }

  /** Tells that something was understood and declined [MP-2.22]. */
  refuse(code: ErrorCode, because: string, { id, retryAfterMs }: RefusalDetails = {}): void {
    this.outflow.counts.refusals.add(code);
    this.outflow.trace?.refused(this, code, id);
    this.send(encodeError(code, because, id, retryAfterMs));
  }

  flush(): boolean {
    const first = this.firstPending;
    const more = this.morePending;
    if (first === undefined) return false;
    const behind = this.pingBehind;
    this.firstPending = undefined;
    if (more === undefined && behind === undefined) return this.wrote(this.socket.send(first) !== 'sent');
    this.morePending = undefined;
    this.pingBehind = undefined;
    let slow = false;
    this.socket.cork(() => {
      slow = this.socket.send(first) !== 'sent';
      for (const text of more ?? NOTHING) if (this.socket.send(text) !== 'sent') slow = true;
      if (behind !== undefined) this.socket.ping(behind);
    });
    return this.wrote(slow);
  }

  private wrote(isSlow: boolean): boolean {
    if (isSlow) this.outflow.trace?.slow(this);
    return isSlow;
  }

  fellBehind(): void {
    this.inbox?.fellBehind();
  }

  /** What is added for `topic` from now on reaches this session; see `Outflow.subscribe`. */
  subscribe(topic: string): void {
    if (!this.closing) this.shards = this.outflow.subscribe(this.shards, topic, this.socket);
  }

  unsubscribe(topic: string): void {
    this.shards = this.outflow.unsubscribe(this.shards, topic, this.socket);
  }

  /** Asks the peer for a WebSocket-level sign of life. */
  probe(): void {
    this.socket.ping('');
  }

  /** What `probeBehind` asked for has not gone out yet. */
  get isAsking(): boolean {
    return this.pingBehind !== undefined;
  }

  /** Asks the peer to answer `payload` on the WebSocket level when it has got everything sent so far. */
  probeBehind(payload: string): void {
    if (this.closing) return;
    if (this.firstPending === undefined) this.socket.ping(payload);
    else this.pingBehind = payload;
  }

  /** Says why, where that is the rule, and closes [MP-6.1]. */
  close(close: Close): void {
    if (this.closing) return;
    this.outflow.counts.closed(close);
    const farewell = encodeFarewell(close);
    if (farewell !== undefined) this.send(farewell);
    this.flush();
    this.end();
    this.socket.close(close.code, close.word);
  }

  /** What was written to it did not fit into its buffer. */
  overflowed(): void {
    if (!this.closing) this.outflow.counts.limits.add('buffered_bytes');
    this.end();
    this.socket.terminate();
  }

  /** The socket is gone, or about to go. */
  end(): void {
    if (this.closing) return;
    this.closing = true;
    this.outflow.leave(this.shards);
    this.shards = NOTHING;
    this.inbox?.stop();
    this.onClosing?.();
  }
}
