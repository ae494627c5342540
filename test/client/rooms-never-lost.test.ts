import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ServerFrame } from '../../src/protocol/frames.js';
import { type ScriptedSocket, WELCOME } from '../support/client-hosts.js';
import { rig } from '../support/client-rig.js';

interface Said {
  readonly id?: string;
  readonly message: string;
}

interface Asked extends Said {
  readonly type: string;
  readonly id: string;
  readonly room?: string;
  readonly since?: number;
}

/** So many of the messages that were missed are replayed. */
const REPLAYED = 3;

/** The server, as far as one room and what goes to B need it. Frames lie on the way, both ways, until they are moved. */
class Server {
  said: Said[] = [];
  readonly toB: string[] = [];
  epoch = 1;
  busy = false;
  /** Questions are too many, sends are not. */
  limited = false;
  /** Refused first; until it comes again, nothing else is taken of this session [MP-3.7]. */
  private refused = '';
  private socket: ScriptedSocket | null = null;
  private claim = '';
  private read = 0;
  private frames: ServerFrame[] = [];
  /** The last `seq` written on this connection; null while it is not in the room. */
  private written: number | null = null;

  accept(socket: ScriptedSocket): void {
    this.socket = socket;
    this.read = 0;
    this.written = null;
    this.refused = '';
    const { searchParams } = new URL(socket.url);
    const epoch = `e${this.epoch}`;
    this.claim = searchParams.get('epoch') ?? epoch;
    const cursor = Number(searchParams.get('cursor') ?? 0);
    this.frames = [{ ...WELCOME, epoch, cursor }];
    if (this.claim !== epoch) this.frames.push({ type: 'toolong', from: cursor + 1, floor: 0, head: 0 });
    socket.open();
  }

  take(count: number): void {
    const frames = this.socket?.sent.slice(this.read, this.read + count) ?? [];
    this.read += frames.length;
    for (const text of frames) this.handle(JSON.parse(text));
  }

  give(count: number): void {
    for (let given = 0; given < count && this.socket && !this.socket.closed; given++) {
      const frame = this.frames.shift() ?? this.next();
      if (!frame) return;
      this.socket.receive(frame);
    }
  }

  /** An old copy of its store is put back. */
  restore(): void {
    this.epoch += 1;
    this.said = this.said.slice(0, this.said.length / 2);
  }

  private handle(frame: Asked): void {
    if (frame.type === 'ping') this.frames.push({ type: 'pong' });
    else if (frame.type === 'join') this.join(frame);
    else if (frame.type === 'message') this.store(frame);
  }

  private join({ id, since }: Asked): void {
    if (this.limited) return this.refuse(id, 'rate_limited');
    const head = this.said.length;
    const isKnown = since !== undefined && since <= head && this.claim === `e${this.epoch}`;
    const from = isKnown ? Math.max(since, head - REPLAYED) + 1 : head + 1;
    this.written = from - 1;
    this.frames.push({ type: 'joined', id, room: 'lobby', count: 1, head, from, members: [] });
    if (since !== undefined && !isKnown) {
      this.frames.push({ type: 'toolong', room: 'lobby', from: since + 1, floor: 0, head });
    }
  }

  private store(frame: Asked): void {
    const { id } = frame;
    if (this.busy || (this.refused && this.refused !== id)) {
      this.refused = this.refused || id;
      return this.refuse(id, 'busy');
    }
    this.refused = '';
    if (frame.room && this.written === null) return this.refuse(id, 'forbidden');
    if (!frame.room) this.toB.push(...(this.toB.includes(id) ? [] : [id]));
    else if (!this.said.some((one) => one.id === id)) this.said.push(frame);
    this.frames.push({ type: 'ack', id });
  }

  private refuse(id: string, code: 'busy' | 'rate_limited' | 'forbidden'): void {
    this.frames.push({ type: 'error', id, code, message: 'later', retryAfterMs: 500 });
  }

  private next(): ServerFrame | null {
    const said = this.written === null ? undefined : this.said[this.written];
    if (!said || this.written === null) return null;
    this.written += 1;
    const seq = this.written;
    return {
      type: 'message',
      room: 'lobby',
      messageId: `r${seq}`,
      seq,
      fromUserId: 'B',
      message: said.message,
      sentAt: 1,
    };
  }
}

type Happening =
  | {
      readonly type: 'say' | 'send' | 'comes' | 'lose' | 'busy' | 'limit' | 'background' | 'foreground' | 'restore';
    }
  | { readonly type: 'take' | 'give' | 'sleep'; readonly count: number };

