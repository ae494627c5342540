import type { HistoryFrame, JoinedFrame, MessageFrame, ProfileNoticeFrame } from '../../src/protocol/frames.js';
import type { Room } from './api.js';
import { isBusy, type MinimError } from './errors.js';
import type { Member, RoomEvents, RoomMessage } from './events.js';
import type { Draft, RoomFrame } from './frames.js';
import { createListeners, type Listeners } from './listeners.js';
import type { JoinOptions, PageOptions } from './options.js';

/** The rooms that this client is in, or wants to be in again: being in one ends with the connection [MP-4.4]. */
export interface Rooms {
  join(name: string, options?: JoinOptions): Room;
  /** A new connection is in no room. */
  leaveAll(): void;
  /** Whose numbers come from now on. */
  meet(serverEpoch: string): void;
  /** Asks for all that were not asked for. False while one of them is awaited. */
  enterAll(): boolean;
  hear(frame: RoomFrame): void;
  /** Somebody is to be seen otherwise. */
  repaint(notice: ProfileNoticeFrame): void;
  /** False when it is about something else. */
  fail(error: MinimError): boolean;
}

export interface RoomsOptions {
  newId(): string;
  isOpen(): boolean;
  tellServer(frame: Draft): void;
  store(frame: Draft<MessageFrame>, id: string | undefined): ReturnType<Room['say']>;
  askForPage(frame: Draft<HistoryFrame>, options: PageOptions | undefined): ReturnType<Room['history']>;
  /** Something may be sent that had to wait. */
  goOn(): void;
  /** The server had no time; it may be asked again after so many ms. */
  waitFor(ms: number | undefined): void;
}

interface Place {
  readonly room: Room;
  readonly tell: Listeners<RoomEvents>['tell'];
  readonly id: string;
  readonly list: boolean | undefined;
  /** On this connection. */
  isAsked: boolean;
  isIn: boolean;
  /** The last `seq` that it has; none before the first `joined`, where the app has none either. */
  reached: number | undefined;
}

export function createRooms({ newId, isOpen, tellServer, store, askForPage, goOn, waitFor }: RoomsOptions): Rooms {
  const places = new Map<string, Place>();
  let epoch = '';

  function open(name: string, { list, since }: JoinOptions = {}): Room {
    const { add, tell } = createListeners<RoomEvents>();
    const room: Room = {
      name,
      count: 0,
      members: [],
      say: (message, { id } = {}) => store({ type: 'message', room: name, message }, id),
      history: (options) => askForPage({ type: 'history', room: name }, options),
      leave: () => {
        if (places.get(name) !== place) return;
        places.delete(name);
        if (isOpen()) tellServer({ type: 'leave', room: name });
        goOn();
      },
      on: add,
    };
    const place: Place = {
      room,
      tell,
      id: newId(),
      list,
      isAsked: false,
      isIn: false,
      reached: since,
    };
    places.set(name, place);
    goOn();
    return room;
  }

  function ask(place: Place): void {
    const { room, id, list, reached: since } = place;
    place.isAsked = true;
    place.isIn = false;
    tellServer({ type: 'join', id, room: room.name, since, list });
  }

  /** Each number once and in order; where one is missing, the server is asked for all that follow the last one. */
  function hearMessage(place: Place, frame: RoomMessage): void {
    const next = Number(place.reached) + 1;
    if (frame.seq > next) ask(place);
    if (frame.seq !== next) return;
    place.reached = next;
    place.tell('message', frame);
  }

  function hearJoined(place: Place, frame: JoinedFrame): void {
    const { reached, tell } = place;
    const { room, from } = frame;
    const head = from - 1;
    place.isIn = true;
    place.reached = head;
    tell('joined', frame);
    if (reached !== undefined && reached !== head) {
      tell('toolong', { type: 'toolong', room, from: reached + 1, floor: head, head });
    }
    goOn();
  }

  return {
    join: (name, options) => {
      const place = places.get(name);
      return place ? place.room : open(name, options);
    },
    leaveAll: () => {
      for (const place of places.values()) place.isAsked = place.isIn = false;
    },
    meet: (serverEpoch) => {
      // Of what this server numbers anew, nothing has come.
      if (epoch && epoch !== serverEpoch) for (const place of places.values()) place.reached = place.reached && 0;
      epoch = serverEpoch;
    },
    enterAll: () => {
      let all = true;
      for (const place of places.values()) {
        if (!place.isAsked) ask(place);
        if (!place.isIn) all = false;
      }
      return all;
    },
    hear: (frame) => {
      const place = places.get(frame.room);
      // What comes before its answer is of an earlier stay.
      if (!place || (frame.type === 'joined' ? frame.id !== place.id : !place.isIn)) return;
      if (frame.type === 'message') return hearMessage(place, frame);
      const { room, tell } = place;
      Object.assign(room, { count: frame.count, members: membersAfter(room.members, frame) });
      if (frame.type === 'joined') hearJoined(place, frame);
      else tell(frame.type, frame);
    },
    repaint: (notice) => {
      for (const { room } of places.values()) Object.assign(room, { members: room.members.map(seenAs(notice)) });
    },
    fail: (error) => {
      const place = Array.from(places.values()).find(({ id }) => id === error.id);
      if (!place) return false;
      if (isBusy(error) || error.code === 'internal') {
        place.isAsked = false;
        waitFor(error.retryAfterMs);
      } else {
        places.delete(place.room.name);
        place.tell('refused', error);
        goOn();
      }
      return true;
    },
  };
}

function membersAfter(before: readonly Member[], frame: Exclude<RoomFrame, RoomMessage>): readonly Member[] {
  // Who is in a crowd is not told.
  if (!('userId' in frame)) return frame.members || [];
  const { userId } = frame;
  const others = before.filter((member) => member.userId !== userId);
  return frame.type === 'entered' ? others.concat(memberOf(frame)) : others;
}

function seenAs(notice: ProfileNoticeFrame): (member: Member) => Member {
  return (member) => (member.userId === notice.userId ? memberOf(notice) : member);
}

function memberOf({ userId, profile }: Member): Member {
  return profile ? { userId, profile } : { userId };
}
