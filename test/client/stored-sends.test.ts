import { describe, expect, it } from 'vitest';
import type { Refused, Sent } from '../../mini-program-client/src/events.js';
import { memoryStorage } from '../../mini-program-client/src/hosts/storage.js';
import type { ScriptedSocket } from '../support/client-hosts.js';
import { type Rig, rig } from '../support/client-rig.js';

/** The ids of the messages that went out, in order. */
function idsOn(socket: ScriptedSocket): unknown[] {
  return socket.frames.filter(({ type }) => type === 'message').map(({ id }) => id);
}

/** What the client tells of its stored sends. */
function heardBy({ client }: Rig): { readonly sent: Sent[]; readonly refused: Refused[] } {
  const heard: { readonly sent: Sent[]; readonly refused: Refused[] } = { sent: [], refused: [] };
  client.on('sent', (sent) => heard.sent.push(sent));
  client.on('refused', (refused) => heard.refused.push(refused));
  return heard;
}

/** Loses the connection and gets the next one. */
function reconnect({ clock, transport }: Rig): ScriptedSocket {
  transport.last.lose();
  clock.advance(30_000);
  transport.last.open();
  return transport.last;
}

const failure = (answer: Promise<unknown>) => answer.catch((error: unknown) => error);

describe('a stored send', () => {
  it('goes out at once when connected, and resolves with its ack', async () => {
    const all = rig();
    const heard = heardBy(all);
    const socket = all.connected();
    const answer = all.client.send('B', 'hello', { id: 'm1', ttlS: 60 });
    expect(socket.frames).toEqual([{ type: 'message', id: 'm1', toUserId: 'B', message: 'hello', ttlS: 60 }]);
    const ack = { type: 'ack', id: 'm1', messageId: 's1', seq: 1, sentAt: 5, cursor: 1 } as const;
    socket.receive(ack);
    expect(await answer).toEqual(ack);
    expect(heard).toEqual({ sent: [{ id: 'm1', ack }], refused: [] });
  });

  it('waits for the connection, however long that takes', async () => {
    const all = rig();
    const answer = all.client.send('B', 'hello', { id: 'm1' });
    all.clock.advance(3_600_000);
    const socket = all.connected();
    expect(idsOn(socket)).toEqual(['m1']);
    socket.receive({ type: 'ack', id: 'm1' });
    expect(await answer).toMatchObject({ id: 'm1' });
  });

  it('goes out again after every reconnect, in order and under the same id, until it was answered', async () => {
    const all = rig();
    const first = all.connected();
    const answers = ['m1', 'm2', 'm3'].map((id) => all.client.send('B', id, { id }));
    first.receive({ type: 'ack', id: 'm2' });
    const second = reconnect(all);
    expect(idsOn(second)).toEqual(['m1', 'm3']);
    expect(second.sent[0]).toBe(first.sent[0]);
    second.receive({ type: 'ack', id: 'm1', duplicate: true });
    const third = reconnect(all);
    expect(idsOn(third)).toEqual(['m3']);
    third.receive({ type: 'ack', id: 'm3' });
    expect(await Promise.all(answers)).toMatchObject([{ duplicate: true }, { id: 'm2' }, { id: 'm3' }]);
    expect(idsOn(reconnect(all))).toEqual([]);
  });

  it('goes before what the app sends when it hears that it is connected', () => {
    const all = rig();
    all.client.send('B', 'first', { id: 'm1' });
    all.client.on('state', ({ phase }) => {
      if (phase === 'connected') all.client.send('B', 'second', { id: 'm2' });
    });
    expect(idsOn(all.connected())).toEqual(['m1', 'm2']);
  });

  it('runs no timer of its own', () => {
    const all = rig();
    all.client.send('B', 'hello');
    expect(all.clock.running).toBe(0);
    all.connected();
    expect(all.clock.running).toBe(1);
  });

  it('that is refused for good is rejected, told with its content, and not sent again', async () => {
    const all = rig();
    const heard = heardBy(all);
    const errors: unknown[] = [];
    all.client.on('error', (error) => errors.push(error));
    const socket = all.connected();
    const answer = failure(all.client.send('B', { a: 1 }, { id: 'm1' }));
    socket.receive({ type: 'error', id: 'm1', code: 'conflict', message: 'another content' });
    expect(await answer).toMatchObject({ code: 'conflict', id: 'm1' });
    expect(heard.refused).toMatchObject([{ id: 'm1', toUserId: 'B', message: { a: 1 }, error: { code: 'conflict' } }]);
    expect(errors).toEqual([]);
    expect(idsOn(reconnect(all))).toEqual([]);
  });

  it('lives through a platform that throws on sending', () => {
    const all = rig();
    const socket = all.connected();
    socket.send = () => {
      throw new Error('not open');
    };
    all.client.send('B', 'hello', { id: 'm1' });
    expect(all.client.state.phase).toBe('waiting');
    all.clock.advance(500);
    all.transport.last.open();
    expect(idsOn(all.transport.last)).toEqual(['m1']);
  });

  it('is refused at once when the outbox is full, and those before it stay', async () => {
    const all = rig();
    for (let count = 0; count < 200; count++) all.client.send('B', 'hello');
    expect(await failure(all.client.send('B', 'too much', { id: 'm1' }))).toMatchObject({
      code: 'outbox_full',
      id: 'm1',
    });
    expect(idsOn(all.connected())).toHaveLength(200);
  });

  it('is refused when its id waits already, in whichever way', async () => {
    const all = rig();
    all.connected();
    all.client.send('B', 'hello', { id: 'm1' });
    all.client.send('B', 'hello', { id: 'm2', ephemeral: true }).catch(() => {});
    for (const id of ['m1', 'm2']) {
      expect(await failure(all.client.send('B', 'again', { id }))).toMatchObject({ code: 'bad_argument' });
      expect(await failure(all.client.send('B', 'again', { id, ephemeral: true }))).toMatchObject({
        code: 'bad_argument',
      });
    }
  });
});

