import { describe, expect, it } from 'vitest';
import { LocalBus } from '../../src/bus/local/local-bus.js';
import { GatewayCounts } from '../../src/gateway/gateway-counts.js';
import { Latencies } from '../../src/gateway/latencies.js';
import { SendGate } from '../../src/gateway/limits/send-gate.js';
import { Outflow } from '../../src/gateway/outflow.js';
import { Session } from '../../src/gateway/session.js';
import { StoredSends } from '../../src/gateway/stored-sends.js';
import type { Socket } from '../../src/gateway/transport/transport.js';
import type { StoreOutcome } from '../../src/messaging/ports/store-writes.js';
import { SendMessage } from '../../src/messaging/send-message.js';
import { WriteQueue } from '../../src/messaging/write-queue.js';
import { contentJson } from '../../src/model/content.js';
import type { UserId } from '../../src/model/ids.js';
import { Refusal } from '../../src/model/refusal.js';
import { plainSession } from '../support/session-identity.js';

const A = 'A' as UserId;
const STORED: StoreOutcome = {
  kind: 'stored',
  messageId: 'e-1',
  seq: 1,
  sentAt: 1,
  cursor: 1,
  recipientCursor: 1,
  duplicate: false,
};

/** A store that answers as it is told. */
function rig() {
  let outcome: StoreOutcome | Error = STORED;
  let time = 1_000;
  const errors: unknown[] = [];
  const sent: string[] = [];
  const clock = { now: () => 1, monotonicMs: () => time };
  const store = {
    write: async (batch: readonly unknown[]) => {
      if (outcome instanceof Error) throw outcome;
      const answer = outcome;
      return batch.map(() => answer);
    },
  };
  const writes = new WriteQueue(store, queueMicrotask, (error) => void errors.push(error));
  const gate = new SendGate({ framesPerS: 0, framesBurst: 0, bytesPerS: 0 }, clock);
  const latencies = new Latencies(clock);
  const sends = new StoredSends(new SendMessage(writes, new LocalBus(() => {}), clock, 1_000), gate, latencies);
  const socket = { bufferedBytes: 0, open: true } as Socket<Session>;
  class Paper extends Session {
    override send(text: string): void {
      sent.push(text);
    }
  }
  const session = new Paper(plainSession(), socket, new Outflow(() => {}, 1, new GatewayCounts(), latencies));
  return {
    errors,
    sent,
    answerWith: (next: StoreOutcome | Error) => {
      outcome = next;
    },
    pass: (ms: number) => {
      time += ms;
    },
    send: async (id: string) => {
      gate.pass(session, true, id, 100);
      sends.message({ type: 'message', id, message: 'x' }, A, contentJson('x', false), session);
      await new Promise((resolve) => setImmediate(resolve));
      return JSON.parse(sent.pop() ?? 'null') as Record<string, unknown> | null;
    },
  };
}

describe('StoredSends', () => {
  it('[MP-3.7] refuses every send of the session after busy, until retryAfterMs is over', async () => {
    const { answerWith, pass, send } = rig();
    answerWith({ kind: 'busy' });
    const busy = await send('m1');
    expect(busy).toMatchObject({ type: 'error', id: 'm1', code: 'busy', retryAfterMs: 500 });
    answerWith(STORED);
    pass(400);
    const held = await send('m2').catch((error: unknown) => error);
    expect(held).toBeInstanceOf(Refusal);
    expect(held).toMatchObject({ code: 'busy', retryAfterMs: 100 });
    pass(100);
    expect(await send('m1')).toMatchObject({ type: 'ack', id: 'm1' });
  });

  it('[MP-3.7] lets nothing overtake the first that was refused, unless that does not come again', async () => {
    const { answerWith, pass, send } = rig();
    answerWith({ kind: 'busy' });
    await send('m1');
    answerWith(STORED);
    pass(500);
    // It was sent before the client heard of the refusal.
    expect(await send('m2').catch((error: unknown) => error)).toMatchObject({ code: 'busy', retryAfterMs: 500 });
    expect(await send('m1')).toMatchObject({ type: 'ack', id: 'm1' });
    expect(await send('m2')).toMatchObject({ type: 'ack', id: 'm2' });
    answerWith({ kind: 'busy' });
    await send('m3');
    answerWith(STORED);
    pass(500 + 30_000);
    expect(await send('m4')).toMatchObject({ type: 'ack', id: 'm4' });
  });

  it('[MP-3.7] says busy, and tells the log, when the store fails altogether', async () => {
    const { answerWith, errors, send } = rig();
    const fault = new Error('closed');
    answerWith(fault);
    expect(await send('m1')).toMatchObject({ code: 'busy' });
    expect(errors).toEqual([fault]);
  });
});
