import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryStorage } from '../../mini-program-client/src/hosts/storage.js';
import type { ServerFrame } from '../../src/protocol/frames.js';
import { PONG, type ScriptedSocket, WELCOME } from '../support/client-hosts.js';
import { ScriptedHttp, type ScriptedRequest } from '../support/client-http.js';
import { type Rig, rig } from '../support/client-rig.js';
import { oneOfWeighted, runs, sequencesOf } from '../support/sequences.js';

/** What has come to user A's inbox, in order: from others, or sent by A under an id. */
interface Entry {
  readonly id?: string;
  readonly message: string;
}

/** A page of the inbox is so small that there often is more. */
const PAGE = 2;

/** The server, as small as it can be: one inbox, one session, and HTTP beside it. */
class Server {
  readonly inbox: Entry[] = [];
  socketsOpen = false;
  httpWorks = true;
  busy = false;
  private socket: ScriptedSocket | null = null;
  private read = 0;
  private written = 0;
  private frames: ServerFrame[] = [];

  /** What a dial comes to. One that is closed as it opens was only a try. */
  answerDial(socket: ScriptedSocket): void {
    if (!this.socketsOpen) return socket.lose();
    socket.open();
    if (socket.closed) return;
    this.socket = socket;
    this.read = 0;
    const cursor = Number(new URL(socket.url).searchParams.get('cursor') ?? 0);
    this.written = cursor;
    this.frames = [{ ...WELCOME, cursor, head: this.inbox.length }];
  }

  isSession(socket: ScriptedSocket): boolean {
    return this.socket === socket;
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

  /** @param isHeard whether the answer arrives, of a request that does */
  answer(scripted: ScriptedRequest, isHeard: boolean): void {
    if (!this.httpWorks) return scripted.fail();
    const { status, body } = scripted.isPut ? this.put(scripted) : this.poll(scripted);
    if (isHeard) scripted.answer(status, body);
    else scripted.fail();
  }

  private put({ url, body }: ScriptedRequest): { status: number; body: object } {
    const later = { code: 'busy', detail: 'later', retryAfterMs: 500 };
    if (this.busy) return { status: 503, body: later };
    const id = url.pathname.split('/').at(-1) ?? '';
    const before = this.inbox.length;
    const cursor = this.store({ id, message: String(body.message) });
    const status = this.inbox.length > before ? 201 : 200;
    return { status, body: { messageId: `e1-${cursor}`, seq: cursor, sentAt: 1, cursor, online: false } };
  }

  private poll({ url }: ScriptedRequest): { status: number; body: object } {
    const after = Number(url.searchParams.get('cursor') ?? 0);
    const frames = this.inbox.slice(after, after + PAGE).map((_, index) => this.entry(after + index + 1));
    return { status: 200, body: { epoch: 'e1', head: this.inbox.length, cursor: after + frames.length, frames } };
  }

  private handle({ type, id, message }: Entry & { readonly type: string; readonly id: string }): void {
    if (type === 'ping') this.frames.push({ ...PONG, head: this.inbox.length });
    if (type !== 'message') return;
    const cursor = this.store({ id, message });
    if (cursor === this.written + 1) this.written = cursor;
    this.frames.push({ type: 'ack', id, cursor });
  }

  private store(entry: Entry): number {
    const known = this.inbox.findIndex(({ id }) => id === entry.id);
    return known === -1 ? this.inbox.push(entry) : known + 1;
  }

  private next(): ServerFrame | null {
    if (this.written >= this.inbox.length) return null;
    this.written += 1;
    return this.entry(this.written);
  }

  private entry(cursor: number): ServerFrame {
    const entry = this.inbox[cursor - 1] ?? { message: '' };
    return { type: 'message', fromUserId: 'B', toUserId: 'A', sentAt: 1, cursor, ...entry };
  }
}

const KINDS = {
  send: 4,
  comes: 4,
  dial: 8,
  ask: 8,
  'answer is lost': 1,
  'arrives late': 1,
  take: 4,
  give: 4,
  sleep: 8,
  lose: 1,
  sockets: 1,
  http: 1,
  busy: 1,
  background: 1,
  foreground: 1,
  network: 1,
  restart: 1,
};
type Kind = keyof typeof KINDS;

/** Where the app is when chance takes over: it is connected, or it polls. Else it seldom changes from one to the other. */
const BEGINNINGS: readonly (readonly Kind[])[] = [
  [],
  ['sockets', 'dial', 'give'],
  ['give', 'dial', 'sleep', 'dial', 'sleep', 'dial', 'sleep', 'ask'],
];

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A phone with an app that is started again and again, on a network where WebSockets come and go. */
class World {
  readonly server = new Server();
  readonly told: (number | undefined)[] = [];
  readonly sent: string[] = [];
  readonly acked = new Set<string>();
  readonly phases: string[] = [];
  private readonly storage = memoryStorage();
  private http = new ScriptedHttp();
  private app: Rig = this.start();

