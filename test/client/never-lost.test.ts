import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryStorage } from '../../mini-program-client/src/hosts/storage.js';
import type { ServerFrame } from '../../src/protocol/frames.js';
import { HOLD_TURN_MS } from '../../src/protocol/limits.js';
import { PONG, type ScriptedSocket, WELCOME } from '../support/client-hosts.js';
import { type Rig, rig } from '../support/client-rig.js';
import { runs, sequencesOf } from '../support/sequences.js';

/** What has come to user A's inbox, in order: from others, or sent by A under an id. */
interface Entry {
  readonly id?: string;
  readonly message: string;
}

interface Sent extends Entry {
  readonly type: string;
  readonly id: string;
}

/** The server, as small as it can be: one inbox, one session. Frames lie on the way, both ways, until they are moved. */
class Server {
  readonly inbox: Entry[] = [];
  /** What went to everyone, in the same way. */
  readonly everyone: Entry[] = [];
  busy = false;
  /** Refused first; until it comes again, nothing else is taken of this session: its sends stay in order. */
  private refused = '';
  private refusedForMs = 0;
  private socket: ScriptedSocket | null = null;
  private read = 0;
  private written = 0;
  private writtenToAll = 0;
  private frames: ServerFrame[] = [];

  /** Takes over the socket that the client dialled last. */
  accept(socket: ScriptedSocket): void {
    this.socket = socket;
    this.read = 0;
    this.frames = [];
    this.refused = '';
    const { searchParams } = new URL(socket.url);
    const broadcast = this.everyone.length;
    this.written = Number(searchParams.get('cursor') ?? 0);
    this.writtenToAll = Number(searchParams.get('broadcast') ?? broadcast);
    socket.open();
    const numbers = { head: this.inbox.length, broadcast, broadcastFrom: this.writtenToAll + 1 };
    this.frames.push({ ...WELCOME, cursor: this.written, ...numbers });
  }

  /** Takes up to `count` of the frames that the client has sent. */
  take(count: number): void {
    const frames = this.socket?.sent.slice(this.read, this.read + count) ?? [];
    this.read += frames.length;
    for (const text of frames) this.handle(JSON.parse(text));
  }

  /** Lets up to `count` of its own frames arrive, those that catch the client up included. */
  give(count: number): void {
    for (let given = 0; given < count && this.socket && !this.socket.closed; given++) {
      const frame = this.frames.shift() ?? this.next();
      if (!frame) return;
      this.socket.receive(frame);
    }
  }

  /** The client may have given up what was refused, as when it had the ack of an earlier try: nobody waits for ever. */
  passes(ms: number): void {
    this.refusedForMs += ms;
    if (this.refusedForMs > HOLD_TURN_MS) this.refused = '';
  }

  private handle(frame: Sent): void {
    if (frame.type === 'ping') this.frames.push({ ...PONG, head: this.inbox.length, broadcast: this.everyone.length });
    if (frame.type !== 'message' && frame.type !== 'broadcast') return;
    const { id } = frame;
    if (this.busy || (this.refused && this.refused !== id)) {
      if (!this.refused) this.refusedForMs = 0;
      this.refused = this.refused || id;
      this.frames.push({ type: 'error', id, code: 'busy', message: 'later', retryAfterMs: 500 });
      return;
    }
    this.refused = '';
    if (frame.type === 'broadcast') this.frames.push({ type: 'ack', id, seq: numberOf(this.everyone, frame) });
    else this.store(frame);
  }

  private store(frame: Sent): void {
    const cursor = numberOf(this.inbox, frame);
    if (cursor === this.written + 1) this.written = cursor;
    this.frames.push({ type: 'ack', id: frame.id, cursor });
  }

  private next(): ServerFrame | null {
    const entry = this.inbox[this.written];
    if (!entry) return this.nextToAll();
    this.written += 1;
    return { type: 'message', fromUserId: 'B', toUserId: 'A', sentAt: 1, cursor: this.written, ...entry };
  }

  private nextToAll(): ServerFrame | null {
    const entry = this.everyone[this.writtenToAll];
    if (!entry) return null;
    this.writtenToAll += 1;
    const { message } = entry;
    const seq = this.writtenToAll;
    return { type: 'broadcast', messageId: `b${seq}`, seq, fromUserId: 'B', sentAt: 1, message };
  }
}

/** The number that it has in `entries`, where it is once at most. */
function numberOf(entries: Entry[], { id, message }: Sent): number {
  const known = entries.findIndex((entry) => entry.id === id);
  return known === -1 ? entries.push({ id, message }) : known + 1;
}

