import type { Attendance } from '../../messaging/attendance.js';
import type { RoomName, UserId } from '../../model/ids.js';
import type { Profile, ProfiledUser } from '../../model/profile.js';
import { encodeComing, encodeMember, encodeMembers, encodeProfileNotice } from '../../protocol/encode-rooms.js';
import { CROWD_ABOVE, CROWD_EVERY_MS, JOINED_MEMBERS } from '../../protocol/limits.js';
import type { Outflow } from '../outflow.js';
import { roomListTopic, roomTopic } from '../topics.js';

/** Tells the sessions in a room who comes and goes: each by itself where they are few, a count where they are a crowd. */
export class RoomNews {
  /** Sessions of this node that want the whole list. */
  listeners = 0;
  private isCountDue = false;
  private isListDue = false;
  private toldAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  /** The members that stand in `joined`, as long as they are the same. */
  private first: { readonly userIds: ReadonlySet<UserId>; readonly text: string } | undefined;

  constructor(
    private readonly room: RoomName,
    private readonly attendance: Pick<Attendance, 'count' | 'members'>,
    private readonly profileOf: (userId: UserId) => Profile,
    private readonly outflow: Outflow,
  ) {}

  get count(): number {
    return this.attendance.count(this.room);
  }

  /** A user has come, or the last session of one has gone [MP-4.7, MP-4.8]. */
  changed(userId: UserId, isHere: boolean): void {
    const { count } = this;
    this.forgetFirst(userId, isHere);
    if (Math.max(count, isHere ? count : count + 1) > CROWD_ABOVE) this.isCountDue = true;
    else this.tell(encodeComing(isHere ? 'entered' : 'left', this.room, count, this.profiled(userId)));
    this.isListDue = true;
    this.schedule();
  }

  /** Somebody who is here is to be seen otherwise [MP-2.28]. */
  profileChanged(user: ProfiledUser): void {
    if (this.first?.userIds.has(user.userId)) this.first = undefined;
    if (this.count > CROWD_ABOVE) return;
    this.tell(encodeProfileNotice(user));
    this.isListDue = true;
    this.schedule();
  }

  /** The members that stand in `joined`, encoded. */
  firstMembers(): string {
    this.first ??= this.readFirst();
    return this.first.text;
  }

  /** The whole list, where it is told [MP-4.9]. */
  list(): string | undefined {
    const { count } = this;
    if (count > CROWD_ABOVE) return undefined;
    const members = [...this.attendance.members(this.room)].map((userId) => this.profiled(userId));
    return encodeMembers(this.room, count, members);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private profiled(userId: UserId) {
    return { userId, profile: this.profileOf(userId) };
  }

  private tell(text: string): void {
    this.outflow.addFor(roomTopic(this.room), text);
  }

  /** What is due is told at once, but not twice within `CROWD_EVERY_MS`. */
  private schedule(): void {
    const isDue = this.isCountDue || (this.isListDue && this.listeners > 0);
    if (!isDue || this.timer !== undefined) return;
    const waitMs = Math.max(0, this.toldAt + CROWD_EVERY_MS - performance.now());
    this.timer = setTimeout(this.tellDue, waitMs);
    this.timer.unref();
  }

  private readonly tellDue = (): void => {
    this.timer = undefined;
    this.toldAt = performance.now();
    if (this.isCountDue) this.tell(encodeMembers(this.room, this.count));
    const list = this.isListDue && this.listeners > 0 ? this.list() : undefined;
    if (list !== undefined) this.tellList(list);
    this.isCountDue = false;
    this.isListDue = false;
  };

  /** Between what the room was told before and what it is told after. */
  private tellList(list: string): void {
    this.outflow.settle(roomTopic(this.room));
    this.outflow.addFor(roomListTopic(this.room), list);
    this.outflow.settle(roomListTopic(this.room));
  }

  private forgetFirst(userId: UserId, isHere: boolean): void {
    const { first } = this;
    if (first === undefined) return;
    if (isHere ? first.userIds.size < JOINED_MEMBERS : first.userIds.has(userId)) this.first = undefined;
  }

  private readFirst() {
    const userIds = new Set<UserId>();
    for (const userId of this.attendance.members(this.room)) {
      userIds.add(userId);
      if (userIds.size === JOINED_MEMBERS) break;
    }
    const text = [...userIds].map((userId) => encodeMember(this.profiled(userId))).join(',');
    return { userIds, text };
  }
}
