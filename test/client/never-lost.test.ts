import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryStorage } from '../../mini-program-client/src/hosts/storage.js';
import type { ServerFrame } from '../../src/protocol/frames.js';
import { PONG, type ScriptedSocket, WELCOME } from '../support/client-hosts.js';
import { type Rig, rig } from '../support/client-rig.js';

/** What has come to user A's inbox, in order: from others, or sent by A under an id. */
interface Entry {
  readonly id?: string;
  readonly message: string;
}

/** The server, as small as it can be: one inbox, one session. Frames lie on the way, both ways, until they are moved. */
class Server {
  readonly inbox: Entry[] = [];
  busy = false;
  /** Refused first; until it comes again, nothing else is taken of this session: its sends stay in order. */
  private refused = '';
  private socket: ScriptedSocket | null = null;
  private read = 0;
  private written = 0;
  private frames: ServerFrame[] = [];

  /** Takes over the socket that the client dialled last. */
  accept(socket: ScriptedSocket): void {
    this.socket = socket;
    this.read = 0;
    this.frames = [];
    this.refused = '';
    this.written = Number(new URL(socket.url).searchParams.get('cursor') ?? 0);
    socket.open();
    this.frames.push({ ...WELCOME, cursor: this.written, head: this.inbox.length });
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

  private handle(frame: { readonly type: string; readonly id: string; readonly message: string }): void {
    if (frame.type === 'ping') this.frames.push({ ...PONG, head: this.inbox.length });
    if (frame.type !== 'message') return;
    const { id, message } = frame;
    if (this.busy || (this.refused && this.refused !== id)) {
      this.refused = this.refused || id;
      this.frames.push({ type: 'error', id, code: 'busy', message: 'later', retryAfterMs: 500 });
      return;
    }
    this.refused = '';
    const known = this.inbox.findIndex((entry) => entry.id === id);
    if (known === -1) this.inbox.push({ id, message });
    const cursor = known === -1 ? this.inbox.length : known + 1;
    if (cursor === this.written + 1) this.written = cursor;
    this.frames.push({ type: 'ack', id, cursor });
  }

  private next(): ServerFrame | null {
    const entry = this.inbox[this.written];
    if (!entry) return null;
    this.written += 1;
    return { type: 'message', fromUserId: 'B', toUserId: 'A', sentAt: 1, cursor: this.written, ...entry };
  }
}

type Happening =
  | { readonly type: 'send' | 'comes' | 'lose' | 'restart' | 'busy' | 'background' | 'foreground' }
  | { readonly type: 'take' | 'give' | 'sleep'; readonly count: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('send' as const, 'comes' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('lose', 'restart', 'busy', 'background', 'foreground') }),
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
  readonly sent: string[] = [];
  readonly acked = new Set<string>();
  private readonly storage = memoryStorage();
  private made = 0;
  private app: Rig = this.start();

  private start(): Rig {
    const app = rig({ storage: this.storage });
    app.client.on('message', ({ cursor }) => this.told.push(cursor));
    app.client.on('sent', ({ id }) => this.acked.add(id));
    app.client.connect();
    return app;
  }

  happens(event: Happening): void {
    const { client, transport, clock, platform } = this.app;
    if (event.type === 'send') this.send();
    else if (event.type === 'comes') this.server.inbox.push({ message: 'from B' });
    else if (event.type === 'lose') transport.last.lose();
    else if (event.type === 'busy') this.server.busy = !this.server.busy;
    else if (event.type === 'background' || event.type === 'foreground') platform[event.type]();
    else if (event.type === 'take') this.server.take(event.count);
    else if (event.type === 'give') this.server.give(event.count);
    else if (event.type === 'sleep') clock.advance(event.count * 300);
    else this.app = this.start();
    if (this.app.client !== client || this.app.client.state.phase === 'connecting') this.accept();
  }

  private accept(): void {
    if (this.app.client.state.phase === 'connecting') this.server.accept(this.app.transport.last);
  }

  private send(): void {
    this.made += 1;
    const id = `m${this.made}`;
    this.sent.push(id);
    this.app.client.send('B', 'from A', { id });
  }

  /** Everything is well from now on, for long enough. */
  settle(): void {
    this.server.busy = false;
    const round = ['foreground', 'take', 'give', 'sleep'] as const;
    for (let count = 0; count < 30; count++) for (const type of round) this.happens({ type, count: 100 });
  }
}

it('whatever is lost on the way, every send is stored once and in order, and every message is told once and in order', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const world = new World();
      for (const event of happenings) world.happens(event);
      world.settle();
      const { inbox } = world.server;
      expect(inbox.flatMap(({ id }) => id ?? [])).toEqual(world.sent);
      expect([...world.acked].sort()).toEqual([...world.sent].sort());
      expect(world.told).toEqual([...world.told].sort((a, b) => Number(a) - Number(b)));
      expect(new Set(world.told).size).toBe(world.told.length);
      const fromOthers = inbox.flatMap(({ id }, index) => (id === undefined ? [index + 1] : []));
      expect(world.told).toEqual(expect.arrayContaining(fromOthers));
    }),
  );
});
