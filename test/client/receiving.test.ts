import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../mini-program-client/src/hosts/storage.js';
import type { DeliveredBroadcastFrame, DeliveredMessageFrame } from '../../src/protocol/frames.js';
import { PONG, type ScriptedSocket, WELCOME } from '../support/client-hosts.js';
import { type Rig, rig } from '../support/client-rig.js';

function message(cursor: number, more: Partial<DeliveredMessageFrame> = {}): DeliveredMessageFrame {
  const base = { type: 'message', fromUserId: 'B', toUserId: 'A', message: `m${cursor}`, sentAt: 1 } as const;
  return { ...base, cursor, seq: cursor, messageId: `id${cursor}`, ...more };
}

function broadcast(seq: number): DeliveredBroadcastFrame {
  return { type: 'broadcast', messageId: `b${seq}`, seq, fromUserId: 'B', message: 'all', sentAt: 1 };
}

/** The messages told, by what they say. */
function toldBy({ client }: Rig): unknown[] {
  const told: unknown[] = [];
  client.on('message', (heard) => told.push(heard.message));
  return told;
}

function confirmedOn(socket: ScriptedSocket): unknown[] {
  return socket.frames.filter(({ type }) => type === 'received').map(({ cursor }) => cursor);
}

const BASE = 'ws://localhost:3000/websocket/A?v=1&device=phone';

describe('the inbox', () => {
  it('is told once and in order', () => {
    const all = rig();
    const told = toldBy(all);
    const socket = all.connected();
    for (const cursor of [1, 1, 2, 1, 3]) socket.receive(message(cursor));
    expect(told).toEqual(['m1', 'm2', 'm3']);
  });

  it('is dialled without a cursor the first time, and with it from then on', () => {
    const all = rig();
    const socket = all.connected();
    expect(socket.url).toBe(BASE);
    socket.receive(message(1));
    socket.lose();
    all.clock.advance(1000);
    expect(all.transport.last.url).toBe(`${BASE}&cursor=1&epoch=e1&broadcast=0`);
  });

  it('reconnects on a gap, and tells what lies behind it only in its turn', () => {
    const all = rig();
    const told = toldBy(all);
    const first = all.connected();
    first.receive(message(1));
    first.receive(message(3));
    expect(first.closed).toBe(true);
    expect(all.client.state).toEqual({ phase: 'waiting', retryInMs: 500, because: 'gap' });
    all.clock.advance(500);
    const second = all.transport.last;
    expect(second.url).toBe(`${BASE}&cursor=1&epoch=e1&broadcast=0`);
    second.receive({ ...WELCOME, cursor: 1, head: 3 });
    second.receive(message(2));
    second.receive(message(3));
    expect(told).toEqual(['m1', 'm2', 'm3']);
  });

  it('reconnects at once on a gap when the connection had lived', () => {
    const all = rig();
    const socket = all.connected();
    all.clock.advance(10_000);
    socket.receive(message(2));
    expect(all.client.state.phase).toBe('connecting');
    expect(all.transport.alive).toHaveLength(1);
  });

  it('reconnects when two pongs show more than came', () => {
    const all = rig();
    const socket = all.connected();
    socket.receive({ ...PONG, head: 1 });
    expect(socket.closed).toBe(false);
    socket.receive({ ...PONG, head: 1 });
    expect(socket.closed).toBe(true);
  });

  it('lets the ack of the next number take its place: the own message does not come back', () => {
    const all = rig();
    const told = toldBy(all);
    const socket = all.connected();
    all.client.send('B', 'mine', { id: 'm1' });
    socket.receive({ type: 'ack', id: 'm1', cursor: 1, seq: 1 });
    socket.receive(message(2));
    expect(told).toEqual(['m2']);
  });

  it('tells an own message whose ack was early, once, in its turn', () => {
    const all = rig();
    const told = toldBy(all);
    const socket = all.connected();
    all.client.send('B', 'mine', { id: 'm1' });
    socket.receive({ type: 'ack', id: 'm1', cursor: 2, seq: 2 });
    socket.receive(message(1));
    const own = message(2, { fromUserId: 'A', toUserId: 'B', message: 'mine', id: 'm1' });
    socket.receive(own);
    socket.receive(own);
    expect(told).toEqual(['m1', 'mine']);
  });

  it('tells what has no number, each time it comes', () => {
    const all = rig();
    const told = toldBy(all);
    const socket = all.connected();
    const now = {
      type: 'message',
      ephemeral: true,
      fromUserId: 'B',
      toUserId: 'A',
      message: 'now',
      sentAt: 1,
    } as const;
    socket.receive(now);
    socket.receive(now);
    expect(told).toEqual(['now', 'now']);
    expect(all.clock.running).toBe(1);
  });

  it('tells of recalls, of being caught up, and of what the server does not keep', () => {
    const all = rig();
    const told: unknown[] = [];
    for (const name of ['recalled', 'synced', 'toolong'] as const) all.client.on(name, (value) => told.push(value));
    const socket = all.connected();
    const frames = [
      { type: 'recalled', messageId: 'x', cursor: 1, seq: 1, fromUserId: 'B', toUserId: 'A' },
      { type: 'synced', cursor: 1 },
      { type: 'toolong', from: 2, floor: 40, head: 50 },
    ] as const;
    for (const frame of frames) socket.receive(frame);
    expect(told).toEqual(frames);
    socket.receive({ type: 'toolong', from: 2, floor: 40, head: 60, room: 'r' });
    socket.receive(message(51));
    expect(told).toHaveLength(3);
    expect(socket.closed).toBe(false);
  });

  it('takes a frame that comes while another is told after it', () => {
    const all = rig();
    const told = toldBy(all);
    const socket = all.connected();
    all.client.on('message', (heard) => {
      if (heard.cursor === 1) socket.receive(message(2));
    });
    const later: unknown[] = [];
    all.client.on('message', (heard) => later.push(heard.message));
    socket.receive(message(1));
    expect([told, later]).toEqual([
      ['m1', 'm2'],
      ['m1', 'm2'],
    ]);
  });
});

