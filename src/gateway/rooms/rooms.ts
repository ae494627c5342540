import type { Attendance, AttendanceChange } from '../../messaging/attendance.js';
import type { BusNote } from '../../messaging/ports/bus.js';
import { isOfEpoch } from '../../messaging/where-to-begin.js';
import type { RoomName, UserId } from '../../model/ids.js';
import { ONLINE } from '../../model/place.js';
import type { Profile } from '../../model/profile.js';
import { Refusal } from '../../model/refusal.js';
import { encode } from '../../protocol/encode.js';
import { encodeComing, encodeJoined } from '../../protocol/encode-rooms.js';
import { MAX_ROOMS } from '../../protocol/limits.js';
import type { RoomPlace, Session } from '../session.js';
import { roomListTopic, roomTopic } from '../topics.js';
import { matchesAny } from './may-enter.js';
import { Room, type RoomParts } from './room.js';

interface RoomsParts extends RoomParts {
  readonly attendance: Pick<Attendance, 'count' | 'members' | 'enter' | 'leave'>;
  /** `token`: only those that match the token's `rooms` are open. */
  readonly mayEnter: 'everyone' | 'token';
  readonly epoch: string;
}

/** What a session asks for when it joins. */
interface Joining {
  readonly id?: string | undefined;
  readonly since?: number | undefined;
  readonly list?: boolean | undefined;
}

/** Rooms that are looked at together. */
const LOOKS_AT_ONCE = 16;

/** The rooms that sessions of this node are in. */
export class Rooms {
  private readonly rooms = new Map<RoomName, Room>();
  /** The rooms that each user is in, on all nodes together. */
  private readonly roomsOf = new Map<UserId, Set<RoomName>>();
  private isLooking = false;

  constructor(private readonly parts: RoomsParts) {}

  /** Answers `joined`, now or when the store has been read; refuses with `forbidden`. */
  join(session: Session, name: RoomName, joining: Joining): void {
    this.checkMayEnter(session, name);
    const place = this.placeOf(session, name);
    const room = this.rooms.get(name) ?? this.open(name);
    if (!place.isCounted) {
      place.isCounted = true;
      room.sessions += 1;
    }
    if (room.isLevel) return this.admit(session, room, place, joining);
    room.opened.then(
      () => this.admit(session, room, place, joining),
      (error) => this.giveUp(session, room, place, joining, error),
    );
  }

  /** Answers `left`, also where the session was not in the room. */
  leave(session: Session, name: RoomName, id: string | undefined): void {
    const place = session.rooms?.get(name);
    if (place === undefined) this.checkMayEnter(session, name);
    else {
      session.unsubscribe(roomTopic(name));
      session.unsubscribe(roomListTopic(name));
      this.forget(session, name, place);
    }
    const { attendance, cards } = this.parts;
    const { userId } = session;
    const user = { userId, profile: cards.profileOf(userId) };
    session.send(encodeComing('left', name, attendance.count(name), user, id));
  }

  /** The session has another token: it leaves the rooms that this one does not open, and is told `left`. */
  renewed(session: Session): void {
    for (const name of [...(session.rooms?.keys() ?? [])]) {
      if (!this.mayEnter(session, name)) this.leave(session, name, undefined);
    }
  }

  /** The session has ended. */
  leaveAll(session: Session): void {
    for (const [name, place] of [...(session.rooms ?? [])]) this.forget(session, name, place);
  }

  /** Refuses with `forbidden` what only who is in the room may do. */
  checkIsIn(session: Session, name: RoomName): void {
    if (session.rooms?.has(name)) return;
    throw new Refusal('forbidden', `this session is not in the room "${name}"; expected it to join first`);
  }

  /** To be told before what the cards say is changed. */
  readonly hear = (note: BusNote): void => {
    if (note.kind === 'room') this.rooms.get(note.message.room)?.timeline.offer(note.message);
    else if (note.kind === 'card') this.showProfile(note.userId, note.card.profile);
    else if (note.kind === 'erased') this.forgetUser(note.userId);
  };

  private forgetUser(userId: UserId): void {
    for (const { timeline } of this.rooms.values()) timeline.forget(userId);
  }