describe('a server that is busy', () => {
  for (const code of ['busy', 'rate_limited'] as const) {
    it(`[MP-2.22] gets everything unanswered again, in order, when ${code} is over`, async () => {
      const all = rig();
      const socket = all.connected();
      const answers = ['m1', 'm2', 'm3'].map((id) => all.client.send('B', id, { id }));
      socket.receive({ type: 'error', id: 'm2', code, message: 'later', retryAfterMs: 700 });
      socket.receive({ type: 'ack', id: 'm1' });
      answers.push(all.client.send('B', 'm4', { id: 'm4' }));
      all.clock.advance(699);
      expect(idsOn(socket)).toEqual(['m1', 'm2', 'm3']);
      all.clock.advance(1);
      expect(idsOn(socket).slice(3)).toEqual(['m2', 'm3', 'm4']);
      for (const id of ['m2', 'm3', 'm4']) socket.receive({ type: 'ack', id });
      expect(await Promise.all(answers)).toHaveLength(4);
    });
  }

  for (const code of ['busy', 'rate_limited'] as const) {
    it(`[MP-3.7] gets the first that it refused first when ${code} is over, not one that it has still to answer`, () => {
      const all = rig();
      const socket = all.connected();
      for (const id of ['m1', 'm2', 'm3']) all.client.send('B', id, { id });
      for (const id of ['m2', 'm3']) socket.receive({ type: 'error', id, code, message: 'later', retryAfterMs: 700 });
      all.client.send('B', 'm4', { id: 'm4' });
      all.clock.advance(700);
      expect(idsOn(socket).slice(3)).toEqual(['m2', 'm3', 'm4']);
      expect(idsOn(reconnect(all))).toEqual(['m1', 'm2', 'm3', 'm4']);
    });

    it(`[MP-3.7] gets all that is unanswered on another connection, whatever ${code} began with`, () => {
      const all = rig();
      const socket = all.connected();
      for (const id of ['m1', 'm2']) all.client.send('B', id, { id });
      socket.receive({ type: 'error', id: 'm2', code, message: 'later', retryAfterMs: 40_000 });
      const next = reconnect(all);
      all.clock.advance(10_000);
      expect(idsOn(next)).toEqual(['m1', 'm2']);
    });

    it(`[MP-3.7] gets also what ${code} refused later, and was sent before`, () => {
      const all = rig();
      const socket = all.connected();
      for (const id of ['m1', 'm2', 'm3', 'm4']) all.client.send('B', id, { id });
      for (const id of ['m3', 'm2', 'm4']) socket.receive({ type: 'error', id, code, message: 'later' });
      all.clock.advance(1000);
      expect(idsOn(socket).slice(4)).toEqual(['m2', 'm3', 'm4']);
    });

    it(`[MP-3.7] is sent nothing stored when it said ${code} to something else`, async () => {
      const all = rig();
      const socket = all.connected();
      const recall = failure(all.client.recall('x'));
      const id = String(socket.frames[0]?.id);
      socket.receive({ type: 'error', id, code, message: 'later', retryAfterMs: 700 });
      expect(await recall).toMatchObject({ code, retryAfterMs: 700 });
      all.client.send('B', 'hello', { id: 'm1' });
      all.clock.advance(699);
      expect(idsOn(socket)).not.toContain('m1');
      all.clock.advance(1);
      expect(idsOn(socket)).toContain('m1');
    });
  }

  it('[MP-1.19] is sent everything again when it could not keep all that came before it was open', () => {
    const all = rig();
    const socket = all.connected();
    const errors: unknown[] = [];
    all.client.on('error', (error) => errors.push(error));
    for (const id of ['m1', 'm2']) all.client.send('B', id, { id });
    socket.receive({ type: 'error', code: 'busy', message: 'fewer frames before the session is open' });
    socket.receive({ type: 'ack', id: 'm1' });
    all.clock.advance(1000);
    expect(idsOn(socket).slice(2)).toEqual(['m2']);
    expect(errors).toMatchObject([{ code: 'busy' }]);
  });

  it('is left alone for as long as it said last, also over a reconnect', () => {
    const all = rig();
    const socket = all.connected();
    all.client.send('B', 'hello', { id: 'm1' });
    all.client.send('B', 'hello', { id: 'm2' });
    socket.receive({ type: 'error', id: 'm1', code: 'busy', message: 'later', retryAfterMs: 40_000 });
    socket.receive({ type: 'error', id: 'm2', code: 'busy', message: 'later', retryAfterMs: 100 });
    const next = reconnect(all);
    expect(idsOn(next)).toEqual([]);
    all.clock.advance(9_999);
    expect(idsOn(next)).toEqual([]);
    all.clock.advance(1);
    expect(idsOn(next)).toEqual(['m1', 'm2']);
  });

  it('is asked again after a second when it did not say when, and never all the time', () => {
    const all = rig();
    const socket = all.connected();
    all.client.send('B', 'hello', { id: 'm1' });
    socket.receive({ type: 'error', id: 'm1', code: 'busy', message: 'later' });
    all.clock.advance(999);
    expect(idsOn(socket)).toHaveLength(1);
    all.clock.advance(1);
    expect(idsOn(socket)).toHaveLength(2);
    socket.receive({ type: 'error', id: 'm1', code: 'busy', message: 'later', retryAfterMs: 0 });
    all.clock.advance(99);
    expect(idsOn(socket)).toHaveLength(2);
  });

  it('is waited for without a timer when the client is closed', () => {
    const all = rig();
    const socket = all.connected();
    all.client.send('B', 'hello', { id: 'm1' });
    socket.receive({ type: 'error', id: 'm1', code: 'busy', message: 'later', retryAfterMs: 500 });
    all.client.close();
    expect(all.clock.running).toBe(0);
    all.clock.advance(500);
    expect(idsOn(all.connected())).toEqual(['m1']);
  });

  it('is waited for without a timer in the background', () => {
    const all = rig();
    const socket = all.connected();
    all.client.send('B', 'hello', { id: 'm1' });
    socket.receive({ type: 'error', id: 'm1', code: 'busy', message: 'later', retryAfterMs: 500 });
    all.platform.background();
    expect(all.clock.running).toBe(0);
    all.clock.advance(10_000);
    all.platform.foreground();
    all.clock.advance(0);
    expect(idsOn(socket)).toEqual(['m1', 'm1']);
  });
});

