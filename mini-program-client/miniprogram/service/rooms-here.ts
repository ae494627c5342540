import type { MinimClient, Room } from '../lib/minim';
import { roomKey } from '../model/conversations';
import { lastSeq } from '../model/entries';
import type { Face, Notice } from '../model/rows';
import type { Book } from './book';
import type { People } from './people';
import { tellRoom } from './tell-book';

/** The rooms that this user is in, for as long as the app runs, and again when it starts. */
export interface RoomsHere {
  /** Into it, where this user is not there yet. @throws MinimError when there is no such name */
  enter(name: string): Room;
  leave(name: string): void;
  /** How many are there; 0 while that is not known. */
  count(name: string): number;
  members(name: string): readonly Member[];
  /** Who came and went since the app was started. */
  notices(name: string): readonly Notice[];
}

export interface Member extends Face {
  readonly userId: string;
}

export interface RoomsHereOptions {
  readonly client: MinimClient;
  readonly book: Book;
  readonly people: People;
  onChange(key: string): void;
  /** It can be asked now what was said there. */
  onJoined(key: string): void;
}

/** Named by what they say; the page has the words. */
export const ENTERED = 'entered ';
export const LEFT = 'left ';

const MAX_NOTICES = 50;

export function createRoomsHere({ client, book, people, onChange, onJoined }: RoomsHereOptions): RoomsHere {
  const rooms = new Map<string, Room>();
  const notices = new Map<string, readonly Notice[]>();
  let made = 0;

  function add(name: string, text: string): void {
    made += 1;
    const afterSeq = lastSeq(book.thread(roomKey(name)));
    const notice = { key: `notice-${made}`, afterSeq, at: Date.now(), text };
    notices.set(name, (notices.get(name) || []).concat(notice).slice(-MAX_NOTICES));
    onChange(roomKey(name));
  }

  function listen(room: Room): void {
    const { name } = room;
    const key = roomKey(name);
    const meetAll = () => {
      for (const { userId, profile } of room.members) people.meet(userId, profile);
      onChange(key);
    };
    room.on('message', (message) => {
      if (message.profile) people.meet(message.fromUserId, message.profile);
      tellRoom(book, message);
    });
    room.on('joined', () => {
      meetAll();
      onJoined(key);
    });
    room.on('members', meetAll);
    room.on('entered', ({ userId, profile }) => {
      people.meet(userId, profile);
      add(name, ENTERED + userId);
    });
    room.on('left', ({ userId }) => {
      if (userId === client.userId) return;
      add(name, LEFT + userId);
    });
    room.on('toolong', () => book.forget((other) => other === key));
    room.on('refused', () => {
      rooms.delete(name);
      onChange(key);
    });
  }

  return {
    enter: (name) => {
      const known = rooms.get(name);
      if (known) return known;
      const since = lastSeq(book.thread(roomKey(name)));
      const room = client.join(name, since > 0 ? { since } : {});
      rooms.set(name, room);
      listen(room);
      book.add(roomKey(name));
      return room;
    },
    leave: (name) => {
      const room = rooms.get(name);
      if (room) room.leave();
      rooms.delete(name);
      notices.delete(name);
      book.drop(roomKey(name));
    },
    count: (name) => {
      const room = rooms.get(name);
      return room ? room.count : 0;
    },
    members: (name) => {
      const room = rooms.get(name);
      return room ? room.members.map(({ userId }) => ({ userId, ...people.face(userId) })) : [];
    },
    notices: (name) => notices.get(name) || [],
  };
}
