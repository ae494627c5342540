import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceId, UserId } from '../../src/model/ids.js';
import { paperNode, settled } from '../support/paper-node.js';
import { oneOfWeighted, runs, sequencesOf } from '../support/sequences.js';
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
    if (frame.type === 'toolong') return this.goOn(Number(frame.from), Number(frame.head));
    if (frame.type !== 'message') return;
    const cursor = Number(frame.cursor);
    // A full session never sees a number twice, and never one that is not the next.
    expect(cursor).toBe(this.cursor + 1);
    this.advance(cursor);
  }

  /** What is not kept any more is known to be lost, and so no hole. */
  private goOn(from: number, head: number): void {
    expect(from).toBe(this.cursor + 1);
    while (this.cursor < head) this.advance(this.cursor + 1);
  }

  private advance(cursor: number): void {
    this.cursor = cursor;
    this.got.push(cursor);
  }
}

const step = fc.tuple(
  oneOfWeighted({
    'from A': 6,
    'live from A': 4,
    'many from A': 1,
    'own with id': 4,
    'own without id': 2,
    'own elsewhere': 2,
    'to myself': 2,
    deliver: 10,
    repeat: 3,
    lose: 3,
    slow: 2,
    drain: 3,
    read: 3,
    confirm: 2,
    look: 1,
    settle: 4,
    busy: 1,
    free: 2,
    forget: 1,
    reconnect: 1,
    'reconnect by device': 1,
  }),
  fc.nat(20),
);

const plainStep = fc.tuple(
  oneOfWeighted({
    'from A': 4,
    'live from A': 6,
    'many from A': 1,
    own: 2,
    'own with id': 2,
    'to myself': 2,
    deliver: 4,
    lose: 2,
    answer: 4,
    settle: 4,
    tick: 4,
    slow: 1,
    drain: 2,
    forget: 1,
    reconnect: 2,
  }),
  fc.nat(20),
);

describe('sessions, as their clients see them', () => {
  it('[MP-3.4] [MP-3.5] [MP-3.8] a full session has everything once, in order and without holes, in any interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(sequencesOf(step, 60), async (steps) => {
        const node = paperNode();
        const sender = node.open({ id: 'sender', userId: A, device: 'a' as DeviceId, full: true });
        const tablet = node.open({ id: 'tablet', userId: B, device: 'tablet' as DeviceId, full: true });
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
          'many from A': (at) => {
            for (let i = 0; i < 90 + at; i += 1) send(sender, undefined, B);
          },
          'own elsewhere': (at) => send(tablet, at % 2 === 0 ? undefined : `i${ids++}`, A),
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
          free: () => {
            node.setBusy(false);
            node.passTime();
          },
          forget: (at) => node.store.removeSentBefore(2_000, 1 + at),
          reconnect: () => reconnect(client.cursor),
          'reconnect by device': async () => {
            await settled();
            const { devices, delivered, floor } = await node.store.read.user(B);
            const device = devices.find(({ deviceId }) => deviceId === 'phone');
            // Where the store was too busy to learn of this device, it begins as a new one does.
            const stored = device?.cursor ?? Math.max(delivered, floor);
            if (device !== undefined) expect(stored).toBeLessThanOrEqual(Math.max(confirmed, client.cursor));
            // A client without storage of its own starts over from there.
            client.cursor = stored;
            client.got.length = 0;
            for (let i = 1; i <= stored; i += 1) client.got.push(i);
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
        expect(client.synced).toBe(1);
        expect(node.errors).toEqual([]);
      }),
      runs(80),
    );
  });

  it('[MP-3.8] a plain session is shown everything that it has not confirmed, whoever confirms how much', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), sequencesOf(plainStep, 60), async (echo, steps) => {
        const node = paperNode();
        const sender = node.open({ id: 'sender', userId: A, device: 'a' as DeviceId, full: true });
        const shown = new Set<string>();
        let inSession = new Set<string>();
        let ids = 0;
        let own = node.open({ userId: B, echo });
        const read = () => {
          const { frames, ping } = own.socket.read();
          for (const { type, messageId, cursor } of frames) {
            if (type !== 'message') continue;
            expect(cursor).toBeUndefined();
            // What was not confirmed comes again, but to another session only.
            expect(inSession).not.toContain(String(messageId));
            inSession.add(String(messageId));
            shown.add(String(messageId));
          }
          return ping;
        };
        const actions: Record<string, (at: number) => unknown> = {
          'from A': () => node.send(sender.session, undefined, B),
          'live from A': async () => {
            node.send(sender.session, undefined, B);
            await node.deliverAll();
          },
          'many from A': (at) => {
            for (let i = 0; i < 15 + at; i += 1) node.send(sender.session, undefined, B);
          },
          forget: (at) => node.store.removeSentBefore(2_000, 1 + at),
          own: () => node.send(own.session, undefined, A),
          'own with id': () => node.send(own.session, `i${ids++}`, A),
          'to myself': (at) => node.send(own.session, at % 2 === 0 ? undefined : `i${ids++}`, B),
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
            inSession = new Set();
            own = node.open({ userId: B, echo });
          },
        };
        for (const [what, at] of steps) {
          await actions[what]?.(at);
          await Promise.resolve();
        }
        const answerAll = async () => {
          let ping: string | undefined;
          do {
            await settled();
            ping = read();
            if (ping !== undefined) own.session.inbox?.ponged(ping);
          } while (ping !== undefined);
        };
        const showRest = async () => {
          const answered = inSession;
          own.session.end();
          await settled();
          inSession = new Set();
          own = node.open({ userId: B, echo });
          await answerAll();
          expect([...inSession].filter((messageId) => answered.has(messageId))).toEqual([]);
        };
        actions.drain?.(0);
        await answerAll();
        await showRest();
        const page = await node.store.read.inbox({ userId: B, after: 0, now: 1, limit: 10_000, maxBytes: 10_000_000 });
        const isForUs = ({ toUserId }: { toUserId: UserId }) => echo || toUserId === B;
        const addressed = page.entries.filter(isForUs).map(({ messageId }) => messageId);
        expect([...shown].filter((messageId) => addressed.includes(messageId))).toEqual(addressed);
        // All of it was answered, so there is nothing left for the next session.
        await showRest();
        expect([...inSession]).toEqual([]);
        expect(node.errors).toEqual([]);
      }),
      runs(80),
    );
  });
});