describe('the outbox', () => {
  it('outlives close(): who waits is rejected, the message goes out on the next connect()', async () => {
    const all = rig();
    const heard = heardBy(all);
    all.connected();
    const answer = failure(all.client.send('B', 'hello', { id: 'm1' }));
    all.client.close();
    expect(await answer).toMatchObject({ code: 'connection_lost', id: 'm1' });
    expect(all.clock.running).toBe(0);
    const socket = all.connected();
    expect(idsOn(socket)).toEqual(['m1']);
    socket.receive({ type: 'ack', id: 'm1' });
    expect(heard.sent).toMatchObject([{ id: 'm1' }]);
  });

  it('outlives the app: the next start sends it, and tells what came of it by events', () => {
    const storage = memoryStorage();
    const before = rig({ storage });
    before.client.send('B', '1', { id: 'm1' });
    before.client.send('B', '2', { id: 'm2' });
    const after = rig({ storage });
    const heard = heardBy(after);
    const socket = after.connected();
    expect(idsOn(socket)).toEqual(['m1', 'm2']);
    socket.receive({ type: 'ack', id: 'm1' });
    socket.receive({ type: 'error', id: 'm2', code: 'forbidden', message: 'blocked' });
    expect(heard).toMatchObject({
      sent: [{ id: 'm1', ack: { id: 'm1' } }],
      refused: [{ id: 'm2', toUserId: 'B', message: '2', error: { code: 'forbidden' } }],
    });
    expect(idsOn(rig({ storage }).connected())).toEqual([]);
  });

  it('is another one for each user, server and device', () => {
    const storage = memoryStorage();
    rig({ storage }).client.send('B', 'hello', { id: 'm1' });
    for (const other of [{ userId: 'C' }, { url: 'ws://elsewhere' }, { device: 'tablet' }]) {
      expect(idsOn(rig({ storage, ...other }).connected())).toEqual([]);
    }
    expect(idsOn(rig({ storage }).connected())).toEqual(['m1']);
  });

  it('keeps no ephemeral sends, no questions and no recalls', () => {
    const storage = memoryStorage();
    const before = rig({ storage });
    before.connected();
    const { client } = before;
    const sends = [client.send('B', 'now', { ephemeral: true }), client.history('B'), client.recall('x')];
    for (const send of sends) send.catch(() => {});
    expect(rig({ storage }).connected().frames).toEqual([]);
  });
});