function happenings(...rare: 'restore'[]): fc.Arbitrary<readonly Happening[]> {
  const one: fc.Arbitrary<Happening> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('say', 'send', 'comes') }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constantFrom('lose', 'busy', 'limit', 'background', 'foreground', ...rare),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ type: fc.constantFrom('take', 'give', 'sleep'), count: fc.integer({ min: 1, max: 5 }) }),
    },
  );
  return fc.array(one, { maxLength: 60 });
}

class World {
  readonly server = new Server();
  /** What the room's messages said, and the holes that were told, by epoch. */
  readonly told: { readonly epoch: number; readonly from: number; readonly to: number; readonly text?: unknown }[] = [];
  readonly sent: string[] = [];
  readonly acked = new Set<string>();
  readonly refused: unknown[] = [];
  private readonly app = rig();
  private readonly lobby = this.app.client.join('lobby', { since: 0 });
  private epoch = 1;
  private made = 0;

  constructor() {
    this.app.client.on('sent', ({ id }) => this.acked.add(id));
    this.app.client.on('refused', (refused) => this.refused.push(refused));
    // A socket is accepted under the epoch of that moment.
    this.lobby.on('message', ({ seq, message: text }) =>
      this.told.push({ epoch: this.epoch, from: seq, to: seq, text }),
    );
    this.lobby.on('toolong', ({ from, head }) => this.told.push({ epoch: this.epoch, from, to: head }));
    this.app.client.connect();
    this.accept();
  }

  happens(event: Happening): void {
    const { transport, clock, platform } = this.app;
    const { server } = this;
    if (event.type === 'say' || event.type === 'send') this.send(event.type);
    else if (event.type === 'comes') server.said.push({ message: `from B ${++this.made}` });
    else if (event.type === 'lose') transport.last.lose();
    else if (event.type === 'restore') this.restore();
    else if (event.type === 'busy') server.busy = !server.busy;
    else if (event.type === 'limit') server.limited = !server.limited;
    else if (event.type === 'background' || event.type === 'foreground') platform[event.type]();
    else if (event.type === 'take') server.take(event.count);
    else if (event.type === 'give') server.give(event.count);
    else if (event.type === 'sleep') clock.advance(event.count * 300);
    this.accept();
  }

  private restore(): void {
    this.app.transport.last.lose();
    this.server.restore();
  }

  private accept(): void {
    if (this.app.client.state.phase !== 'connecting') return;
    this.epoch = this.server.epoch;
    this.server.accept(this.app.transport.last);
  }

  private send(type: 'say' | 'send'): void {
    const id = `${type}${++this.made}`;
    if (type === 'say') this.lobby.say(id, { id });
    else this.app.client.send('B', id, { id });
    this.sent.push(id);
  }

  /** Everything is well from now on, for long enough. */
  settle(): void {
    this.server.busy = this.server.limited = false;
    const round = ['foreground', 'take', 'give', 'sleep'] as const;
    for (let count = 0; count < 40; count++) for (const type of round) this.happens({ type, count: 10 });
  }

  /** Every number of the room is told once and in order, or is in a hole that was told in its place. */
  check(): void {
    for (let epoch = 1; epoch <= this.server.epoch; epoch++) {
      let next = 1;
      for (const { from, to, text } of this.told.filter((one) => one.epoch === epoch)) {
        expect(from).toBe(next);
        if (epoch === this.server.epoch && text !== undefined) expect(text).toBe(this.server.said[from - 1]?.message);
        next = to + 1;
      }
      if (epoch === this.server.epoch) expect(next).toBe(this.server.said.length + 1);
    }
  }
}

it('[MP-4.11] whatever is lost on the way, what is said in a room is told once and in order, or the hole is; and nothing that was sent is refused or lost', () => {
  fc.assert(
    fc.property(happenings(), (list) => {
      const world = new World();
      for (const event of list) world.happens(event);
      world.settle();
      world.check();
      const { said, toB } = world.server;
      expect(said.flatMap(({ id }) => id ?? [])).toEqual(world.sent.filter((id) => id.startsWith('say')));
      expect(toB).toEqual(world.sent.filter((id) => id.startsWith('send')));
      expect([...world.acked].sort()).toEqual([...world.sent].sort());
      expect(world.refused).toEqual([]);
    }),
  );
});

it('[MP-4.11] what is said in a room is told once and in order when the server goes back to an old copy of its store, too', () => {
  fc.assert(
    fc.property(happenings('restore'), happenings('restore'), (before, after) => {
      const world = new World();
      for (const event of before) world.happens(event);
      world.settle();
      world.happens({ type: 'restore' });
      for (const event of after) world.happens(event);
      world.settle();
      world.check();
      expect(world.refused).toEqual([]);
    }),
  );
});
