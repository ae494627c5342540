import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PublisherLimits } from '../../src/gateway/publisher.js';
import type { Session } from '../../src/gateway/session.js';
import type { RoomName, UserId } from '../../src/model/ids.js';
import { type PaperSocket, settled } from '../support/paper-node.js';
import { PaperCluster, PaperRooms } from '../support/paper-rooms.js';
import { runs, sequencesOf } from '../support/sequences.js';
import type { Frame } from '../support/ws-client.js';

const ROOMS = ['kitchen', 'garden'] as RoomName[];
const USERS = ['A', 'B', 'C', 'D'] as UserId[];
/** Beyond which a silent node is forgotten, with the ticks that it takes. */
const FORGOTTEN_AFTER_MS = 30_000;
const TICK_MS = 5_000;
/** So that a room of two is a room of thousands. */
const ONE_A_TURN: PublisherLimits = { shardSessions: 1, turnDeliveries: 1, waitingDeliveries: 20 };

/** What a client makes of the frames of one room, as PROTOCOL.md wants it. */
class RoomView {
  members = new Set<string>();
  listed: ReadonlySet<string> | undefined;
  count = 0;
  seq: number | undefined;

  constructor(private readonly self: UserId) {}

  take(frame: Frame): void {
    if (frame.type === 'joined') this.begin(frame);
    if (this.seq === undefined) throw new Error(`expected joined first, got ${JSON.stringify(frame)}`);
    if (frame.type === 'message') {
      expect(frame.seq).toBe(this.seq + 1);
      this.seq += 1;
      return;
    }
    if (frame.type === 'entered') this.entered(String(frame.userId));
    if (frame.type === 'left') this.left(String(frame.userId));
    if (frame.type === 'members') this.listed = usersOf(frame);
    this.count = Number(frame.count);
    expect(this.members.size).toBe(this.count);
  }

  /** What follows begins where the answer says. */
  private begin(frame: Frame): void {
    this.members = usersOf(frame);
    this.seq = Number(frame.from) - 1;
  }

  private entered(userId: string): void {
    expect(this.members.has(userId)).toBe(false);
    this.members.add(userId);
  }

  private left(userId: string): void {
    expect(userId).not.toBe(this.self);
    expect(this.members.delete(userId)).toBe(true);
  }
}

function usersOf({ members }: Frame): Set<string> {
  return new Set((members as Frame[]).map(({ userId }) => String(userId)));
}

class ModelSession {
  readonly views = new Map<RoomName, RoomView>();
  readonly lists = new Set<RoomName>();
  private readonly session: Session;
  private readonly socket: PaperSocket;

  constructor(
    readonly node: PaperRooms,
    readonly userId: UserId,
  ) {
    ({ session: this.session, socket: this.socket } = node.open(userId));
  }

  join(room: RoomName, since: number | undefined, list: boolean): void {
    if (!this.views.has(room)) this.views.set(room, new RoomView(this.userId));
    if (list) this.lists.add(room);
    else this.lists.delete(room);
    this.node.join(this.session, room, since, list);
  }

  async leave(room: RoomName): Promise<void> {
    if (!this.views.has(room)) return;
    await settled();
    this.read();
    this.node.leave(this.session, room);
    await settled();
    this.read();
    this.views.delete(room);
    this.lists.delete(room);
  }

  say(room: RoomName): void {
    this.node.say(this.session, room);
  }

  end(): void {
    this.session.end();
  }

  read(): void {
    for (const frame of this.socket.read().frames) {
      const isOwnLeaving = frame.type === 'left' && frame.userId === this.userId;
      if (frame.type !== 'toolong' && !isOwnLeaving) this.views.get(frame.room as RoomName)?.take(frame);
    }
  }
}

/** What may happen, each with a number that says to whom. */
const KINDS = [
  'join',
  'join',
  'join',
  'join with the list',
  'join again',
  'leave',
  'say',
  'say',
  'close',
  'open',
  'open',
  'deliver',
  'settle',
  'crash',
] as const;

