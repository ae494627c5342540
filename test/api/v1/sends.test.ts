import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../src/api/http-failure.js';
import { AskBefore } from '../../../src/api/v1/ask-before.js';
import { KeyRates } from '../../../src/api/v1/key-rates.js';
import type { MessageBody } from '../../../src/api/v1/send-dtos.js';
import { Sends } from '../../../src/api/v1/sends.js';
import { LocalBus } from '../../../src/bus/local/local-bus.js';
import { Cards } from '../../../src/messaging/cards.js';
import type { StoreWrite } from '../../../src/messaging/ports/store-writes.js';
import { SendEphemeral } from '../../../src/messaging/send-ephemeral.js';
import { SendMessage } from '../../../src/messaging/send-message.js';
import { WriteQueue } from '../../../src/messaging/write-queue.js';
import type { FrameId, UserId } from '../../../src/model/ids.js';
import { Refusal } from '../../../src/model/refusal.js';
import { MemoryStore } from '../../../src/store/memory/memory-store.js';

const SHOP = { name: 'shop', scopes: ['send' as const] };
const BODY: MessageBody = { toUserId: 'B' as UserId, message: 'hello' };

/** Over a store that takes so many writes at once. */
function rig(maxQueuedWrites: number) {
  const fail = (error: unknown) => expect.fail(String(error));
  const clock = { now: () => 1, monotonicMs: () => 1 };
  const store = new MemoryStore('e', { maxDevices: 3, maxQueuedWrites });
  const batches: number[] = [];
  const counting = {
    write: (batch: readonly StoreWrite[]) => {
      batches.push(batch.length);
      return store.write(batch);
    },
  };
  const cards = new Cards(store.read);
  const sends = new Sends({
    sendMessage: new SendMessage(new WriteQueue(counting, setImmediate, fail), new LocalBus(fail), clock, 1_000),
    sendEphemeral: new SendEphemeral({ deliver: () => undefined }, cards, clock, false),
    cards,
    attendance: { has: () => false },
    rates: new KeyRates({ take: () => true, fullAfterMs: () => 0 }, clock),
    read: store.read,
    clock,
    ask: new AskBefore(undefined),
  });
  const send = (id: string) => sends.message(sends.prepare(SHOP, id as FrameId, BODY));
  return { send, batches };
}

describe('Sends', () => {
  it('hands all that is sent in one turn to the store in one batch', async () => {
    const { send, batches } = rig(1_000);
    const answers = await Promise.all(['1', '2', '3'].map(send));
    expect(answers.map(({ status, body }) => [status, 'seq' in body && body.seq])).toEqual([
      [201, 1],
      [201, 2],
      [201, 3],
    ]);
    expect(batches).toEqual([3]);
  });

  it('says busy when the store is, and when to come again', async () => {
    const { send } = rig(0);
    const refused: unknown = await send('1').catch((error) => error);
    expect(refused).toMatchObject({ code: 'busy' });
    const { details, headers, ...failure } = failureOf(refused as Refusal);
    expect({ details, headers }).toEqual({
      details: { code: 'busy', retryAfterMs: 1_000 },
      headers: { 'retry-after': '1' },
    });
    expect(failure).toMatchObject({ status: 503 });
  });
});