type Happening =
  | {
      readonly type:
        | 'send'
        | 'comes'
        | 'shout'
        | 'comes to all'
        | 'lose'
        | 'restart'
        | 'busy'
        | 'background'
        | 'foreground';
    }
  | { readonly type: 'take' | 'give' | 'sleep'; readonly count: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('send', 'comes', 'shout', 'comes to all') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('lose', 'restart', 'busy', 'busy', 'busy', 'background', 'foreground'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constantFrom('take', 'give', 'sleep'), count: fc.integer({ min: 1, max: 5 }) }),
  },
);

/** A phone with an app that is started again and again, and keeps its storage. */
class World {
  readonly server = new Server();
  /** Every number told, and every one that an ack took, in the order of telling. */
  readonly told: (number | undefined)[] = [];
  /** The same of the broadcasts. */
  readonly toldToAll: number[] = [];
  readonly sent: string[] = [];
  readonly shouted: string[] = [];
  readonly acked = new Set<string>();
  private readonly storage = memoryStorage();
  private made = 0;
  private app: Rig = this.start();

  private start(): Rig {
    const app = rig({ storage: this.storage });
    app.client.on('message', ({ cursor }) => this.told.push(cursor));
    app.client.on('broadcast', ({ seq }) => this.toldToAll.push(seq));
    app.client.on('sent', ({ id }) => this.acked.add(id));
    app.client.connect();
    return app;
  }

  happens(event: Happening): void {
    const { client, transport, platform } = this.app;
    if (event.type === 'send' || event.type === 'shout') this.send(event.type);
    else if (event.type === 'comes') this.server.inbox.push({ message: 'from B' });
    else if (event.type === 'comes to all') this.server.everyone.push({ message: 'from B' });
    else if (event.type === 'lose') transport.last.lose();
    else if (event.type === 'busy') this.server.busy = !this.server.busy;
    else if (event.type === 'background' || event.type === 'foreground') platform[event.type]();
    else if (event.type === 'take') this.server.take(event.count);
    else if (event.type === 'give') this.server.give(event.count);
    else if (event.type === 'sleep') this.sleep(event.count * 300);
    else this.app = this.start();
    if (this.app.client !== client || this.app.client.state.phase === 'connecting') this.accept();
  }

  private sleep(ms: number): void {
    this.server.passes(ms);
    this.app.clock.advance(ms);
  }

  private accept(): void {
    if (this.app.client.state.phase === 'connecting') this.server.accept(this.app.transport.last);
  }

  private send(type: 'send' | 'shout'): void {
    this.made += 1;
    const id = `m${this.made}`;
    const { client } = this.app;
    if (type === 'shout') client.broadcast('from A', { id });
    else client.send('B', 'from A', { id });
    (type === 'shout' ? this.shouted : this.sent).push(id);
  }

  /** Everything is well from now on, for long enough. */
  settle(): void {
    this.server.busy = false;
    this.goOn();
    this.happens({ type: 'comes to all' });
    this.goOn();
  }

  private goOn(): void {
    const round = ['foreground', 'take', 'give', 'sleep'] as const;
    // Each rest is so short that the connection lives: a new one would heal what this one got wrong.
    for (let count = 0; count < 30; count++) {
      for (const type of round) this.happens({ type, count: type === 'sleep' ? 5 : 100 });
    }
  }
}

it('whatever is lost on the way, every send is stored once and in order, and every message is told once and in order', () => {
  fc.assert(
    fc.property(sequencesOf(happening, 60), (happenings) => {
      const world = new World();
      for (const event of happenings) world.happens(event);
      world.settle();
      const { inbox, everyone } = world.server;
      expect(inbox.flatMap(({ id }) => id ?? [])).toEqual(world.sent);
      expect(everyone.flatMap(({ id }) => id ?? [])).toEqual(world.shouted);
      expect([...world.acked].sort()).toEqual([...world.sent, ...world.shouted].sort());
      expect(world.told).toEqual([...world.told].sort((a, b) => Number(a) - Number(b)));
      expect(new Set(world.told).size).toBe(world.told.length);
      const fromOthers = inbox.flatMap(({ id }, index) => (id === undefined ? [index + 1] : []));
      expect(world.told).toEqual(expect.arrayContaining(fromOthers));
      // From where the device began: nobody has to tell a new one what was before it.
      const count = world.toldToAll.length;
      expect(world.toldToAll).toEqual(Array.from({ length: count }, (_, index) => everyone.length - count + 1 + index));
      expect(count).toBeGreaterThan(0);
    }),
    runs(100),
  );
});
