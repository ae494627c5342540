import { describe, expect, it } from 'vitest';
import type { ReceiptFrame } from '../../src/protocol/frames.js';
import { PONG, type ScriptedSocket, WELCOME } from '../support/client-hosts.js';
import { type Rig, rig } from '../support/client-rig.js';

function receipt(peerId: string, marks: Omit<ReceiptFrame, 'type' | 'peerId'>): ReceiptFrame {
  return { type: 'receipt', peerId, ...marks };
}

function receiptsOf({ client }: Rig): ReceiptFrame[] {
  const told: ReceiptFrame[] = [];
  client.on('receipt', (value) => told.push(value));
  return told;
}

/** Every read mark that went out: the peer and the number. */
function readsOn(socket: ScriptedSocket): unknown[] {
  return socket.frames.filter(({ type }) => type === 'read').map(({ peerId, seq }) => [peerId, seq]);
}

/** Loses the connection and gets the next one. */
function reconnect({ clock, transport }: Rig): ScriptedSocket {
  transport.last.lose();
  clock.advance(30_000);
  transport.last.open();
  transport.last.receive(WELCOME);
  return transport.last;
}

describe('a receipt', () => {
  it('is told as it came', () => {
    const all = rig();
    const told = receiptsOf(all);
    const frames = [receipt('B', { delivered: 3, read: 2 }), receipt('C', { ownRead: 1 })];
    const socket = all.connected();
    for (const frame of frames) socket.receive(frame);
    expect(told).toEqual(frames);
  });

  it('is told only when something rose', () => {
    const all = rig();
    const told = receiptsOf(all);
    const socket = all.connected();
    const marks = [{ delivered: 3 }, { delivered: 3 }, { delivered: 2, read: 0 }, { delivered: 3, read: 1 }, {}];
    for (const mark of marks) socket.receive(receipt('B', mark));
    socket.receive(receipt('C', { delivered: 1 }));
    expect(told).toEqual([
      receipt('B', { delivered: 3 }),
      receipt('B', { delivered: 3, read: 1 }),
      receipt('C', { delivered: 1 }),
    ]);
  });

  it('is told once, also over a reconnect', () => {
    const all = rig();
    const told = receiptsOf(all);
    all.connected().receive(receipt('B', { read: 3 }));
    reconnect(all).receive(receipt('B', { read: 3 }));
    expect(told).toHaveLength(1);
  });
});

describe('a read mark', () => {
  it('goes out at once when connected', () => {
    const all = rig();
    const socket = all.connected();
    all.client.read('B', 7);
    expect(socket.frames).toEqual([{ type: 'read', peerId: 'B', seq: 7 }]);
  });

  it('never goes backwards, and not twice', () => {
    const all = rig();
    const socket = all.connected();
    for (const seq of [7, 7, 3, 8, 0, Number.NaN]) all.client.read('B', seq);
    all.client.read('C', 1);
    expect(readsOn(socket)).toEqual([
      ['B', 7],
      ['B', 8],
      ['C', 1],
    ]);
  });

  it('waits for the connection, where the highest of each peer goes out', () => {
    const all = rig();
    all.client.read('B', 1);
    all.client.read('C', 5);
    all.client.read('B', 2);
    expect(readsOn(all.connected())).toEqual([
      ['B', 2],
      ['C', 5],
    ]);
  });

  it('goes out again on every connection, until a pong shows that the server has it', () => {
    const all = rig();
    all.connected();
    all.client.read('B', 1);
    const second = reconnect(all);
    expect(readsOn(second)).toEqual([['B', 1]]);
    all.clock.advance(15_000);
    all.client.read('C', 1);
    second.receive(PONG);
    expect(readsOn(reconnect(all))).toEqual([['C', 1]]);
  });

  it('is not shown to be there by the pong of an earlier ping', () => {
    const all = rig();
    const socket = all.connected();
    all.platform.foreground();
    all.client.read('B', 1);
    all.platform.foreground();
    socket.receive(PONG);
    expect(readsOn(reconnect(all))).toEqual([['B', 1]]);
  });

  it('outlives close()', () => {
    const all = rig();
    all.connected();
    all.client.read('B', 1);
    all.client.close();
    expect(readsOn(all.connected())).toEqual([['B', 1]]);
  });

  it('that another device has set is not set again', () => {
    const all = rig();
    const told = receiptsOf(all);
    const socket = all.connected();
    socket.receive(receipt('B', { ownRead: 5 }));
    all.client.read('B', 4);
    all.client.read('B', 6);
    socket.receive(receipt('B', { ownRead: 6 }));
    expect(readsOn(socket)).toEqual([['B', 6]]);
    expect(told).toHaveLength(1);
  });
});
