import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceId, UserId } from '../../src/model/ids.js';
import { paperNode, settled } from '../support/paper-node.js';
import type { Frame } from '../support/ws-client.js';

const A = 'A' as UserId;
const B = 'B' as UserId;
const NOBODY = { cursor: undefined, epoch: undefined, broadcast: undefined };

/** A client of user B as PROTOCOL.md wants it: what it has, and what it was shown. */
class ModelClient {
  cursor = 0;
  /** Inbox numbers, in the order in which they came to be known. */
  readonly got: number[] = [];
  synced = 0;

  take(frame: Frame): void {
    if (frame.type === 'synced') this.synced += 1;
    if (frame.type === 'ack' && frame.cursor === this.cursor + 1) return this.advance(Number(frame.cursor));
    if (frame.type !== 'message') return;
    const cursor = Number(frame.cursor);
    // A full session never sees a number twice, and never one that is not the next.
    expect(cursor).toBe(this.cursor + 1);
    this.advance(cursor);
  }

  private advance(cursor: number): void {
    this.cursor = cursor;
    this.got.push(cursor);
  }
}

const step = fc.tuple(
  fc.constantFrom(
    'from A',
    'live from A',
    'own with id',
    'own without id',
    'to myself',
    'deliver',
    'deliver',
    'repeat',
    'lose',
    'slow',
    'drain',
    'read',
    'confirm',
    'look',
    'settle',
    'busy',
    'free',
    'reconnect',
    'reconnect by device',
  ),
  fc.nat(20),
);

describe('sessions, as their clients see them', () => {
  it('[MP-3.4] [MP-3.5] [MP-3.8] a full session has everything once, in order and without holes, in any interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const node = paperNode();
        const sender = node.open({ id: 'sender', userId: A, device: 'a' as DeviceId, full: true });
        const client = new ModelClient();
        let confirmed = 0;
        let ids = 0;
        const connect = (cursor: number | undefined) => {
          client.synced = 0;
          const identity = { userId: B, device: 'phone' as DeviceId, full: true };
          return node.open({ ...identity, id: `s${ids++}`, claim: { ...NOBODY, cursor } });
        };
        let own = connect(0);
        const read = () => {
          for (const frame of own.socket.read().frames) client.take(frame);
        };
        const send = (session: typeof own, id: string | undefined, to: UserId) => {
          try {
            node.send(session.session, id, to);
          } catch {
            // It was busy; this client gives it up.
          }
        };
        const reconnect = async (cursor: number | undefined) => {
          own.session.end();
          // What was on its way to the old session is gone.
          own.socket.out.length = 0;
          await settled();
          own = connect(cursor);
        };
        const actions: Record<string, (at: number) => unknown> = {
          'from A': () => send(sender, undefined, B),
          'live from A': async () => {
            send(sender, undefined, B);
            await node.deliverAll();
          },
          'own with id': () => send(own, `i${ids++}`, A),
          'own without id': () => send(own, undefined, A),
          'to myself': (at) => send(own, at % 2 === 0 ? undefined : `i${ids++}`, B),
          deliver: (at) => node.bus.deliver(at),
          repeat: (at) => node.bus.repeat(at),
          lose: () => node.bus.held.shift(),
          slow: () => {
            own.socket.isSlow = true;
          },
          drain: () => {
            own.socket.isSlow = false;
            own.session.inbox?.drained();
          },
          read,
          confirm: () => {
            read();
            if (own.session.inbox?.confirm(client.cursor)) confirmed = client.cursor;
          },
          look: () => own.session.inbox?.look(),
          settle: settled,
          busy: () => node.setBusy(true),
          free: () => node.setBusy(false),
          reconnect: () => reconnect(client.cursor),
          'reconnect by device': async () => {
            await settled();
            const { devices } = await node.store.read.user(B);
            const stored = devices.find(({ deviceId }) => deviceId === 'phone')?.cursor ?? 0;
            expect(stored).toBeLessThanOrEqual(Math.max(confirmed, client.cursor));
            // A client without storage of its own starts over from there.
            client.cursor = stored;
            client.got.length = stored;
            await reconnect(undefined);
          },
        };
        for (const [what, at] of steps) {
          await actions[what]?.(at);
          await Promise.resolve();
        }
        node.setBusy(false);
        await settled();
        actions.drain?.(0);
        await settled();
        own.session.inbox?.look();
        await settled();
        read();
        const { head } = await node.store.read.user(B);
        expect(client.got).toEqual(Array.from({ length: head }, (_each, i) => i + 1));
        expect(client.synced).toBeLessThanOrEqual(1);
        expect(node.errors).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('[MP-3.8] a plain session is shown everything that it has not confirmed, whoever confirms how much', async () => {
    const plainStep = fc.tuple(
      fc.constantFrom(
        'from A',
        'live from A',
        'live from A',
        'own',
        'deliver',
        'lose',
        'answer',
        'settle',
        'tick',
        'slow',
        'drain',
        'reconnect',
      ),
      fc.nat(20),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(plainStep, { maxLength: 60 }), async (steps) => {
        const node = paperNode();
        const sender = node.open({ id: 'sender', userId: A, device: 'a' as DeviceId, full: true });
        const shown = new Map<string, number>();
        let own = node.open({ userId: B });
        const read = () => {
          const { frames, ping } = own.socket.read();
          for (const { type, messageId, seq, cursor } of frames) {
            expect(cursor).toBeUndefined();
            if (type === 'message') shown.set(String(messageId), Number(seq));
          }
          return ping;
        };
        const actions: Record<string, (at: number) => unknown> = {
          'from A': () => node.send(sender.session, undefined, B),
          'live from A': async () => {
            node.send(sender.session, undefined, B);
            await node.deliverAll();
          },
          own: () => node.send(own.session, undefined, A),
          deliver: (at) => node.bus.deliver(at),
          lose: () => node.bus.held.shift(),
          answer: () => {
            const ping = read();
            if (ping !== undefined) own.session.inbox?.ponged(ping);
          },
          settle: settled,
          tick: () => own.session.inbox?.tick(),
          slow: () => {
            own.socket.isSlow = true;
          },
          drain: () => {
            own.socket.isSlow = false;
            own.session.inbox?.drained();
          },
          reconnect: async () => {
            own.session.end();
            // What nobody read is lost with the connection.
            own.socket.out.length = 0;
            await settled();
            own = node.open({ userId: B });
          },
        };
        for (const [what, at] of steps) {
          await actions[what]?.(at);
          await Promise.resolve();
        }
        own.session.end();
        await settled();
        own = node.open({ userId: B });
        for (let i = 0; i < 20; i += 1) {
          await settled();
          const ping = read();
          if (ping !== undefined) own.session.inbox?.ponged(ping);
        }
        const page = await node.store.read.inbox({ userId: B, after: 0, now: 1, limit: 1_000, maxBytes: 1_000_000 });
        const addressed = page.entries.filter(({ toUserId }) => toUserId === B).map(({ messageId }) => messageId);
        expect([...shown.keys()].sort()).toEqual([...addressed].sort());
        expect(node.errors).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