  private start(): Rig {
    this.http = new ScriptedHttp();
    const app = rig({ storage: this.storage, http: this.http, token: () => 't1' });
    app.client.on('message', ({ cursor }) => this.told.push(cursor));
    app.client.on('sent', ({ id }) => this.acked.add(id));
    app.client.on('state', ({ phase }) => this.phases.push(phase));
    app.client.connect();
    return app;
  }

  /** What each happening does to the world as it is then. */
  private readonly doNow: Readonly<Record<Kind, () => void>> = {
    send: () => this.send(),
    comes: () => this.server.inbox.push({ message: 'from B' }),
    dial: () => this.answerDials(),
    ask: () => this.answer(this.http.open, true),
    'answer is lost': () => this.answer(this.http.open, false),
    'arrives late': () => this.answer(this.http.requests.slice(-3), true),
    take: () => this.server.take(3),
    give: () => this.server.give(3),
    sleep: () => this.app.clock.advance(this.app.clock.nextIn ?? 0),
    lose: () => {
      for (const socket of this.app.transport.alive) socket.lose();
    },
    sockets: () => {
      this.server.socketsOpen = !this.server.socketsOpen;
    },
    http: () => {
      this.server.httpWorks = !this.server.httpWorks;
    },
    busy: () => {
      this.server.busy = !this.server.busy;
    },
    background: () => this.app.platform.background(),
    foreground: () => this.app.platform.foreground(),
    network: () => this.app.platform.network(true),
    restart: () => {
      this.app.client.close();
      this.app = this.start();
    },
  };

  async happens(kind: Kind): Promise<void> {
    this.doNow[kind]();
    await settled();
  }

  private answer(requests: readonly ScriptedRequest[], isHeard: boolean): void {
    for (const request of requests) this.server.answer(request, isHeard);
  }

  private answerDials(): void {
    for (const socket of this.app.transport.alive) {
      if (!this.server.isSession(socket)) this.server.answerDial(socket);
    }
  }

  private send(): void {
    const id = `m${this.sent.length + 1}`;
    this.app.client.send('B', 'from A', { id });
    this.sent.push(id);
  }

  /** From now on one of the two ways is well, for long enough. */
  async settle(socketsOpen: boolean): Promise<void> {
    Object.assign(this.server, { socketsOpen, httpWorks: !socketsOpen, busy: false });
    if (!socketsOpen) await this.happens('lose');
    await this.happens('foreground');
    for (let round = 0; round < 60; round++) {
      for (const kind of ['dial', 'ask', 'take', 'give', 'sleep'] as const) await this.happens(kind);
    }
  }
}

it('however WebSockets come and go, every send is stored once and in order, and every message is told once and in order', async () => {
  const reached = { polling: 0, up: 0, down: 0 };
  const beginnings = fc.constantFrom(...BEGINNINGS);
  const others = sequencesOf(oneOfWeighted(KINDS), 120);
  await fc.assert(
    fc.asyncProperty(beginnings, others, fc.boolean(), async (beginning, kinds, socketsOpen) => {
      const world = new World();
      for (const kind of [...beginning, ...kinds]) await world.happens(kind);
      await world.settle(socketsOpen);
      const { inbox } = world.server;
      expect(inbox.flatMap(({ id }) => id ?? [])).toEqual(world.sent);
      expect([...world.acked].sort()).toEqual([...world.sent].sort());
      expect(world.told).toEqual([...new Set(world.told)].sort((a, b) => Number(a) - Number(b)));
      const fromOthers = inbox.flatMap(({ id }, index) => (id === undefined ? [index + 1] : []));
      expect(world.told).toEqual(expect.arrayContaining(fromOthers));
      expect(world.phases.at(-1)).toBe(socketsOpen ? 'connected' : 'polling');
      const [down, up] = [world.phases.indexOf('polling'), world.phases.lastIndexOf('connected')];
      reached.polling += Number(down >= 0);
      reached.up += Number(down >= 0 && up > down);
      reached.down += Number(world.phases.indexOf('connected') >= 0 && world.phases.at(-1) === 'polling');
    }),
    runs(100),
  );
  // Else this would show nothing. Each comes in a quarter of the runs, so in none of a hundred once in 10^12 times.
  expect(Math.min(reached.polling, reached.up, reached.down)).toBeGreaterThan(0);
});
