import { describe, expect, it } from 'vitest';
import { createClient } from '../../mini-program-client/src/client.js';
import { STAY_AWAY } from '../../mini-program-client/src/connection/news.js';
import { CLOSE, isFinalClose } from '../../src/protocol/codes.js';
import { PONG, ScriptedTransport, WELCOME } from '../support/client-hosts.js';
import { rig } from '../support/client-rig.js';
import { pingsOf } from './pings.js';

describe('connecting', () => {
  it('dials as a full session of its user and device', () => {
    const { client, transport } = rig({ url: 'https://im.example.com/', userId: 'a@b' });
    client.connect();
    expect(transport.last.url).toBe('wss://im.example.com/websocket/a%40b?v=1&device=phone');
  });

  it('makes up a device when it was given none, and stays it', () => {
    const transport = new ScriptedTransport();
    const client = createClient({ url: 'ws://localhost:3000', userId: 'A', transport });
    client.connect();
    client.close();
    client.connect();
    client.close();
    const [first, second] = transport.sockets.map(({ url }) => url);
    expect(first).toMatch(/^ws:\/\/localhost:3000\/websocket\/A\?v=1&device=[a-z0-9]{16}$/);
    expect(second).toBe(first);
  });

  it('goes from idle over connecting to connected', () => {
    const { client, phases, connected } = rig();
    expect(client.state).toEqual({ phase: 'idle' });
    connected();
    expect(client.state).toEqual({ phase: 'connected' });
    expect(phases).toEqual(['connecting', 'connected']);
  });

  it('is connected by a frame too: some platforms tell of it before they tell that the socket is open', () => {
    const { client, transport } = rig();
    client.connect();
    transport.last.receive(WELCOME);
    expect(client.state.phase).toBe('connected');
  });

  it('gives a dial up after 10 s, closes its socket and backs off', () => {
    const { client, clock, transport } = rig();
    client.connect();
    clock.advance(9_999);
    expect(client.state.phase).toBe('connecting');
    clock.advance(1);
    expect(client.state).toEqual({ phase: 'waiting', retryInMs: 500, because: 'no answer' });
    expect(transport.last.closed).toBe(true);
  });

  it('does nothing on a second connect()', () => {
    const { client, transport, connected } = rig();
    connected();
    client.connect();
    expect(transport.sockets).toHaveLength(1);
  });

  it('dials at once on connect() while it waits', () => {
    const { client, transport, connected } = rig();
    connected().lose();
    client.connect();
    expect(client.state.phase).toBe('connecting');
    expect(transport.sockets).toHaveLength(2);
  });

  it.each([
    ['url', { url: 'im.example.com' }, 'url must be like wss://im.example.com, got "im.example.com"'],
    ['url', { url: 'ws://im.example.com/?a=b' }, 'url must be like wss://im.example.com'],
    ['userId', { userId: 'no spaces' }, 'userId must be 1 to 64 of A-Z a-z 0-9 _ . @ -, got "no spaces"'],
    ['userId', { userId: '..' }, 'userId must be'],
    ['device', { device: 'a/b' }, 'device must be 1 to 64 of A-Z a-z 0-9 _ . -, got "a/b"'],
  ])('refuses a wrong %s before it dials', (_, options, message) => {
    expect(() => rig(options)).toThrow(expect.objectContaining({ code: 'bad_argument' }));
    expect(() => rig(options)).toThrow(message);
  });
});

