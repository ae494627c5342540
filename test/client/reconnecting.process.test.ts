import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { MinimClient } from '../../mini-program-client/src/api.js';
import type { Timing } from '../../mini-program-client/src/connection/timing.js';
import type { Message } from '../../mini-program-client/src/events.js';
import { createMiniProgramClient } from '../../mini-program-client/src/mini-program.js';
import { eventually, newUser, nextOf, plainSession, reaches, untilTestEnds } from '../support/client-events.js';
import { openWay } from '../support/client-half-open.js';
import { freePort } from '../support/client-ports.js';
import { atEnd, itMeanwhile } from '../support/meanwhile.js';
import { type RunningServer, startServer } from '../support/server.js';
import { Phone, type PhoneOptions } from '../support/wx-stand-in.js';

/** As in production, only faster. */
const QUICK: Partial<Timing> = {
  pingEveryMs: 300,
  deadAfterMs: 900,
  connectTimeoutMs: 1500,
  backoffBaseMs: 100,
  backoffCapMs: 400,
  stableAfterMs: 2000,
  quickRetryMs: 50,
  probeMs: 600,
};

/** For what counts connections, and is not about silence: a machine that stands still for a moment is taken for none. */
const CALM: Partial<Timing> = {
  ...QUICK,
  pingEveryMs: 15_000,
  deadAfterMs: 30_000,
  connectTimeoutMs: 10_000,
  probeMs: 10_000,
};

/** For the tests that leave it alone. Each has users of its own, because what is stored for them outlives it. */
let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Where a server is started more than once: the same port, and the same data. */
interface Place {
  readonly port: number;
  readonly dataDir: string;
}

async function ownPlace(): Promise<Place> {
  const dataDir = mkdtempSync(join(tmpdir(), 'minim-client-'));
  atEnd(() => rmSync(dataDir, { recursive: true, force: true }));
  return { port: await freePort(), dataDir };
}

/** For the tests that treat it badly. */
async function ownServer({ port, dataDir }: Place): Promise<RunningServer> {
  const own = await startServer({ port, env: { MINIM_DATA_DIR: dataDir } });
  atEnd(async () => void (await own.stop('SIGKILL')));
  return own;
}

interface Held {
  readonly phone: Phone;
  readonly client: MinimClient;
}

/** A mini-program on a phone of its own. */
function hold(url: string, userId: string, options: PhoneOptions & { timing?: Partial<Timing> } = {}): Held {
  const phone = new Phone(options);
  const { clock } = phone.timers;
  const settings = { url, userId, device: 'phone', wx: phone.wx, clock, timing: options.timing ?? QUICK };
  return { phone, client: untilTestEnds(createMiniProgramClient(settings)) };
}

async function connected(held: Held): Promise<Held> {
  held.client.connect();
  await reaches(held.client, 'connected');
  return held;
}

/** A message gets to another user's session and the answer comes back, so the connection carries in both directions. */
async function expectToWork({ client }: Held, at = server): Promise<void> {
  const witness = newUser();
  const other = await plainSession(`${at.ws}/websocket/${witness}`);
  await client.send(witness, 'are you there?');
  await eventually(() => other.frames.length > 0);
  expect(other.frames).toMatchObject([{ type: 'message', fromUserId: client.userId, message: 'are you there?' }]);
  // What this user sent while its session caught up comes back to it, too [MP-3.4].
  const answers: Message[] = [];
  client.on('message', (message) => message.fromUserId === witness && answers.push(message));
  other.send({ toUserId: client.userId, message: 'yes' });
  await eventually(() => answers.length > 0);
  expect(answers).toMatchObject([{ fromUserId: witness, message: 'yes' }]);
}

/** From now on: what `client` is told. */
function messagesTo({ client }: Held): Message[] {
  const messages: Message[] = [];
  client.on('message', (message) => messages.push(message));
  return messages;
}

/** Resolves when everything that `from` sent to `to` before has been told: a last message comes behind it. */
async function expectInAll(from: Held, to: Held, messages: Message[], expected: readonly object[]): Promise<void> {
  await from.client.send(to.client.userId, 'that is all');
  await eventually(() => messages.some(({ message }) => message === 'that is all'));
  expect(messages).toMatchObject([...expected, { message: 'that is all' }]);
}

/** What the ack of a stored message says. */
const STORED = { type: 'ack', messageId: expect.any(String), seq: expect.any(Number), sentAt: expect.any(Number) };