describe('a broadcast', () => {
  it('is sent in order with the messages, and resolves with its ack', async () => {
    const all = rig();
    const heard = heardBy(all);
    all.client.send('B', 'first', { id: 'm1' });
    const answer = all.client.broadcast('good morning', { id: 'm2' });
    all.client.send('B', 'third', { id: 'm3' });
    const socket = all.connected();
    expect(socket.frames.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3']);
    expect(socket.frames[1]).toEqual({ type: 'broadcast', id: 'm2', message: 'good morning' });
    const ack = { type: 'ack', id: 'm2', messageId: 'b1', seq: 7, sentAt: 5 } as const;
    socket.receive(ack);
    expect(await answer).toEqual(ack);
    expect(heard.sent).toEqual([{ id: 'm2', ack }]);
  });

  it('is given an id of its own', () => {
    const all = rig();
    const socket = all.connected();
    all.client.broadcast('one');
    all.client.broadcast('two');
    expect(new Set(socket.frames.map(({ id }) => id)).size).toBe(2);
  });

  it('goes out again after a reconnect and a restart, under the same id', () => {
    const storage = memoryStorage();
    const before = rig({ storage });
    const first = before.connected();
    before.client.broadcast({ a: 1 }, { id: 'm1' });
    expect(reconnect(before).frames).toEqual(first.frames);
    expect(rig({ storage }).connected().frames).toEqual(first.frames);
  });

  it('that is refused for good is told with its content, and to nobody', async () => {
    const all = rig();
    const heard = heardBy(all);
    const socket = all.connected();
    const answer = failure(all.client.broadcast('hello', { id: 'm1' }));
    socket.receive({ type: 'error', id: 'm1', code: 'forbidden', message: 'not you' });
    const error = await answer;
    expect(error).toMatchObject({ code: 'forbidden', id: 'm1' });
    expect(heard.refused).toEqual([{ id: 'm1', message: 'hello', error }]);
  });
});
