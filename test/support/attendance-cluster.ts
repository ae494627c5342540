import { ATTENDANCE_TICK_MS, Attendance } from '../../src/messaging/attendance.js';
import type { AttendanceNote, BusNote } from '../../src/messaging/ports/bus.js';
import type { UserId } from '../../src/model/ids.js';
import type { Place } from '../../src/model/place.js';

const key = (place: Place, userId: UserId) => `${place}/${userId}`;

/** One node: its attendance, its sessions as they are, and what it was told. */
export class AttendanceNode {
  readonly attendance: Attendance;
  readonly sessions: (readonly [Place, UserId])[] = [];
  readonly told: string[] = [];
  /** Who is where, by the changes that were told. */
  private readonly toldHere = new Set<string>();

  constructor(
    readonly nodeId: string,
    publish: (note: BusNote) => void,
    clock: { monotonicMs(): number },
    partUsers: number,
  ) {
    this.attendance = new Attendance(nodeId, { publish }, clock, partUsers);
    this.attendance.watch(({ place, userId, here }) => {
      const name = key(place, userId);
      this.told.push(`${here ? '+' : '-'}${name}`);
      if (this.toldHere.has(name) === here) throw new Error(`${nodeId} was told twice: ${this.told.at(-1)}`);
      if (here) this.toldHere.add(name);
      else this.toldHere.delete(name);
      if (this.attendance.has(place, userId) !== here) throw new Error(`told too early: ${this.told.at(-1)}`);
    });
  }

  /** The last change that was told of this user there. */
  readonly wasTold = (place: Place, userId: UserId): boolean => this.toldHere.has(key(place, userId));

  enter(place: Place, userId: UserId): void {
    this.sessions.push([place, userId]);
    this.attendance.enter(place, userId);
  }

  leave(at: number): void {
    const [session] = this.sessions.splice(at % Math.max(1, this.sessions.length), 1);
    if (session !== undefined) this.attendance.leave(...session);
  }
}

/** Nodes on one clock and a bus whose notes wait, each for each node, until they are delivered, repeated or lost. */
export class AttendanceCluster {
  readonly nodes: AttendanceNode[] = [];
  /** All that was ever published. */
  readonly published: AttendanceNote[] = [];
  private held: (readonly [AttendanceNode, BusNote])[] = [];
  private nowMs = 0;
  private started = 0;

  /** `partUsers`: so many users fit into one note. */
  constructor(private readonly partUsers = 2_000) {}

  start(): AttendanceNode {
    this.started += 1;
    const publish = (note: BusNote) => {
      if (note.kind === 'attendance') this.published.push(note);
      for (const to of this.nodes) this.held.push([to, note]);
    };
    const clock = { monotonicMs: () => this.nowMs };
    const node = new AttendanceNode(`node ${this.started}`, publish, clock, this.partUsers);
    this.nodes.push(node);
    node.attendance.start();
    return node;
  }

  /** The node is gone without a word; what it published is under way. */
  crash(node: AttendanceNode): void {
    this.nodes.splice(this.nodes.indexOf(node), 1);
  }

  end(node: AttendanceNode): void {
    node.attendance.stop();
    this.crash(node);
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  deliver(at: number): void {
    const [held] = this.held.splice(at % Math.max(1, this.held.length), 1);
    if (held !== undefined) this.hand(...held);
  }

  deliverNext(count: number): void {
    for (const [to, note] of this.held.splice(0, count)) this.hand(to, note);
  }

  repeat(at: number): void {
    const held = this.held[at % Math.max(1, this.held.length)];
    if (held !== undefined) this.hand(...held);
  }

  lose(at: number): void {
    this.held.splice(at % Math.max(1, this.held.length), 1);
  }

  loseAll(): void {
    this.held = [];
  }

  /** In order, what is answered to them too. */
  deliverAll(): void {
    for (const [to, note] of this.held) this.hand(to, note);
    this.held = [];
  }

  /** So many ticks of all nodes, five seconds apart, with a bus that loses nothing. */
  run(ticks: number): void {
    for (let tick = 0; tick < ticks; tick += 1) {
      this.pass(ATTENDANCE_TICK_MS);
      for (const node of this.nodes) node.attendance.tick();
      this.deliverAll();
    }
  }

  private hand(to: AttendanceNode, note: BusNote): void {
    if (this.nodes.includes(to)) to.attendance.hear(note);
  }
}
