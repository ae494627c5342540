import { describe, expect, it } from 'vitest';
import { MinimError } from '../../mini-program-client/src/errors.js';
import type { ClientOptions } from '../../mini-program-client/src/options.js';
import { type ScriptedSocket, WELCOME } from '../support/client-hosts.js';
import { type Rig, rig } from '../support/client-rig.js';
import { pingsOf } from './pings.js';

/** What the client asked for, and how the test answers: oldest first. */
class TokenDesk {
  readonly asked: boolean[] = [];
  private readonly open: { readonly resolve: (token: string) => void; readonly reject: (error: unknown) => void }[] =
    [];

  readonly token = (renew: boolean): Promise<string> => {
    this.asked.push(renew);
    return new Promise((resolve, reject) => this.open.push({ resolve, reject }));
  };

  give(token: string): Promise<void> {
    this.open.shift()?.resolve(token);
    return settled();
  }

  refuse(error: unknown): Promise<void> {
    this.open.shift()?.reject(error);
    return settled();
  }
}

/** Promises that are settled have been heard of. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function rigWithDesk(options: Partial<ClientOptions> = {}) {
  const desk = new TokenDesk();
  const all = rig({ token: desk.token, ...options });
  const errors: MinimError[] = [];
  all.client.on('error', (error) => errors.push(error));
  return { ...all, desk, errors };
}

async function welcomed(all: ReturnType<typeof rigWithDesk>): Promise<ScriptedSocket> {
  all.client.connect();
  await all.desk.give('t1');
  return welcome(all);
}

function welcome({ transport }: Rig): ScriptedSocket {
  transport.last.open();
  transport.last.receive(WELCOME);
  return transport.last;
}

function refuse(socket: ScriptedSocket, word: 'unauthorized' | 'token_expired' | 'token_revoked' = 'unauthorized') {
  socket.receive({ type: 'error', code: word, message: 'no' });
  socket.lose(4501, word);
}

/** The wait before the next dial is over. */
function waitedOut({ clock }: Rig): void {
  clock.advance(clock.nextIn ?? 0);
}

const tokensOn = ({ frames }: ScriptedSocket) =>
  frames.filter(({ type }) => type === 'token').map(({ token }) => token);

