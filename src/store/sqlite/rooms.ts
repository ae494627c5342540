import type { Database } from 'better-sqlite3';

/** A room, and the last number given in it. */
export interface RoomHead {
  readonly no: number;
  head: number;
}

/** Rooms kept in memory, after which all are read anew when needed. */
const MAX_ROOMS = 100_000;

/** The numbers given last in rooms. The index of their messages is written with the message, so it can be asked any time. */
export class Rooms {
  private heads = new Map<string, RoomHead>();
  private readonly sql;

  constructor(database: Database) {
    const one = <P extends unknown[]>(sql: string) => database.prepare<P, number[]>(sql).raw();
    this.sql = {
      room: one<[string]>('SELECT no, floor FROM room WHERE name = ?'),
      last: one<[number]>('SELECT seq FROM room_message WHERE room = ? ORDER BY seq DESC LIMIT 1'),
      open: database.prepare<[string]>('INSERT INTO room (name) VALUES (?)'),
      add: database.prepare<[number, number, number]>('INSERT INTO room_message VALUES (?, ?, ?)'),
    };
  }

  /** The room of this name; numbered if it has no number yet. */
  room(name: string): RoomHead {
    return this.existingRoom(name) ?? this.remember(name, Number(this.sql.open.run(name).lastInsertRowid), 0);
  }

  existingRoom(name: string): RoomHead | undefined {
    const known = this.heads.get(name);
    if (known !== undefined) return known;
    const [no, floor = 0] = this.sql.room.get(name) ?? [];
    if (no === undefined) return undefined;
    const [last = 0] = this.sql.last.get(no) ?? [];
    return this.remember(name, no, Math.max(floor, last));
  }

  /** Takes in the room's next message, which the log has at `pos`. */
  add(room: RoomHead, pos: number): void {
    room.head += 1;
    this.sql.add.run(room.no, room.head, pos);
  }

  clear(): void {
    this.heads = new Map();
  }

  private remember(name: string, no: number, head: number): RoomHead {
    if (this.heads.size >= MAX_ROOMS) this.clear();
    const room = { no, head };
    this.heads.set(name, room);
    return room;
  }
}
