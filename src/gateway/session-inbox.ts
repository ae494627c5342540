import type { DeviceMarks } from '../messaging/device-marks.js';
import { type FollowerParts, InboxFollower, type InboxOutput } from '../messaging/inbox-follower.js';
import type { FeedState } from '../messaging/timeline-feed.js';
import type { Trace } from '../messaging/trace/trace.js';
import type { DeviceId, UserId } from '../model/ids.js';
import type { InboxEntry } from '../model/stored.js';
import { CLOSE, type Close } from '../protocol/codes.js';
import { encode, encodeEntry } from '../protocol/encode.js';

/** A plain session whose peer does not answer WebSocket-level pings gets the next page after so many seconds anyway. */
const ANSWER_WITHIN_TICKS = 5;

/** What an inbox needs of the session that it is for. */
export interface InboxSession {
  readonly id: string;
  readonly userId: UserId;
  readonly device: DeviceId;
  readonly full: boolean;
  readonly echo: boolean;
  /** What `probeBehind` asked for has not gone out yet. */
  readonly isAsking: boolean;
  send(text: string): void;
  /** Asks the peer to answer `payload` on the WebSocket level when it has got everything sent so far. */
  probeBehind(payload: string): void;
  close(close: Close): void;
}

/** One session's place in its user's inbox: what is written to it, and what its device has confirmed. */
export class SessionInbox implements InboxOutput {
  private readonly follower: InboxFollower;
  /** Plain sessions: up to here the peer was asked to confirm; 0 when nothing is asked [MP-3.8]. */
  private asked = 0;
  private askedForTicks = 0;
  /** Plain sessions: the last number that was really written, and not passed over. */
  private lastShown = 0;
  /** Plain sessions: the last number that was confirmed. */
  private confirmed = 0;
  /** More waits than the session may be pushed to. */
  private isSlow = false;
  private slowForTicks = 0;

  constructor(
    private readonly session: InboxSession,
    private readonly marks: DeviceMarks,
    parts: FollowerParts,
    private readonly onError: (error: unknown) => void,
    private readonly trace?: Pick<Trace, 'pushed'>,
  ) {
    this.follower = new InboxFollower(session.userId, parts, this);
  }

  get head(): number {
    return this.follower.head;
  }

  get written(): number {
    return this.follower.written;
  }

  get state(): FeedState {
    return this.follower.state;
  }

  begin(cursor: number, head: number): void {
    this.confirmed = cursor;
    this.marks.begin(cursor);
    this.follower.begin(cursor, head);
  }

  /** The store knows this device from now on, at `cursor`. */
  register(cursor: number): void {
    this.marks.confirm(cursor);
  }

  /** Whether an entry with this number is to be written now. */
  offer(cursor: number): boolean {
    return this.follower.offer(cursor);
  }

  /** An ack was written to this session; on a full one it may take its place [MP-3.4]. */
  acknowledged(cursor: number): void {
    if (this.session.full) this.follower.acknowledge(cursor);
  }

  /** What was offered, in the words for this kind of session. False if it is not shown here. */
  writeText(entry: InboxEntry, text: string): boolean {
    const isForUs = this.isForUs(entry);
    if (isForUs) this.show(entry, text);
    return isForUs;
  }

  write(entry: InboxEntry): void {
    if (this.isForUs(entry)) this.show(entry, encodeEntry(entry, this.session.userId, this.session.full));
  }

  /** The note of an entry may have been lost on its way here: looks in the store [MP-3.5]. */
  look(): void {
    this.follower.look();
  }

  /** The device has everything up to `cursor`. False if it was never sent so much. */
  confirm(cursor: number): boolean {
    if (cursor > this.follower.written) return false;
    this.marks.confirm(cursor);
    return true;
  }

  /** A person has read the conversation with `peerId` up to `seq` [MP-3.12]; see `DeviceMarks`. */
  read(peerId: UserId, seq: number, onAboveHead: () => void): boolean {
    return this.marks.read(peerId, seq, onAboveHead);
  }

  /** The peer answered a WebSocket-level ping. */
  ponged(payload: string): void {
    if (this.asked === 0 || payload !== String(this.asked)) return;
    this.asked = 0;
    this.confirmed = Number(payload);
    this.marks.confirm(this.confirmed);
    this.askAgain();
    this.goOn();
  }

  synced(cursor: number): void {
    if (this.session.full) this.session.send(encode({ type: 'synced', cursor }));
  }

  tooLong(from: number, floor: number, head: number): number {
    // A plain session knows no numbers: it gets what is kept.
    if (!this.session.full) return floor;
    this.session.send(encode({ type: 'toolong', from, floor, head }));
    return head;
  }

  pageWritten(): void {
    if (this.asked > 0) this.follower.pause('unconfirmed');
  }

  failed(error: unknown): void {
    this.onError(error);
    this.session.close(CLOSE.internal);
  }

  /** More waits for this session than it may be pushed to. */
  fellBehind(): void {
    if (this.isSlow) return;
    this.isSlow = true;
    this.slowForTicks = 0;
    this.follower.pause('slow');
  }

  /** All that waited has gone out. */
  drained(): void {
    this.isSlow = false;
    this.goOn();
  }

  /** One second has gone by. Returns for how many this session has not drained. */
  tick(): number {
    this.marks.retry();
    if (this.asked > 0) {
      this.askedForTicks += 1;
      if (this.askedForTicks === ANSWER_WITHIN_TICKS) this.goOn();
    } else if (!this.session.full) this.confirmPassedOver();
    if (this.isSlow) this.slowForTicks += 1;
    return this.isSlow ? this.slowForTicks : 0;
  }

  stop(): void {
    this.follower.stop();
    if (!this.session.full && this.asked === 0) this.confirmPassedOver();
  }

  private goOn(): void {
    if (!this.isSlow) this.follower.resume();
  }

  private show(entry: InboxEntry, text: string): void {
    this.session.send(text);
    this.trace?.pushed(this.session, entry);
    this.marks.shown(entry);
    if (this.session.full) return;
    this.lastShown = entry.cursor;
    if (this.asked === 0 || this.session.isAsking) this.ask(entry.cursor);
  }

  private ask(cursor: number): void {
    this.asked = cursor;
    this.askedForTicks = 0;
    this.session.probeBehind(String(cursor));
  }

  private askAgain(): void {
    if (this.lastShown > this.confirmed) this.ask(this.lastShown);
  }

  /** What was not for this session needs no answer of its peer. */
  private confirmPassedOver(): void {
    const { written } = this.follower;
    if (written <= this.confirmed || this.lastShown > this.confirmed) return;
    this.confirmed = written;
    this.marks.confirm(written);
  }

  /** A plain session is shown what others send to its user, and with `echo=1` what its user sends [MP-1.6]. */
  private isForUs({ fromUserId, toUserId }: InboxEntry): boolean {
    const { session } = this;
    return session.full || session.echo || fromUserId !== session.userId || toUserId === session.userId;
  }
}