describe('a token', () => {
  it('[MP-1.19] is asked for on every dial, before there is a socket, and goes out before everything else', async () => {
    const all = rigWithDesk();
    all.client.send('B', 'hello', { id: 'm1' });
    all.client.read('B', 3);
    all.client.connect();
    await settled();
    expect(all.client.state.phase).toBe('connecting');
    expect(all.transport.sockets).toHaveLength(0);
    await all.desk.give('t1');
    const first = welcome(all);
    expect(first.frames.map(({ type }) => type)).toEqual(['token', 'message', 'read']);
    expect(first.frames[0]).toEqual({ type: 'token', id: expect.any(String), token: 't1' });
    first.lose();
    all.clock.advance(500);
    await all.desk.give('t2');
    expect(welcome(all).frames.map(({ type }) => type)).toEqual(['token', 'message', 'read']);
    expect(all.desk.asked).toEqual([false, false]);
  });

  it('goes out once, and before everything else where a frame comes before the platform says that it is open', async () => {
    const all = rigWithDesk();
    all.client.send('B', 'hello', { id: 'm1' });
    all.client.connect();
    await all.desk.give('t1');
    all.transport.last.receive(WELCOME);
    all.transport.last.open();
    expect(all.transport.last.frames.map(({ type }) => type)).toEqual(['token', 'message']);
  });

  it('may be given at once', async () => {
    const all = rig({ token: () => 't1' });
    all.client.connect();
    await settled();
    expect(tokensOn(welcome(all))).toEqual(['t1']);
  });

  it('has to come in time, and then the dial has its own time', async () => {
    const all = rigWithDesk();
    all.client.connect();
    all.clock.advance(9_999);
    await all.desk.give('t1');
    all.clock.advance(9_999);
    expect(all.client.state.phase).toBe('connecting');
    all.clock.advance(1);
    expect(all.client.state).toEqual({ phase: 'waiting', retryInMs: 500, because: 'no answer' });
  });

  it('that never comes is waited for as long as a dial, and asked for again', async () => {
    const all = rigWithDesk();
    all.client.connect();
    all.clock.advance(10_000);
    expect(all.client.state).toEqual({ phase: 'waiting', retryInMs: 500, because: 'no answer' });
    all.clock.advance(500);
    expect(all.desk.asked).toHaveLength(2);
    await all.desk.give('late');
    expect(all.transport.sockets).toHaveLength(0);
    await all.desk.give('t2');
    expect(tokensOn(welcome(all))).toEqual(['t2']);
  });

  it.each([
    ['an error', new Error('no network'), 'no_token', 'no network'],
    ['what a mini-program fails with', { errMsg: 'request:fail' }, 'no_token', 'request:fail'],
    ['a text', 'out of order', 'no_token', 'out of order'],
    ['nothing', undefined, 'no_token', 'undefined'],
    ['an error of this library', new MinimError('no_network', 'off'), 'no_network', 'off'],
  ])('that cannot be had, with %s, is told, and the dial waits as ever', async (_, reason, code, message) => {
    const all = rigWithDesk();
    all.client.connect();
    await all.desk.refuse(reason);
    expect(all.errors).toMatchObject([{ code, message }]);
    expect(all.client.state).toEqual({ phase: 'waiting', retryInMs: 500, because: message });
    all.clock.advance(500);
    await all.desk.refuse(reason);
    expect(all.client.state).toMatchObject({ retryInMs: 1000 });
    all.clock.advance(1000);
    await all.desk.give('t1');
    expect(welcome(all).frames).toHaveLength(1);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('broken'))],
    ['throws at once', () => errorOut('broken')],
    ['gives no text', () => ({ token: 't1' }) as unknown as string],
    ['gives an empty text', () => ''],
  ])('from a function that %s is none', async (_, token) => {
    const all = rigWithDesk({ token });
    all.client.connect();
    await settled();
    expect(all.errors).toMatchObject([{ code: 'no_token' }]);
    expect(all.client.state.phase).toBe('waiting');
    expect(all.transport.sockets).toHaveLength(0);
  });

  it('that is to be had later is asked for later', async () => {
    const all = rigWithDesk();
    all.client.connect();
    await all.desk.refuse(new MinimError('rate_limited', 'too often', undefined, 60_000));
    expect(all.client.state).toEqual({ phase: 'waiting', retryInMs: 60_500, because: 'too often' });
  });

  it('is of no use to a server that asks for none, which is no error', async () => {
    const all = rigWithDesk();
    const socket = await welcomed(all);
    const id = String(socket.frames[0]?.id);
    socket.receive({ type: 'error', id, code: 'unsupported', message: 'this server asks for no token' });
    expect(all.errors).toEqual([]);
    expect(all.client.state.phase).toBe('connected');
  });

  it('left out is not shown', () => {
    const all = rig();
    expect(all.connected().frames).toEqual([]);
  });
});

function errorOut(message: string): never {
  throw new Error(message);
}