describe('a client', () => {
  it('sends, receives and broadcasts, both ways', async () => {
    const [A, B] = [newUser(), newUser()];
    const { client: a } = await connected(hold(server.url, A, { timing: {} }));
    const { client: b } = await connected(hold(server.ws, B, { timing: {} }));

    const toB = nextOf(b, 'message');
    const ack = await a.send(B, 'hello');
    expect(ack).toMatchObject({ ...STORED, seq: 1, cursor: 1 });
    const { messageId, sentAt } = ack;
    expect(await toB).toMatchObject({ messageId, seq: 1, sentAt, fromUserId: A, toUserId: B, message: 'hello' });

    const toA = nextOf(a, 'message');
    await b.send(A, { text: 'hello yourself', emoji: '👋' });
    expect(await toA).toMatchObject({ seq: 2, fromUserId: B, message: { text: 'hello yourself', emoji: '👋' } });

    const now = nextOf(b, 'message');
    expect(await a.send(B, 'now or never', { ephemeral: true })).toMatchObject({ type: 'ack', delivered: 1 });
    expect(await now).toMatchObject({ ephemeral: true, fromUserId: A, message: 'now or never' });

    const everyone = Promise.all([nextOf(a, 'broadcast'), nextOf(b, 'broadcast')]);
    expect(await a.broadcast('good morning')).toMatchObject({ seq: 1 });
    expect(await everyone).toMatchObject([{ message: 'good morning' }, { message: 'good morning', fromUserId: A }]);
  });

  it('is told what the server declines', async () => {
    const { client } = await connected(hold(server.url, newUser()));
    const ephemeral = client.send(newUser(), 'hello', { ephemeral: true });
    await expect(ephemeral).rejects.toMatchObject({ code: 'not_found' });
    await expect(client.send('no spaces', 'hello')).rejects.toMatchObject({ code: 'bad_frame' });
    await expect(client.send(newUser(), '')).rejects.toMatchObject({ code: 'bad_frame' });
    expect(client.state.phase).toBe('connected');
  });

  itMeanwhile('[MP-3.1] keeps a message for a user who is not there, also over a restart', async () => {
    const at = await ownPlace();
    const own = await ownServer(at);
    const a = await connected(hold(own.url, 'A'));
    const ack = await a.client.send('B', 'hello');
    expect(ack).toMatchObject(STORED);
    await own.stop('SIGKILL');
    const again = await ownServer(at);
    const b = hold(again.url, 'B');
    const messages = messagesTo(b);
    await connected(b);
    await expectInAll(a, b, messages, [{ messageId: ack.messageId, message: 'hello' }]);
  });

  it('works over a standard WebSocket too, as in browsers and Node, in the module that is published', async () => {
    const built = new URL('../../mini-program-client/dist/minim.mjs', import.meta.url).href;
    const { createBrowserClient }: typeof import('../../mini-program-client/src/browser.js') = await import(built);
    const [A, B] = [newUser(), newUser()];
    const [a, b] = [A, B].map((userId) => {
      const client = untilTestEnds(createBrowserClient({ url: server.url, userId, WebSocket }));
      client.connect();
      return client;
    });
    if (!a || !b) throw new Error('two clients were made');
    await Promise.all([reaches(a, 'connected'), reaches(b, 'connected')]);
    const toB = nextOf(b, 'message');
    expect(await a.send(B, 'hello')).toMatchObject(STORED);
    expect(await toB).toMatchObject({ message: 'hello' });
    await expect(a.send(newUser(), 'hello', { ephemeral: true })).rejects.toMatchObject({
      name: 'MinimError',
      code: 'not_found',
    });
  });

  itMeanwhile('[MP-5.1] keeps a quiet connection up with its pings', async () => {
    // An answer may take two seconds and a half on a busy machine.
    const timing = { ...QUICK, pingEveryMs: 500, deadAfterMs: 3000 };
    const held = await connected(hold(server.url, newUser(), { timing }));
    const phases: string[] = [];
    held.client.on('state', ({ phase }) => phases.push(phase));
    // Twice as long as silence may last.
    await new Promise((resolve) => setTimeout(resolve, 6000));
    expect(phases).toEqual([]);
    expect(held.phone.sockets.dials).toBe(1);
  });

  itMeanwhile(
    'when the server is killed and started again, comes back by itself, and what was sent meanwhile arrives once; also where the platform tells of no close, or calls it a normal one',
    async () => {
      const at = await ownPlace();
      const own = await ownServer(at);
      const untold = await connected(hold(own.url, 'C', { tellsOfLoss: 'never' }));
      const misled = await connected(hold(own.url, 'D', { tellsOfLoss: 'as 1000' }));
      const held = await connected(hold(own.url, 'A', { timing: CALM }));
      const other = await connected(hold(own.url, 'B'));
      const messages = messagesTo(other);
      const before = await held.client.send('B', 'before');
      const areWaiting = [held, untold, misled].map(({ client }) => reaches(client, 'waiting'));
      await own.stop('SIGKILL');
      await areWaiting[0];
      const ephemeral = held.client.send('B', 'now or never', { ephemeral: true });
      await expect(ephemeral).rejects.toMatchObject({ code: 'not_connected' });
      const sent = held.client.send('B', 'meanwhile');
      await Promise.all(areWaiting);
      const again = await ownServer(at);
      const meanwhile = await sent;
      expect(meanwhile).toMatchObject({ ...STORED, seq: 2, cursor: 2 });
      await reaches(held.client, 'connected');
      await expectInAll(held, other, messages, [
        { messageId: before.messageId, message: 'before' },
        { messageId: meanwhile.messageId, message: 'meanwhile' },
      ]);
      expect(held.phone.sockets.mostAtOnce).toBe(1);
      for (const each of [held, untold, misled]) {
        await reaches(each.client, 'connected');
        await expectToWork(each, again);
      }
    },
  );

  itMeanwhile('when the server goes down in good order, comes back by itself', async () => {
    const at = await ownPlace();
    const own = await ownServer(at);
    const held = await connected(hold(own.url, 'A'));
    await own.stop('SIGTERM');
    await reaches(held.client, 'waiting');
    await ownServer(at);
    await reaches(held.client, 'connected');
  });

  itMeanwhile(
    'when the server is frozen, notices the silence, rejects what was for now only, and comes back when the server thaws',
    async () => {
      const own = await ownServer(await ownPlace());
      const held = await connected(hold(own.url, 'A'));
      const other = await connected(hold(own.url, 'B'));
      const messages = messagesTo(other);
      own.signal('SIGSTOP');
      atEnd(() => own.signal('SIGCONT'));
      const stored = held.client.send('B', 'hello');
      const ephemeral = held.client.send('C', 'now or never', { ephemeral: true });
      await expect(ephemeral).rejects.toMatchObject({ code: 'connection_lost' });
      // The kernel still takes connections for a frozen process: dials hang until they are given up.
      await reaches(held.client, 'connecting');
      await reaches(held.client, 'waiting');
      own.signal('SIGCONT');
      await reaches(held.client, 'connected');
      // The thawed server may find it twice: on the connection that was given up, and on the new one.
      const ack = await stored;
      expect(ack).toMatchObject({ ...STORED, seq: 1 });
      await expectInAll(held, other, messages, [{ messageId: ack.messageId, message: 'hello' }]);
      await expectToWork(held, own);
    },
  );

  itMeanwhile(
    'when the network dies without telling either side, takes the connection for dead and dials anew',
    async () => {
      const way = await openWay(server.port);
      const timing = { ...CALM, pingEveryMs: 500, deadAfterMs: 3000 };
      const held = await connected(hold(way.ws, newUser(), { timing }));
      const other = await connected(hold(server.url, newUser()));
      const messages = messagesTo(other);
      way.freeze();
      const stored = held.client.send(other.client.userId, 'hello');
      const ephemeral = held.client.send(other.client.userId, 'now or never', { ephemeral: true });
      await expect(ephemeral).rejects.toMatchObject({ code: 'connection_lost' });
      await reaches(held.client, 'connected');
      expect(way.opened).toBe(2);
      const ack = await stored;
      expect(ack).toMatchObject({ ...STORED, seq: 1 });
      await expectInAll(held, other, messages, [{ messageId: ack.messageId, message: 'hello' }]);
      await expectToWork(held);
    },
  );

  it('when the network changes under the connection, finds out at once that it is dead, and dials anew', async () => {
    const way = await openWay(server.port);
    // Silence alone would take half a minute.
    const slow = { ...QUICK, pingEveryMs: 15_000, deadAfterMs: 30_000 };
    const held = await connected(hold(way.ws, newUser(), { timing: slow }));
    way.freeze();
    held.phone.changeNetwork(false);
    held.phone.changeNetwork(true);
    await reaches(held.client, 'connecting');
    await reaches(held.client, 'connected');
    await expectToWork(held);
  });

  it('when the app is in the background for a moment only, keeps its connection', async () => {
    const held = await connected(hold(server.url, newUser(), { timing: CALM }));
    void held.phone.hide();
    expect(held.client.state.phase).toBe('paused');
    held.phone.show();
    expect(held.client.state.phase).toBe('connected');
    await expectToWork(held);
    expect(held.phone.sockets.dials).toBe(1);
  });

  for (const tellsOfLoss of ['truly', 'as 1000', 'never'] as const) {
    itMeanwhile(
      `when the app is suspended and comes back, dials at once; the loss is told ${tellsOfLoss}`,
      async () => {
        const timing = { ...CALM, pingEveryMs: 500, deadAfterMs: 3000, probeMs: 2000 };
        const held = await connected(hold(server.url, newUser(), { tellsOfLoss, suspendAfterMs: 50, timing }));
        const { client, phone } = held;
        await phone.hide();
        expect(client.state.phase).toBe('paused');
        expect(phone.timers.running).toBe(0);
        // Longer than silence may last: nothing of that may be made up for on waking.
        await new Promise((resolve) => setTimeout(resolve, 3500));
        expect(phone.sockets.dials).toBe(1);
        phone.show();
        await reaches(client, 'connecting');
        await reaches(client, 'connected');
        await expectToWork(held);
        expect(phone.sockets.dials).toBe(2);
        expect(phone.sockets.mostAtOnce).toBe(1);
      },
    );
  }

  it('when the app is back and the first dial fails, tries again in a moment', async () => {
    const patient = { ...CALM, backoffBaseMs: 60_000, backoffCapMs: 60_000 };
    const options = { suspendAfterMs: 20, firstDialAfterShowFails: true, timing: patient };
    const held = await connected(hold(server.url, newUser(), options));
    await held.phone.hide();
    held.phone.show();
    await reaches(held.client, 'waiting');
    expect(held.client.state).toMatchObject({ retryInMs: 50, because: 'connectSocket:fail' });
    await reaches(held.client, 'connected');
    await expectToWork(held);
  });

  it('when the app goes to the background and back all the time, ends with one socket that works', async () => {
    const held = await connected(hold(server.url, newUser(), { suspendAfterMs: 5, firstDialAfterShowFails: true }));
    for (let round = 0; round < 10; round++) {
      await held.phone.hide();
      held.phone.show();
      held.phone.changeNetwork(round % 2 === 0);
      await new Promise((resolve) => setTimeout(resolve, round * 7));
    }
    await reaches(held.client, 'connected');
    await expectToWork(held);
    await eventually(() => held.phone.sockets.live.size === 1);
    // Besides the one in use there is at most the one that is just being closed.
    expect(held.phone.sockets.mostAtOnce).toBeLessThanOrEqual(2);
  });
});

