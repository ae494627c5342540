import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Draining } from '../../src/gateway/draining.js';
import { GatewayCounts } from '../../src/gateway/gateway-counts.js';
import { Latencies } from '../../src/gateway/latencies.js';
import { Outflow } from '../../src/gateway/outflow.js';
import { Session } from '../../src/gateway/session.js';
import { systemClock } from '../../src/ops/system-clock.js';
import { PaperSocket } from '../support/paper-node.js';
import { plainSession } from '../support/session-identity.js';

const log = { debug: () => {}, info: () => {}, warn: () => {} };

describe('draining', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function rig(answered: () => Promise<void>) {
    const publish = (topic: string, text: string) => {
      for (const socket of sockets) if (socket.open && socket.topics.has(topic)) socket.send(text);
    };
    const outflow = new Outflow(publish, 1_000_000, new GatewayCounts(), new Latencies(systemClock));
    const sockets: PaperSocket[] = [];
    const sessions: Session[] = [];
    const open = (full: boolean, isOpen: boolean) => {
      const socket = new PaperSocket();
      const session = new Session(plainSession({ full }), socket, outflow);
      if (isOpen) session.opened();
      sockets.push(socket);
      sessions.push(session);
      return socket;
    };
    const draining = new Draining({
      sessions: () => sessions,
      sockets: () => sockets.filter((socket) => socket.open).length,
      writes: { answered },
      outflow,
      spreadMs: 6_000,
      log,
    });
    return { draining, open, sessions, outflow };
  }

  it('[MP-6.4] closes after the answers to what was taken, which come behind the goaway', async () => {
    const done: { answer: () => void } = { answer: () => {} };
    const { draining, open } = rig(
      () =>
        new Promise((resolve) => {
          done.answer = resolve;
        }),
    );
    const socket = open(true, true);
    const over = draining.run();
    expect(draining.isUnderWay).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(socket.open).toBe(true);
    done.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(socket.open).toBe(false);
    expect(socket.read().frames).toEqual([{ type: 'goaway', retryAfterMs: 0 }]);
    await vi.advanceTimersByTimeAsync(500);
    await over;
  });

  it('publishes what is still to be published before it closes, however many sessions it is for', async () => {
    const { draining, open, sessions, outflow } = rig(() => Promise.resolve());
    const sockets = Array.from({ length: 2_000 }, () => open(false, true));
    for (const session of sessions) session.subscribe('everyone');
    outflow.addFor('everyone', '"good night"');
    const over = draining.run();
    await vi.advanceTimersByTimeAsync(500);
    await over;
    expect(sockets.filter((socket) => !socket.open && socket.read().frames.length === 1)).toHaveLength(2_000);
  });

  it('[MP-6.4] closes within 2 s though the store gives no answer', async () => {
    const { draining, open } = rig(() => new Promise(() => {}));
    const sockets = [open(true, true), open(false, true)];
    const over = draining.run();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sockets.map((socket) => socket.open)).toEqual([false, false]);
    await vi.advanceTimersByTimeAsync(500);
    await over;
  });

  it('[MP-1.17] says nothing to a full session that has no welcome yet, but closes it', async () => {
    const { draining, open } = rig(() => Promise.resolve());
    const [opening, full] = [open(true, false), open(true, true)];
    const over = draining.run();
    await vi.advanceTimersByTimeAsync(500);
    await over;
    expect(opening.read().frames).toEqual([]);
    expect(full.read().frames).toEqual([{ type: 'goaway', retryAfterMs: 0 }]);
    expect([opening.open, full.open]).toEqual([false, false]);
  });
});