describe('a token that runs out', () => {
  const expiring = { type: 'error', code: 'token_expiring', message: 'the token runs out in 60 s' } as const;

  it('[MP-1.21] is renewed without disturbing anything', async () => {
    const all = rigWithDesk();
    const socket = await welcomed(all);
    const answer = all.client.send('B', 'hello', { id: 'm1' });
    socket.receive(expiring);
    await all.desk.give('t2');
    expect(all.desk.asked).toEqual([false, true]);
    expect(tokensOn(socket)).toEqual(['t1', 't2']);
    socket.receive({ type: 'ack', id: String(socket.frames.at(-1)?.id), expiresAt: 1_767_232_800_000 });
    socket.receive({ type: 'ack', id: 'm1', messageId: 'x', seq: 1, sentAt: 1 });
    expect(await answer).toMatchObject({ messageId: 'x' });
    expect(all.errors).toEqual([]);
    expect(all.phases).toEqual(['connecting', 'connected']);
    all.clock.advance(15_000);
    expect(pingsOf(socket)).toBe(1);
  });

  it('and cannot be renewed is told, and the connection goes on until it has run out', async () => {
    const all = rigWithDesk();
    const socket = await welcomed(all);
    socket.receive(expiring);
    await all.desk.refuse(new Error('no network'));
    expect(all.errors).toMatchObject([{ code: 'no_token', message: 'no network' }]);
    expect(all.client.state.phase).toBe('connected');
    refuse(socket, 'token_expired');
    expect(all.client.state).toEqual({ phase: 'waiting', retryInMs: 500, because: 'token_expired' });
    all.clock.advance(500);
    expect(all.desk.asked).toEqual([false, true, true]);
  });

  it('is renewed on the connection that was told so, and on no other', async () => {
    const all = rigWithDesk();
    const old = await welcomed(all);
    old.receive(expiring);
    old.lose();
    all.clock.advance(500);
    await all.desk.give('for the old one');
    expect(all.transport.sockets).toHaveLength(1);
    await all.desk.give('t2');
    const socket = welcome(all);
    expect([tokensOn(old), tokensOn(socket)]).toEqual([['t1'], ['t2']]);
  });

  it('is told as an error where there is nobody to ask', async () => {
    const all = rig();
    const errors: unknown[] = [];
    all.client.on('error', (error) => errors.push(error));
    all.connected().receive(expiring);
    await settled();
    expect(errors).toMatchObject([{ code: 'token_expiring' }]);
  });
});

describe('a token that is refused', () => {
  it('[MP-6.2] is replaced by a new one, with backoff; after three in a row it stays away', async () => {
    const all = rigWithDesk();
    all.client.connect();
    const waits: unknown[] = [];
    for (const token of ['t1', 't2', 't3']) {
      await all.desk.give(token);
      all.transport.last.open();
      refuse(all.transport.last);
      waits.push(all.client.state);
      waitedOut(all);
    }
    expect(waits).toEqual([
      { phase: 'waiting', retryInMs: 500, because: 'unauthorized' },
      { phase: 'waiting', retryInMs: 1000, because: 'unauthorized' },
      { phase: 'closed', code: 4501, word: 'unauthorized' },
    ]);
    expect(all.desk.asked).toEqual([false, true, true]);
    expect(all.clock.running).toBe(0);
    all.client.connect();
    expect(all.desk.asked.at(-1)).toBe(false);
  });

  it('counts anew after a welcome', async () => {
    const all = rigWithDesk();
    all.client.connect();
    for (let round = 0; round < 5; round++) {
      await all.desk.give('bad');
      all.transport.last.open();
      refuse(all.transport.last);
      waitedOut(all);
      await all.desk.give('good');
      refuse(welcome(all), 'token_revoked');
      expect(all.client.state.phase).toBe('waiting');
      waitedOut(all);
    }
  });

  it('counts also what other failures come between', async () => {
    const all = rigWithDesk();
    all.client.connect();
    for (let round = 0; round < 3; round++) {
      await all.desk.refuse(new Error('no network'));
      waitedOut(all);
      await all.desk.give('bad');
      all.transport.last.lose();
      waitedOut(all);
      await all.desk.give('bad');
      all.transport.last.open();
      refuse(all.transport.last);
      waitedOut(all);
    }
    expect(all.client.state).toEqual({ phase: 'closed', code: 4501, word: 'unauthorized' });
  });

  it('is known by the error frame where the platform hides the code', async () => {
    const all = rigWithDesk();
    all.client.connect();
    await all.desk.give('t1');
    all.transport.last.open();
    all.transport.last.receive({ type: 'error', code: 'unauthorized', message: 'no' });
    all.transport.last.lose(1000, 'interrupted');
    expect(all.client.state).toEqual({ phase: 'waiting', retryInMs: 500, because: 'unauthorized' });
  });

  it('loses nothing that was sent behind it', async () => {
    const all = rigWithDesk();
    all.client.connect();
    const answer = all.client.send('B', 'hello', { id: 'm1' });
    await all.desk.give('bad');
    all.transport.last.open();
    refuse(all.transport.last);
    all.clock.advance(500);
    await all.desk.give('good');
    const socket = welcome(all);
    expect(socket.frames.map(({ type }) => type)).toEqual(['token', 'message']);
    socket.receive({ type: 'ack', id: 'm1' });
    expect(await answer).toMatchObject({ id: 'm1' });
  });

  it('keeps a client away that has no other, as before', () => {
    const all = rig();
    refuse(all.connected());
    expect(all.client.state).toEqual({ phase: 'closed', code: 4501, word: 'unauthorized' });
  });

  it('does not keep one from staying away for another reason', async () => {
    const all = rigWithDesk();
    (await welcomed(all)).lose(4509, 'replaced');
    expect(all.client.state).toEqual({ phase: 'closed', code: 4509, word: 'replaced' });
  });
});

