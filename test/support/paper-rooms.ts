import { GatewayCounts } from '../../src/gateway/gateway-counts.js';
import { Latencies } from '../../src/gateway/latencies.js';
import { Outflow } from '../../src/gateway/outflow.js';
import type { PublisherLimits } from '../../src/gateway/publisher.js';
import { Rooms } from '../../src/gateway/rooms/rooms.js';
import { Session } from '../../src/gateway/session.js';
import { Attendance } from '../../src/messaging/attendance.js';
import { Cards } from '../../src/messaging/cards.js';
import type { Bus, BusNote } from '../../src/messaging/ports/bus.js';
import { SendMessage } from '../../src/messaging/send-message.js';
import { WriteQueue } from '../../src/messaging/write-queue.js';
import { contentJson } from '../../src/model/content.js';
import type { RoomName, UserId } from '../../src/model/ids.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';
import { PaperSocket } from './paper-node.js';
import { plainSession } from './session-identity.js';

const CLOCK = { now: () => 1_000, monotonicMs: () => performance.now() };

/** What nodes of paper have in common: a store, and a bus over which notes are late. */
export class PaperCluster {
  readonly store = new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 10_000 });
  readonly errors: unknown[] = [];
  readonly onError = (error: unknown): void => void this.errors.push(error);
  private readonly late: (() => void)[] = [];
  private readonly listeners = new Map<Bus, (note: BusNote) => void>();

  /** A node's way to the bus: it hears its own notes at once, and other nodes hear them when they are delivered. */
  bus(): Bus {
    const listeners = new Set<(note: BusNote) => void>();
    const tell = (note: BusNote) => {
      for (const listener of listeners) listener(note);
    };
    const bus: Bus = {
      publish: (note) => {
        if (!this.listeners.has(bus)) return;
        tell(note);
        for (const [other, hear] of this.listeners) {
          if (other !== bus) this.late.push(() => this.listeners.has(other) && hear(note));
        }
      },
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    this.listeners.set(bus, tell);
    return bus;
  }

  /** Nothing goes to this node, or comes from it, any more. */
  cut(bus: Bus): void {
    this.listeners.delete(bus);
  }

  deliver(count = Number.POSITIVE_INFINITY): void {
    for (let i = 0; i < count && this.late.length > 0; i += 1) this.late.shift()?.();
  }
}

/** One node's rooms, without a transport. */
export class PaperRooms {
  private readonly attendance: Attendance;
  private readonly rooms: Rooms;
  private readonly bus: Bus;
  private readonly sockets = new Set<PaperSocket>();
  private readonly outflow: Outflow;
  private readonly sends: SendMessage;
  private opened = 0;

  constructor(
    private readonly cluster: PaperCluster,
    nodeId: string,
    spread?: PublisherLimits,
  ) {
    const { store, onError } = cluster;
    this.bus = cluster.bus();
    this.outflow = new Outflow(
      (topic, text) => {
        for (const socket of this.sockets) if (socket.topics.has(topic)) socket.send(text);
      },
      1_000_000,
      new GatewayCounts(),
      new Latencies(CLOCK),
      spread,
    );
    this.attendance = new Attendance(nodeId, this.bus, CLOCK);
    const { attendance, outflow } = this;
    const cards = new Cards(store.read);
    const { read, epoch } = store;
    this.rooms = new Rooms({ read, epoch, attendance, cards, outflow, onError, mayEnter: 'everyone' });
    this.bus.subscribe(attendance.hear);
    this.bus.subscribe(this.rooms.hear);
    attendance.watch(this.rooms.attended);
    this.sends = new SendMessage(new WriteQueue(store, queueMicrotask, onError), this.bus, CLOCK, 1_000);
    attendance.start();
  }

  open(userId: UserId): { readonly session: Session; readonly socket: PaperSocket } {
    const socket = new PaperSocket();
    this.opened += 1;
    const session = new Session(plainSession({ id: `${this.opened}`, userId, full: true }), socket, this.outflow);
    session.opened();
    session.onClosing = () => {
      this.rooms.leaveAll(session);
      this.sockets.delete(socket);
    };
    this.sockets.add(socket);
    return { session, socket };
  }

  join(session: Session, room: RoomName, since: number | undefined, list: boolean): void {
    this.rooms.join(session, room, { since, list });
  }

  tick(): void {
    this.attendance.tick();
    this.rooms.look();
  }

  leave(session: Session, room: RoomName): void {
    this.rooms.leave(session, room, undefined);
  }

  say({ userId }: Session, room: RoomName): void {
    this.sends.toRoom({ fromUserId: userId, room, id: undefined, content: contentJson('x', false) }, () => {});
  }

  /** The node is gone without a word. */
  crash(): void {
    this.cluster.cut(this.bus);
  }
}