describe('silence', () => {
  it('[MP-5.1] pings 15 s after the last frame received', () => {
    const { clock, connected } = rig();
    const socket = connected();
    clock.advance(10_000);
    socket.receive(PONG);
    clock.advance(14_999);
    expect(pingsOf(socket)).toBe(0);
    clock.advance(1);
    expect(pingsOf(socket)).toBe(1);
  });

  it('[MP-5.1] pings whatever it sends itself', () => {
    const { client, clock, connected } = rig();
    const socket = connected();
    clock.advance(10_000);
    client.send('B', 'hello').catch(() => {});
    clock.advance(5_000);
    expect(pingsOf(socket)).toBe(1);
  });

  it('[MP-5.1] takes the connection for dead 30 s after the last frame received', () => {
    const { client, clock, connected } = rig();
    const socket = connected();
    clock.advance(29_999);
    expect(client.state.phase).toBe('connected');
    clock.advance(1);
    expect(client.state.phase).toBe('waiting');
    expect(socket.closed).toBe(true);
  });

  it('[MP-5.1] goes by the numbers of welcome', () => {
    const { client, clock, transport } = rig();
    client.connect();
    transport.last.open();
    transport.last.receive({ ...WELCOME, pingEveryMs: 5_000, deadAfterMs: 7_000 });
    clock.advance(5_000);
    expect(pingsOf(transport.last)).toBe(1);
    clock.advance(2_000);
    expect(client.state.phase).toBe('waiting');
  });

  it('[MP-5.1] goes by the limits of the protocol until welcome comes', () => {
    const { client, clock, transport } = rig();
    client.connect();
    transport.last.open();
    clock.advance(15_000);
    expect(pingsOf(transport.last)).toBe(1);
    clock.advance(15_000);
    expect(client.state.phase).toBe('waiting');
  });

  it('goes by its own timing where it was given one', () => {
    const { clock, connected } = rig({ timing: { pingEveryMs: 100, deadAfterMs: 200 } });
    const socket = connected();
    clock.advance(100);
    expect(pingsOf(socket)).toBe(1);
    clock.advance(100);
    expect(socket.closed).toBe(true);
  });

  it('does not believe a welcome that would have it ping all the time', () => {
    const { clock, transport, client } = rig();
    client.connect();
    transport.last.open();
    transport.last.receive({ ...WELCOME, pingEveryMs: 0, deadAfterMs: 1 });
    clock.advance(14_999);
    expect(pingsOf(transport.last)).toBe(0);
  });

  it('takes anything it hears for a sign of life, nonsense too', () => {
    const { client, clock, connected } = rig();
    const socket = connected();
    for (let minute = 0; minute < 5; minute++) {
      clock.advance(20_000);
      socket.receiveText('nonsense');
    }
    expect(client.state.phase).toBe('connected');
  });
});