/** Whatever happens while a token is on its way: what comes of it when it arrives. */
describe('while a token is on its way', () => {
  type Desk = ReturnType<typeof rigWithDesk>;
  const cases: readonly [string, (all: Desk) => void, { asked: number; sockets: number; phase: string }][] = [
    ['close()', ({ client }) => client.close(), { asked: 1, sockets: 0, phase: 'closed' }],
    [
      'close() and connect()',
      ({ client }) => {
        client.close();
        client.connect();
      },
      { asked: 2, sockets: 0, phase: 'connecting' },
    ],
    ['connect() again', ({ client }) => client.connect(), { asked: 1, sockets: 1, phase: 'connecting' }],
    ['the background', ({ platform }) => platform.background(), { asked: 1, sockets: 0, phase: 'paused' }],
    ['the background for good', ({ platform }) => platform.background(true), { asked: 1, sockets: 0, phase: 'paused' }],
    [
      'the background and the foreground',
      ({ platform }) => {
        platform.background();
        platform.foreground();
      },
      { asked: 2, sockets: 0, phase: 'connecting' },
    ],
    ['the foreground again', ({ platform }) => platform.foreground(), { asked: 1, sockets: 1, phase: 'connecting' }],
    ['another network', ({ platform }) => platform.network(true), { asked: 1, sockets: 1, phase: 'connecting' }],
    ['ten seconds', ({ clock }) => clock.advance(10_000), { asked: 1, sockets: 0, phase: 'waiting' }],
    ['fifteen seconds', ({ clock }) => clock.advance(15_000), { asked: 2, sockets: 0, phase: 'connecting' }],
  ];

  for (const [name, happen, { asked, sockets, phase }] of cases) {
    it(`${name}: only a dial that still waits for it gets it`, async () => {
      const all = rigWithDesk();
      all.client.connect();
      happen(all);
      await all.desk.give('t1');
      expect([all.desk.asked.length, all.transport.sockets.length, all.client.state.phase]).toEqual([
        asked,
        sockets,
        phase,
      ]);
    });

    it(`${name}: a refusal is told only to a dial that still waits for it`, async () => {
      const all = rigWithDesk();
      all.client.connect();
      happen(all);
      const stillWaits = sockets === 1 || name === 'the background';
      await all.desk.refuse(new Error('no network'));
      expect(all.errors).toHaveLength(stillWaits ? 1 : 0);
      expect(all.client.state.phase).toBe(sockets === 1 ? 'waiting' : phase);
    });
  }

  it('comes back from the background with a new one, whatever came of the old one', async () => {
    for (const meanwhile of ['give', 'refuse'] as const) {
      const all = rigWithDesk();
      all.client.connect();
      all.platform.background();
      await all.desk[meanwhile]('x');
      expect(all.clock.running).toBe(0);
      all.platform.foreground();
      await all.desk.give('t2');
      expect(tokensOn(welcome(all))).toEqual(['t2']);
      expect(all.transport.sockets).toHaveLength(1);
    }
  });
});