describe('a cursor', () => {
  it('is kept when the listeners have run, not before', () => {
    const storage = memoryStorage();
    const all = rig({ storage });
    const seen: string[] = [];
    all.client.on('message', () => {
      const other = rig({ storage });
      other.client.connect();
      seen.push(other.transport.last.url);
    });
    all.connected().receive(message(1));
    expect(seen).toEqual([`${BASE}&cursor=0&epoch=e1&broadcast=0`]);
    const later = rig({ storage });
    later.client.connect();
    expect(later.transport.last.url).toBe(`${BASE}&cursor=1&epoch=e1&broadcast=0`);
  });

  it('is another one for each user, server and device', () => {
    const storage = memoryStorage();
    rig({ storage }).connected().receive(message(1));
    for (const other of [{ userId: 'C' }, { url: 'ws://elsewhere' }, { device: 'tablet' }]) {
      const { client, transport } = rig({ storage, ...other });
      client.connect();
      expect(transport.last.url).not.toContain('cursor');
    }
  });

  it('of an older epoch is claimed as such until the server says where to go on', () => {
    const all = rig();
    const first = all.connected();
    first.receive(message(1));
    first.lose();
    all.clock.advance(1000);
    const second = all.transport.last;
    second.receive({ ...WELCOME, epoch: 'e2', cursor: 1 });
    second.lose();
    all.clock.advance(2000);
    const third = all.transport.last;
    expect(third.url).toBe(`${BASE}&cursor=1&epoch=e1&broadcast=0`);
    third.receive({ ...WELCOME, epoch: 'e2', cursor: 1 });
    third.receive({ type: 'toolong', from: 1, floor: 0, head: 0 });
    third.lose();
    all.clock.advance(4000);
    expect(all.transport.last.url).toBe(`${BASE}&cursor=0&epoch=e2&broadcast=0`);
  });
});