type Kind = (typeof KINDS)[number];

/** Two nodes, the sessions on them, and what is true of the rooms. */
class Model {
  readonly cluster = new PaperCluster();
  private started = 0;
  private nodes: readonly PaperRooms[];
  private sessions: readonly ModelSession[] = [];
  private readonly said = new Map<RoomName, number>();

  constructor(private readonly spread: PublisherLimits | undefined) {
    this.nodes = [this.start(), this.start()];
    this.cluster.deliver();
  }

  async happen(kind: Kind, at: number): Promise<void> {
    const room = ROOMS[at % ROOMS.length] as RoomName;
    if (kind === 'open') return this.open(USERS[at % USERS.length] as UserId, this.node(at));
    if (kind === 'deliver') return this.cluster.deliver(at % 5);
    if (kind === 'settle') return settled();
    if (kind === 'crash') return at % 5 === 0 ? this.crash(this.node(at)) : undefined;
    const session = this.sessions[at % Math.max(1, this.sessions.length)];
    if (session !== undefined) await this.act(kind, session, room, at);
  }

  /** All notes have come, silent nodes are forgotten, and lists are told. */
  async quiet(): Promise<void> {
    await settled();
    for (let ms = 0; ms < FORGOTTEN_AFTER_MS; ms += TICK_MS) {
      for (const node of this.nodes) node.tick();
      this.cluster.deliver();
      await settled();
      vi.advanceTimersByTime(TICK_MS);
    }
    this.cluster.deliver();
    await settled();
  }

  expectAgreement(): void {
    expect(this.cluster.errors).toEqual([]);
    for (const session of this.sessions) {
      session.read();
      for (const [room, view] of session.views) {
        const present = new Set(this.sessions.filter(({ views }) => views.has(room)).map(({ userId }) => userId));
        expect(view.members).toEqual(present);
        expect(view.count).toBe(present.size);
        expect(view.seq).toBe(this.said.get(room) ?? 0);
        if (session.lists.has(room)) expect(view.listed).toEqual(present);
      }
    }
  }

  private async act(kind: Kind, session: ModelSession, room: RoomName, at: number): Promise<void> {
    if (kind === 'close') return this.close(session);
    if (kind === 'leave') return session.leave(room);
    if (kind !== 'say')
      return session.join(room, kind === 'join again' ? at % 4 : undefined, kind === 'join with the list');
    if (!session.views.has(room)) return;
    session.say(room);
    this.said.set(room, (this.said.get(room) ?? 0) + 1);
  }

  private start(): PaperRooms {
    this.started += 1;
    return new PaperRooms(this.cluster, `node${this.started}`, this.spread);
  }

  private node(at: number): PaperRooms {
    return this.nodes[at % this.nodes.length] as PaperRooms;
  }

  private open(userId: UserId, node: PaperRooms): void {
    this.sessions = [...this.sessions, new ModelSession(node, userId)];
  }

  private close(session: ModelSession): void {
    session.end();
    this.sessions = this.sessions.filter((each) => each !== session);
  }

  private crash(node: PaperRooms): void {
    node.crash();
    this.sessions = this.sessions.filter((each) => each.node !== node);
    this.nodes = [...this.nodes.filter((each) => each !== node), this.start()];
  }
}

describe('rooms, as the sessions in them see them', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['sent to all at once', undefined],
    ['sent to one a turn', ONE_A_TURN],
  ])(
    '[MP-4.4] [MP-4.5] [MP-4.7] [MP-4.9] [MP-4.11] counts, lists and messages agree with what is true, on two nodes and after crashes, %s',
    async (_how, spread) => {
      const steps = sequencesOf(fc.tuple(fc.constantFrom(...KINDS), fc.nat(1_000)), 80);
      await fc.assert(
        fc.asyncProperty(steps, async (happenings) => {
          const model = new Model(spread);
          for (const [kind, at] of happenings) await model.happen(kind, at);
          await model.quiet();
          model.expectAgreement();
        }),
        runs(150),
      );
    },
  );
});