describe('coming back', () => {
  it('[MP-6.3] stays away after 4500 to 4999, and says why', () => {
    for (const code of [4500, 4509, 4999]) {
      const { client, clock, transport, connected } = rig();
      const closed: unknown[] = [];
      client.on('closed', (reason) => closed.push(reason));
      connected().lose(code, 'replaced');
      expect(client.state).toEqual({ phase: 'closed', code, word: 'replaced' });
      expect(closed).toEqual([{ code, word: 'replaced' }]);
      clock.advance(3_600_000);
      expect(transport.sockets).toHaveLength(1);
      expect(clock.running).toBe(0);
    }
  });

  it('[MP-6.3] comes back after everything below 4500, and above 4999', () => {
    for (const code of [1000, 1001, 1006, 1008, 1009, 1011, 1012, 1015, 4000, 4400, 4408, 4429, 4499, 5000]) {
      const { client, clock, transport, connected } = rig();
      connected().lose(code);
      expect(client.state.phase).toBe('waiting');
      clock.advance(1000);
      expect(transport.sockets).toHaveLength(2);
    }
  });

  it('[MP-6.1] stays away where the platform hides the code, by the error frame before it', () => {
    const { client, connected } = rig();
    const socket = connected();
    socket.receive({ type: 'error', code: 'replaced', message: 'a newer session of the same device took over' });
    socket.lose(1000, 'interrupted');
    expect(client.state).toEqual({ phase: 'closed', code: 4509, word: 'replaced' });
  });

  it('[MP-6.1] is not kept away by the answer to a send', () => {
    const { client, connected } = rig();
    const socket = connected();
    socket.receive({ type: 'error', id: 'm1', code: 'replaced', message: 'of something else' });
    socket.lose(1000, 'interrupted');
    expect(client.state.phase).toBe('waiting');
  });

  it('[MP-6.1] stays away where the platform tells of no close at all, by the error frame before the silence', () => {
    const { client, clock, connected } = rig();
    connected().receive({ type: 'error', code: 'replaced', message: 'a newer session of the same device took over' });
    clock.advance(30_000);
    expect(client.state).toEqual({ phase: 'closed', code: 4509, word: 'replaced' });
  });

  it('knows every word of a close for good', () => {
    const final = Object.values(CLOSE).filter((close) => isFinalClose(close.code));
    expect(new Map(final.map((close) => [close.word, close.code]))).toEqual(STAY_AWAY);
  });

  it('connects again after a close for good when the app says so', () => {
    const { client, transport, connected } = rig();
    connected().lose(4509, 'replaced');
    client.connect();
    expect(client.state.phase).toBe('connecting');
    expect(transport.alive).toHaveLength(1);
  });

  it('waits twice as long after each failure, up to 30 s, half of it at a draw of 0.5', () => {
    const { client, clock, transport } = rig();
    client.connect();
    const waits: unknown[] = [];
    for (let failures = 0; failures < 7; failures++) {
      transport.last.lose();
      waits.push(clock.nextIn);
      clock.advance(clock.nextIn ?? 0);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it('forgets the failures after 10 s of being connected, and not before', () => {
    const { client, clock, transport } = rig();
    client.connect();
    transport.last.lose();
    clock.advance(500);
    transport.last.lose();
    clock.advance(1000);
    transport.last.open();
    clock.advance(9_999);
    transport.last.lose();
    expect(client.state).toMatchObject({ phase: 'waiting', retryInMs: 2000 });
    clock.advance(2000);
    transport.last.open();
    clock.advance(10_000);
    transport.last.lose();
    expect(client.state).toMatchObject({ phase: 'waiting', retryInMs: 500 });
  });

  it('forgets the failures when the app connects anew', () => {
    const { client, clock, transport } = rig();
    client.connect();
    transport.last.lose();
    clock.advance(500);
    transport.last.lose();
    client.close();
    client.connect();
    transport.last.lose();
    expect(client.state).toMatchObject({ phase: 'waiting', retryInMs: 500 });
  });

  it('[MP-6.2] comes back at once after 4408, if the connection had lived', () => {
    const { client, clock, transport, connected } = rig();
    const socket = connected();
    clock.advance(9_000);
    socket.receive(PONG);
    clock.advance(1_000);
    socket.lose(4408, 'slow');
    expect(client.state.phase).toBe('connecting');
    transport.last.open();
    transport.last.lose(4408, 'slow');
    expect(client.state).toMatchObject({ phase: 'waiting', retryInMs: 500 });
  });

  it('[MP-6.4] comes back when goaway said, and a random bit later, so that not all come at once', () => {
    const { client, connected } = rig();
    const socket = connected();
    socket.receive({ type: 'goaway', retryAfterMs: 5000 });
    socket.lose(1012, 'restart');
    expect(client.state).toMatchObject({ phase: 'waiting', retryInMs: 5500 });
  });

  it('[MP-6.4] sends again, in order, what had no ack after goaway, and what was sent while it waited', () => {
    const { client, clock, transport, connected } = rig();
    const socket = connected();
    socket.receive({ type: 'goaway', retryAfterMs: 5000 });
    client.send('B', 'no ack', { id: '1' });
    socket.lose(1012, 'restart');
    client.send('B', 'offline', { id: '2' });
    clock.advance(5_499);
    expect(transport.last).toBe(socket);
    clock.advance(1);
    transport.last.open();
    transport.last.receive(WELCOME);
    expect(transport.last.frames).toMatchObject([
      { type: 'message', id: '1', message: 'no ack' },
      { type: 'message', id: '2', message: 'offline' },
    ]);
  });

  it('[MP-6.4] backs off only when the dial that goaway asked for fails', () => {
    const { client, clock, transport, connected } = rig();
    const socket = connected();
    socket.receive({ type: 'goaway', retryAfterMs: 5000 });
    socket.lose(1012, 'restart');
    clock.advance(5_500);
    transport.last.lose();
    expect(client.state).toMatchObject({ phase: 'waiting', retryInMs: 500 });
  });

  it('[MP-6.2] backs off after 1012 without goaway', () => {
    const { client, connected } = rig();
    connected().lose(1012, 'restart');
    expect(client.state).toEqual({ phase: 'waiting', retryInMs: 500, because: 'restart' });
  });

  it('does not wait for longer than ten minutes, whatever goaway says', () => {
    const { client, connected } = rig();
    const socket = connected();
    socket.receive({ type: 'goaway', retryAfterMs: 1e12 });
    socket.lose(1012);
    expect(client.state).toMatchObject({ retryInMs: 600_500 });
  });
});

describe('one reconnect at a time', () => {
  it('dials once when close, error, silence and the network come together', () => {
    const { clock, transport, platform, connected } = rig();
    const socket = connected();
    clock.advance(15_000);
    socket.lose(1006);
    socket.lose(1000, 'interrupted');
    socket.lose();
    platform.network(false);
    clock.advance(1000);
    socket.lose();
    expect(transport.sockets).toHaveLength(2);
    platform.network(true);
    platform.foreground();
    expect(transport.alive).toHaveLength(1);
  });

  it('closes the socket it gives up, also one that is only said to be lost', () => {
    const { connected } = rig();
    const socket = connected();
    socket.lose(1006);
    expect(socket.closed).toBe(true);
  });

  it('pays no heed to a socket that it gave up', () => {
    const { client, clock, transport, connected } = rig();
    const messages: unknown[] = [];
    client.on('message', (message) => messages.push(message));
    const stale = connected();
    stale.lose();
    clock.advance(500);
    stale.open();
    stale.receive({ type: 'message', fromUserId: 'B', toUserId: 'A', message: 'hi', sentAt: 1 });
    stale.lose(4509, 'replaced');
    expect(client.state.phase).toBe('connecting');
    expect(messages).toEqual([]);
    transport.last.open();
    stale.lose();
    expect(client.state.phase).toBe('connected');
  });

  it('lives through a transport that throws, and tries again', () => {
    let dials = 0;
    const transport = {
      open: () => {
        dials += 1;
        throw new Error('no network stack');
      },
    };
    const { client, clock } = rig({ transport });
    client.connect();
    expect(client.state).toEqual({ phase: 'waiting', retryInMs: 500, because: 'Error: no network stack' });
    clock.advance(500);
    expect(dials).toBe(2);
  });
});

describe('background and foreground', () => {
  it('runs no timer in the background', () => {
    const { client, clock, platform, connected } = rig();
    connected();
    client.send('B', 'hello', { ephemeral: true }).catch(() => {});
    expect(clock.running).toBe(2);
    platform.background();
    expect(client.state.phase).toBe('paused');
    expect(clock.running).toBe(0);
  });

  it('asks the socket that is still there for a sign of life, and goes on with it', () => {
    const { client, clock, transport, platform, connected } = rig();
    const socket = connected();
    platform.background();
    platform.foreground();
    expect(client.state.phase).toBe('connected');
    expect(pingsOf(socket)).toBe(1);
    socket.receive(PONG);
    clock.advance(14_999);
    expect(pingsOf(socket)).toBe(1);
    expect(transport.sockets).toHaveLength(1);
  });

  it('dials at once when that socket says nothing for 3 s', () => {
    const { client, clock, transport, platform, connected } = rig();
    const socket = connected();
    platform.background();
    platform.foreground();
    clock.advance(3000);
    expect(socket.closed).toBe(true);
    expect(client.state.phase).toBe('connecting');
    expect(transport.alive).toHaveLength(1);
  });

  it('backs off as ever when that socket answered and is lost later', () => {
    const { client, clock, platform, connected } = rig();
    const socket = connected();
    platform.background();
    platform.foreground();
    socket.receive(PONG);
    clock.advance(1000);
    socket.lose();
    expect(client.state).toMatchObject({ phase: 'waiting', retryInMs: 500 });
  });

  it('dials at once when that socket turns out to be closed', () => {
    const { client, transport, platform, connected } = rig();
    const socket = connected();
    platform.background();
    platform.foreground();
    socket.lose(1000, 'interrupted');
    expect(client.state.phase).toBe('connecting');
    expect(transport.sockets).toHaveLength(2);
  });

  it('dials at once when the socket went in the background', () => {
    const { client, transport, platform, connected } = rig();
    const socket = connected();
    platform.background();
    socket.lose(1000, 'interrupted');
    expect(client.state.phase).toBe('paused');
    platform.foreground();
    expect(client.state.phase).toBe('connecting');
    expect(transport.sockets).toHaveLength(2);
  });

  it('tries a dial that fails right after the foreground again in 300 ms, once, without growing the backoff', () => {
    const { client, clock, transport, platform, connected } = rig();
    connected();
    platform.background();
    transport.last.lose();
    clock.advance(60_000);
    platform.foreground();
    const failuresBefore = transport.sockets.length;
    transport.last.lose();
    expect(client.state).toMatchObject({ phase: 'waiting', retryInMs: 300 });
    clock.advance(300);
    expect(transport.sockets).toHaveLength(failuresBefore + 1);
    transport.last.lose();
    const first = client.state;
    clock.advance(10_000);
    transport.last.lose();
    const second = client.state;
    expect([first, second]).toMatchObject([{ retryInMs: 500 }, { retryInMs: 1000 }]);
  });

  it('begins a dial again that was under way when the app went to the background', () => {
    const { client, transport, platform } = rig();
    client.connect();
    const [first] = transport.sockets;
    platform.background();
    platform.foreground();
    expect(first?.closed).toBe(true);
    expect(transport.sockets).toHaveLength(2);
    expect(transport.alive).toHaveLength(1);
  });

  it('keeps a dial that came through in the background', () => {
    const { client, transport, platform } = rig();
    client.connect();
    platform.background();
    transport.last.open();
    platform.foreground();
    expect(client.state.phase).toBe('connected');
    expect(transport.sockets).toHaveLength(1);
  });

  it('hears messages that still come in the background', () => {
    const { client, platform, connected } = rig();
    const messages: unknown[] = [];
    client.on('message', ({ message }) => messages.push(message));
    const socket = connected();
    platform.background();
    socket.receive({ type: 'message', fromUserId: 'B', toUserId: 'A', message: 'hi', sentAt: 1 });
    expect(messages).toEqual(['hi']);
  });

  it('stays away when it was told so in the background', () => {
    const { client, platform, connected } = rig();
    const socket = connected();
    platform.background();
    socket.lose(4509, 'replaced');
    platform.foreground();
    expect(client.state).toEqual({ phase: 'closed', code: 4509, word: 'replaced' });
  });

  it('waits for the foreground when connect() is called in the background', () => {
    const { client, transport, platform, connected } = rig();
    connected().lose(4509, 'replaced');
    platform.background();
    client.connect();
    expect(client.state.phase).toBe('paused');
    platform.foreground();
    expect(transport.sockets).toHaveLength(2);
  });

  it('closes its socket where the platform asks for it, and dials when the page is back', () => {
    const { client, transport, platform, connected } = rig();
    const socket = connected();
    platform.background(true);
    expect(socket.closed).toBe(true);
    expect(client.state.phase).toBe('paused');
    platform.foreground();
    expect(client.state.phase).toBe('connecting');
    expect(transport.alive).toHaveLength(1);
  });

  it('dials at once in the foreground while it waits', () => {
    const { transport, platform, connected } = rig();
    connected().lose();
    platform.foreground();
    expect(transport.sockets).toHaveLength(2);
  });
});

describe('the network', () => {
  it('dials at once when it comes while waiting', () => {
    const { transport, platform, connected } = rig();
    connected().lose();
    platform.network(false);
    expect(transport.sockets).toHaveLength(1);
    platform.network(true);
    expect(transport.sockets).toHaveLength(2);
  });

  it('looks at the connection when the network changes under it', () => {
    const { client, clock, transport, platform, connected } = rig();
    const socket = connected();
    platform.network(true);
    expect(pingsOf(socket)).toBe(1);
    clock.advance(3000);
    expect(socket.closed).toBe(true);
    expect(client.state.phase).toBe('connecting');
    expect(transport.alive).toHaveLength(1);
  });

  it('keeps a connection that answers though the network is said to be down', () => {
    const { client, clock, platform, connected } = rig();
    const socket = connected();
    platform.network(false);
    socket.receive(PONG);
    clock.advance(3000);
    expect(client.state.phase).toBe('connected');
  });

  it('leaves a dial that is under way alone', () => {
    const { client, transport, platform } = rig();
    client.connect();
    platform.network(true);
    expect(transport.sockets).toHaveLength(1);
  });

  it('does nothing in the background', () => {
    const { clock, transport, platform, connected } = rig();
    connected();
    platform.background();
    platform.network(false);
    platform.network(true);
    expect(pingsOf(transport.last)).toBe(0);
    expect(clock.running).toBe(0);
  });
});

describe('closing', () => {
  it('hangs up, tells it, and stays away', () => {
    const { client, clock, transport, platform, phases, connected } = rig();
    const closed: unknown[] = [];
    client.on('closed', (reason) => closed.push(reason));
    const socket = connected();
    client.close();
    expect(socket.closed).toBe(true);
    expect(client.state).toEqual({ phase: 'closed', code: 1000, word: '' });
    expect(closed).toEqual([{ code: 1000, word: '' }]);
    socket.lose(1000);
    platform.foreground();
    clock.advance(3_600_000);
    expect(transport.sockets).toHaveLength(1);
    expect(clock.running).toBe(0);
    expect(platform.listeners).toBe(0);
    expect(phases.at(-1)).toBe('closed');
  });

  it('connects again afterwards, also when the foreground came while it did not listen', () => {
    const { client, transport, platform, connected } = rig();
    connected();
    platform.background();
    client.close();
    platform.foreground();
    client.connect();
    expect(client.state.phase).toBe('connecting');
    expect(transport.alive).toHaveLength(1);
    expect(platform.listeners).toBe(1);
  });

  it('can be closed by a listener, in the middle of a change', () => {
    const { client, clock, transport, phases, connected } = rig();
    client.on('state', (state) => state.phase === 'connected' && client.close());
    const heardLast: string[] = [];
    client.on('state', (state) => heardLast.push(state.phase));
    connected();
    expect(phases).toEqual(['connecting', 'connected', 'closed']);
    expect(heardLast).toEqual(phases);
    expect(transport.alive).toHaveLength(0);
    expect(clock.running).toBe(0);
  });
});