describe('the broadcasts', () => {
  /** The numbers told. */
  function toldOf({ client }: Rig): unknown[] {
    const told: unknown[] = [];
    client.on('broadcast', ({ seq }) => told.push(seq));
    return told;
  }

  it('are told once and in order, and the next dial goes on behind them', () => {
    const all = rig();
    const told = toldOf(all);
    const socket = all.connected();
    for (const seq of [1, 1, 2, 1, 3]) socket.receive(broadcast(seq));
    expect(told).toEqual([1, 2, 3]);
    expect(confirmedOn(socket)).toEqual([]);
    socket.lose();
    all.clock.advance(500);
    expect(all.transport.last.url).toBe(`${BASE}&cursor=0&epoch=e1&broadcast=3`);
  });

  it('are kept with the cursor when the listeners have run', () => {
    const storage = memoryStorage();
    const all = rig({ storage });
    const urls: string[] = [];
    const dial = () => {
      const { client, transport } = rig({ storage });
      client.connect();
      urls.push(transport.last.url);
    };
    all.client.on('broadcast', dial);
    all.connected().receive(broadcast(1));
    dial();
    expect(urls).toEqual([0, 1].map((seq) => `${BASE}&cursor=0&epoch=e1&broadcast=${seq}`));
  });

  it('reconnect on a gap, and on two pongs that show more than came', () => {
    for (const frame of [broadcast(2), { ...PONG, broadcast: 1 }]) {
      const all = rig();
      const told = toldOf(all);
      const socket = all.connected();
      if (frame.type === 'pong') socket.receive(frame);
      socket.receive(frame);
      expect([socket.closed, told]).toEqual([true, []]);
    }
  });

  it('that are not kept any more are told as toolong, and the rest goes on', () => {
    const all = rig();
    const told = toldOf(all);
    const toolong: unknown[] = [];
    all.client.on('toolong', ({ from, head, broadcast: ofAll }) => toolong.push([from, head, ofAll]));
    all.connected().lose();
    all.clock.advance(500);
    const socket = all.transport.last;
    socket.receive({ ...WELCOME, broadcast: 300, broadcastFrom: 299 });
    for (const seq of [299, 300]) socket.receive(broadcast(seq));
    socket.receive({ type: 'toolong', from: 301, floor: 400, head: 500, broadcast: true });
    socket.receive(broadcast(501));
    expect(told).toEqual([299, 300, 501]);
    expect(toolong).toEqual([
      [1, 298, true],
      [301, 500, true],
    ]);
    expect(socket.closed).toBe(false);
  });
});

describe('confirming', () => {
  it('is done 200 ms after the first frame that is not confirmed, for all that came until then', () => {
    const all = rig();
    const socket = all.connected();
    socket.receive(message(1));
    all.clock.advance(150);
    socket.receive(message(2));
    all.clock.advance(49);
    expect(confirmedOn(socket)).toEqual([]);
    all.clock.advance(1);
    expect(confirmedOn(socket)).toEqual([2]);
    all.clock.advance(1000);
    expect(confirmedOn(socket)).toEqual([2]);
    expect(all.clock.running).toBe(1);
  });

  it('is done every 16 frames', () => {
    const all = rig();
    const socket = all.connected();
    for (let cursor = 1; cursor <= 33; cursor++) socket.receive(message(cursor));
    expect(confirmedOn(socket)).toEqual([16, 32]);
  });

  it('is done when the listeners have run', () => {
    const all = rig();
    const socket = all.connected();
    for (let cursor = 1; cursor < 16; cursor++) socket.receive(message(cursor));
    all.client.on('message', () => expect(confirmedOn(socket)).toEqual([]));
    socket.receive(message(16));
    expect(confirmedOn(socket)).toEqual([16]);
  });

  it('is done by a ping, for own sends too', () => {
    const all = rig();
    const socket = all.connected();
    socket.receive({ type: 'ack', id: 'm1', cursor: 1 });
    all.clock.advance(15_000);
    expect(socket.sent).toEqual(['{"type":"ping","cursor":1}']);
  });

  it('is done before the app goes to the background, and at once while it is there', () => {
    const all = rig();
    const socket = all.connected();
    socket.receive(message(1));
    all.platform.background();
    expect(confirmedOn(socket)).toEqual([1]);
    socket.receive(message(2));
    expect(confirmedOn(socket)).toEqual([1, 2]);
    expect(all.clock.running).toBe(0);
  });

  it('is done before close()', () => {
    const all = rig();
    const socket = all.connected();
    socket.receive(message(1));
    all.client.close();
    expect(confirmedOn(socket)).toEqual([1]);
    expect(all.clock.running).toBe(0);
  });

  it('is made up for on the next connection when the last one was lost before', () => {
    const all = rig();
    const socket = all.connected();
    socket.receive(message(1));
    socket.lose();
    all.clock.advance(500);
    const next = all.transport.last;
    next.receive({ ...WELCOME, cursor: 1, head: 1 });
    all.clock.advance(200);
    expect(confirmedOn(next)).toEqual([1]);
  });
});