  /**
   * To be called now and then: notes of what was said may have been lost. A few rooms at a time, because asking for tens
   * of thousands at once would keep everyone else waiting.
   */
  async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    const rooms = this.rooms.values();
    await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, () => lookAt(rooms)));
    this.isLooking = false;
  }

  readonly attended = ({ place, userId, here }: AttendanceChange): void => {
    if (place === ONLINE) return;
    const names = this.roomsOf.get(userId);
    if (here && names === undefined) this.roomsOf.set(userId, new Set([place]));
    else if (here) names?.add(place);
    else if (names?.delete(place) && names.size === 0) this.roomsOf.delete(userId);
    this.rooms.get(place)?.news.changed(userId, here);
  };

  /** Tells the rooms that the user is in, if it is another one than before [MP-2.28]. */
  private showProfile(userId: UserId, profile: Profile): void {
    const before = this.parts.cards.profileOf(userId);
    if (before.nickname === profile.nickname && before.avatar === profile.avatar) return;
    for (const name of this.roomsOf.get(userId) ?? []) this.rooms.get(name)?.news.profileChanged({ userId, profile });
  }

  private open(name: RoomName): Room {
    const room = new Room(name, this.parts);
    this.rooms.set(name, room);
    return room;
  }

  private mayEnter({ identity }: Session, name: RoomName): boolean {
    return this.parts.mayEnter === 'everyone' || matchesAny(name, identity?.rooms ?? []);
  }

  private checkMayEnter(session: Session, name: RoomName): void {
    if (this.mayEnter(session, name)) return;
    throw new Refusal('forbidden', `the token does not open the room "${name}"`);
  }

  private placeOf(session: Session, name: RoomName): RoomPlace {
    session.rooms ??= new Map();
    const place = session.rooms.get(name) ?? { isCounted: false, isIn: false, hasList: false };
    if (session.rooms.size >= MAX_ROOMS && !session.rooms.has(name)) {
      throw new Refusal('forbidden', `expected at most ${MAX_ROOMS} rooms a session; leave one first`);
    }
    session.rooms.set(name, place);
    return place;
  }

  /** From here on the session is in the room: `joined`, what it missed, then what is said there, without a window. */
  private admit(session: Session, room: Room, place: RoomPlace, joining: Joining): void {
    if (session.closing || session.rooms?.get(room.name) !== place) return;
    if (!place.isIn) {
      place.isIn = true;
      this.parts.attendance.enter(room.name, session.userId);
    }
    // First: what is on its way to the others, who are told of this one as well, is in `head` and `count` already.
    session.subscribe(roomTopic(room.name));
    this.welcome(session, room, joining);
    this.setList(session, room, place, joining.list === true);
  }

  private welcome(session: Session, room: Room, { id, since }: Joining): void {
    const { name, news, timeline } = room;
    const { head, floor } = timeline;
    const isKnown = since !== undefined && since <= head && isOfEpoch(session.claim, this.parts.epoch);
    const { from, texts } = timeline.replaySince(isKnown ? since : head);
    session.send(encodeJoined({ id, room: name, count: news.count, head, from, members: news.firstMembers() }));
    if (since !== undefined && !(isKnown && (since === head || texts.length > 0))) {
      session.send(encode({ type: 'toolong', room: name, from: since + 1, floor, head }));
    }
    for (const text of texts) session.send(text);
  }

  private setList(session: Session, room: Room, place: RoomPlace, wanted: boolean): void {
    const { name, news } = room;
    if (place.hasList !== wanted) {
      place.hasList = wanted;
      news.listeners += wanted ? 1 : -1;
      if (wanted) session.subscribe(roomListTopic(name));
      else session.unsubscribe(roomListTopic(name));
    }
    const list = wanted ? news.list() : undefined;
    if (list !== undefined) session.send(list);
  }

  private giveUp(session: Session, room: Room, place: RoomPlace, { id }: Joining, error: unknown): void {
    this.parts.onError(error);
    if (session.rooms?.get(room.name) === place) this.forget(session, room.name, place);
    session.refuse('internal', 'the store did not answer; expected to join again', { id });
  }

  private forget(session: Session, name: RoomName, place: RoomPlace): void {
    session.rooms?.delete(name);
    const room = this.rooms.get(name);
    if (room === undefined) return;
    if (place.hasList) room.news.listeners -= 1;
    room.sessions -= 1;
    if (room.sessions === 0) {
      this.rooms.delete(name);
      room.stop();
    }
    if (place.isIn) this.parts.attendance.leave(name, session.userId);
  }
}

async function lookAt(rooms: Iterable<Room>): Promise<void> {
  for (const { isLevel, timeline } of rooms) if (isLevel) await timeline.look();
}
