import { afterEach, describe, expect, it, vi } from 'vitest';
import { MinimError } from '../../mini-program-client/src/errors.js';
import { MAX_FRAME_BYTES } from '../../src/protocol/limits.js';
import { WELCOME } from '../support/client-hosts.js';
import { rig } from '../support/client-rig.js';

function failure(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

describe('an ephemeral send', () => {
  it('sends a message with an id, and resolves with the ack of that id', async () => {
    const { client, connected } = rig();
    const socket = connected();
    const answer = client.send('B', 'hello');
    const [frame] = socket.frames;
    expect(frame).toEqual({ type: 'message', id: expect.any(String), toUserId: 'B', message: 'hello' });
    socket.receive({ type: 'ack', id: String(frame?.id), delivered: 1 });
    expect(await answer).toEqual({ type: 'ack', id: frame?.id, delivered: 1 });
  });

  it('passes on what it is asked for', () => {
    const { client, connected } = rig();
    const socket = connected();
    client.send('B', { text: 'hello' }, { ephemeral: true, id: 'mine', ttlS: 60 }).catch(() => {});
    expect(socket.frames).toEqual([
      { type: 'message', id: 'mine', toUserId: 'B', message: { text: 'hello' }, ephemeral: true, ttlS: 60 },
    ]);
  });

  it('[MP-2.11] matches answers by id, never by order', async () => {
    const { client, connected } = rig();
    const socket = connected();
    const first = client.send('B', '1', { id: 'one' });
    const second = client.send('B', '2', { id: 'two' });
    socket.receive({ type: 'ack', id: 'two', delivered: 2 });
    socket.receive({ type: 'ack', id: 'one', delivered: 1 });
    expect([await first, await second]).toMatchObject([{ delivered: 1 }, { delivered: 2 }]);
  });

  it('rejects with the code and the sentence of the server', async () => {
    const { client, connected } = rig();
    const socket = connected();
    const answer = failure(client.send('B', 'hello', { ephemeral: true, id: 'm1' }));
    socket.receive({ type: 'error', id: 'm1', code: 'not_found', message: '"B" is not online', retryAfterMs: 100 });
    const error = await answer;
    expect(error).toBeInstanceOf(MinimError);
    expect(error).toMatchObject({ code: 'not_found', message: '"B" is not online', id: 'm1', retryAfterMs: 100 });
  });

  it('rejects at once while there is no connection, and sends nothing later', async () => {
    const { client, transport, connected } = rig();
    expect(await failure(client.send('B', 'hello', { ephemeral: true }))).toMatchObject({
      code: 'not_connected',
      message: 'not connected, idle',
    });
    client.connect();
    expect(await failure(client.send('B', 'hello', { ephemeral: true }))).toMatchObject({ code: 'not_connected' });
    connected();
    expect(transport.last.frames).toEqual([]);
  });

  it('rejects what is on its way when the connection goes, and does not send it again', async () => {
    const { client, clock, transport, connected } = rig();
    const socket = connected();
    const answer = failure(client.send('B', 'hello', { ephemeral: true }));
    socket.lose();
    expect(await answer).toMatchObject({ code: 'connection_lost' });
    clock.advance(500);
    transport.last.open();
    expect(transport.last.frames).toEqual([]);
  });

  it('rejects what is on its way when it is closed', async () => {
    const { client, connected } = rig();
    connected();
    const answer = failure(client.send('B', 'hello', { ephemeral: true }));
    client.close();
    expect(await answer).toMatchObject({ code: 'connection_lost' });
  });

  it('rejects after 10 s without an answer, and pays no heed to one that comes later', async () => {
    const { client, clock, connected } = rig();
    const socket = connected();
    const answer = failure(client.send('B', 'hello', { ephemeral: true, id: 'm1' }));
    clock.advance(10_000);
    expect(await answer).toMatchObject({ code: 'timeout', id: 'm1' });
    socket.receive({ type: 'ack', id: 'm1', delivered: 1 });
    expect(client.state.phase).toBe('connected');
  });

  it('waits as long as it is told to', async () => {
    const { client, clock, connected } = rig();
    connected();
    const answer = failure(client.send('B', 'hello', { ephemeral: true, timeoutMs: 50 }));
    clock.advance(50);
    expect(await answer).toMatchObject({ code: 'timeout', message: 'no answer within 50 ms' });
  });

  it('does not count the time in the background', async () => {
    const { client, clock, platform, connected } = rig();
    const socket = connected();
    const answer = failure(client.send('B', 'hello', { ephemeral: true }));
    clock.advance(9_000);
    platform.background();
    clock.advance(60_000);
    platform.foreground();
    socket.receiveText('{"type":"pong"}');
    clock.advance(9_999);
    expect(client.state.phase).toBe('connected');
    clock.advance(1);
    expect(await answer).toMatchObject({ code: 'timeout' });
  });

  it('can still send in the background, as long as the socket is there', async () => {
    const { client, clock, platform, connected } = rig();
    const socket = connected();
    platform.background();
    const answer = client.send('B', 'bye', { ephemeral: true, id: 'm1' });
    expect(clock.running).toBe(0);
    socket.receive({ type: 'ack', id: 'm1', delivered: 1 });
    expect(await answer).toMatchObject({ delivered: 1 });
  });

  it('leaves no timer behind when the answer has come', async () => {
    const { client, clock, connected } = rig();
    const socket = connected();
    const answer = client.send('B', 'hello', { ephemeral: true, id: 'm1' });
    socket.receive({ type: 'ack', id: 'm1', delivered: 1 });
    await answer;
    expect(clock.running).toBe(1);
  });

  const loop: Record<string, unknown> = {};
  loop.self = loop;

  it.each([
    ['an id with an umlaut', 'hi', { id: 'grüße' }, 'bad_argument'],
    ['an empty id', 'hi', { id: '' }, 'bad_argument'],
    ['an object that holds itself', loop, {}, 'bad_argument'],
    ['more than 64 KiB of UTF-8', '語'.repeat(MAX_FRAME_BYTES / 3), {}, 'too_large'],
  ])('refuses %s, and the connection lives', async (_, message, options, code) => {
    const { client, connected } = rig();
    const socket = connected();
    expect(await failure(client.send('B', message, options))).toMatchObject({ code });
    expect(socket.frames).toEqual([]);
    expect(client.state.phase).toBe('connected');
  });

  it('sends exactly 64 KiB', () => {
    const { client, connected } = rig();
    const socket = connected();
    const around = JSON.stringify({ type: 'message', id: 'm1', toUserId: 'B', message: '' }).length;
    client.send('B', 'x'.repeat(MAX_FRAME_BYTES - around), { id: 'm1' }).catch(() => {});
    expect(socket.sent).toHaveLength(1);
    expect(Buffer.byteLength(socket.sent[0] ?? '')).toBe(MAX_FRAME_BYTES);
  });

  it('goes by what the server takes', async () => {
    const { client, connected } = rig();
    const socket = connected();
    socket.receive({ ...WELCOME, maxFrameBytes: 2000 });
    expect(await failure(client.send('B', 'x'.repeat(2000)))).toMatchObject({ code: 'too_large' });
    socket.receive({ ...WELCOME, maxFrameBytes: 100_000 });
    client.send('B', 'x'.repeat(90_000)).catch(() => {});
    expect(socket.sent).toHaveLength(1);
  });

  it('refuses an id that is waiting for its answer already', async () => {
    const { client, connected } = rig();
    connected();
    client.send('B', 'hello', { id: 'm1' }).catch(() => {});
    expect(await failure(client.send('B', 'again', { id: 'm1' }))).toMatchObject({ code: 'bad_argument' });
  });

  it('takes a platform that throws on sending for one that has lost its socket', async () => {
    const { client, connected } = rig();
    const socket = connected();
    socket.send = () => {
      throw new Error('not open');
    };
    expect(await failure(client.send('B', 'hello', { ephemeral: true }))).toMatchObject({ code: 'connection_lost' });
    expect(client.state).toMatchObject({ phase: 'waiting', because: 'Error: not open' });
  });
});

describe('ids', () => {
  it('are never the same twice, not even after a reload', () => {
    const ids = new Set<unknown>();
    for (let load = 0; load < 20; load++) {
      const { client, connected } = rig({ random: Math.random });
      const socket = connected();
      for (let count = 0; count < 5; count++) client.send('B', 'hello').catch(() => {});
      for (const frame of socket.frames) ids.add(frame.id);
    }
    expect(ids.size).toBe(100);
  });

  it('[MP-2.11] are such as the server takes, whatever is drawn', () => {
    for (const draw of [0, 0.5, 1 / 3, 1 - 2 ** -53]) {
      const { client, connected } = rig({ draw });
      const socket = connected();
      client.send('B', 'hello').catch(() => {});
      expect(socket.frames[0]?.id).toMatch(/^[\x20-\x7e]{1,64}$/);
    }
  });
});

describe('events', () => {
  afterEach(() => vi.restoreAllMocks());

  it('tells messages and broadcasts as they came', () => {
    const { client, connected } = rig();
    const told: unknown[] = [];
    client.on('message', (message) => told.push(message));
    client.on('broadcast', (broadcast) => told.push(broadcast));
    const socket = connected();
    const message = { type: 'message', fromUserId: 'B', toUserId: 'A', message: { a: [1] }, sentAt: 1 } as const;
    const broadcast = {
      type: 'broadcast',
      messageId: 'b1',
      seq: 1,
      fromUserId: 'B',
      message: 'all',
      sentAt: 2,
    } as const;
    socket.receive(message);
    socket.receive(broadcast);
    expect(told).toEqual([message, broadcast]);
  });

  it('tells the errors that no send waits for', () => {
    const { client, connected } = rig();
    const told: unknown[] = [];
    client.on('error', (error) => told.push(error));
    const socket = connected();
    socket.receive({ type: 'error', code: 'bad_frame', message: 'no' });
    socket.receive({ type: 'error', id: 'unknown', code: 'busy', message: 'later', retryAfterMs: 5 });
    expect(told).toMatchObject([
      { code: 'bad_frame', message: 'no' },
      { code: 'busy', id: 'unknown', retryAfterMs: 5 },
    ]);
  });

  it('tells nobody who has had enough', () => {
    const { client, connected } = rig();
    const told: string[] = [];
    const off = client.on('state', (state) => told.push(state.phase));
    client.connect();
    off();
    off();
    connected();
    expect(told).toEqual(['connecting']);
  });

  it('keeps two listeners apart that are one function', () => {
    const { client } = rig();
    const listener = vi.fn();
    const off = client.on('state', listener);
    client.on('state', listener);
    off();
    client.connect();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('lives through a listener that throws, and so do the other listeners', () => {
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { client, connected } = rig();
    const told: string[] = [];
    client.on('state', () => {
      throw new Error('mine');
    });
    client.on('state', (state) => told.push(state.phase));
    connected();
    expect(told).toEqual(['connecting', 'connected']);
    expect(client.state.phase).toBe('connected');
    expect(complaint).toHaveBeenCalledWith('minim: a listener threw', expect.objectContaining({ message: 'mine' }));
  });
});