describe('when a newer session of the same device takes over', () => {
  it('[MP-6.3] stays away, and says why', async () => {
    const userId = newUser();
    const older = await connected(hold(server.url, userId));
    const closed = nextOf(older.client, 'closed');
    const newer = await connected(hold(server.url, userId, { timing: CALM }));
    expect(await closed).toEqual({ code: 4509, word: 'replaced' });
    expect(older.client.state).toEqual({ phase: 'closed', code: 4509, word: 'replaced' });
    older.phone.changeNetwork(true);
    await expectToWork(newer);
    expect(older.phone.sockets.dials).toBe(1);
    expect(newer.client.state.phase).toBe('connected');
  });

  it('[MP-6.1] stays away also where the platform hides the code', async () => {
    const userId = newUser();
    const phone = new Phone();
    const { wx } = phone;
    // As on my: the close event carries no code.
    const connectSocket: typeof wx.connectSocket = (options) => {
      const task = wx.connectSocket(options);
      const onClose = task.onClose.bind(task);
      task.onClose = (listener) => onClose(() => listener({ data: { socketTaskID: '1' } }));
      return task;
    };
    const settings = { url: server.url, userId, device: 'phone', wx: { ...wx, connectSocket } };
    const older = untilTestEnds(createMiniProgramClient(settings));
    await connected({ phone, client: older });
    const closed = nextOf(older, 'closed');
    await connected(hold(server.url, userId));
    expect(await closed).toEqual({ code: 4509, word: 'replaced' });
  });
});
