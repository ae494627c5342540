import { describe, expect, it } from 'vitest';
import { LocalBus } from '../../src/bus/local/local-bus.js';
import type { EphemeralSends } from '../../src/gateway/ephemeral-sends.js';
import { GatewayCounts } from '../../src/gateway/gateway-counts.js';
import { Latencies } from '../../src/gateway/latencies.js';
import { SendGate } from '../../src/gateway/limits/send-gate.js';
import { Outflow } from '../../src/gateway/outflow.js';
import { SendChecks } from '../../src/gateway/send-checks.js';
import { Session } from '../../src/gateway/session.js';
import { SessionSends } from '../../src/gateway/session-sends.js';
import { StoredSends } from '../../src/gateway/stored-sends.js';
import type { Socket } from '../../src/gateway/transport/transport.js';
import { AskFirst, CheckCounts } from '../../src/messaging/ask-first.js';
import type { CheckVerdict } from '../../src/messaging/ports/content-check.js';
import { SendMessage } from '../../src/messaging/send-message.js';
import { WriteQueue } from '../../src/messaging/write-queue.js';
import { contentJson } from '../../src/model/content.js';
import type { UserId } from '../../src/model/ids.js';
import { Refusal } from '../../src/model/refusal.js';
import { memoryStore } from '../support/in-process.js';
import { plainSession } from '../support/session-identity.js';

const B = 'B' as UserId;
const ALLOWED: CheckVerdict = { kind: 'allowed' };

/** A session whose checks are answered by hand, on a store that is busy when it is told to be. */
function rig(onFailure: 'allow' | 'refuse' = 'refuse') {
  const clock = { now: () => 1, monotonicMs: () => time };
  const store = memoryStore();
  const latencies = new Latencies(clock);
  const gate = new SendGate({ framesPerS: 0, framesBurst: 0, bytesPerS: 0 }, clock);
  const checks = new Map<string, (verdict: CheckVerdict) => void>();
  const troubles: string[] = [];
  const heard: string[] = [];
  let time = 1_000;
  let isBusy = false;
  const write: typeof store.write = async (batch) =>
    isBusy ? batch.map(() => ({ kind: 'busy' as const })) : store.write(batch);
  const writes = new WriteQueue({ write }, setImmediate, (error) => expect.fail(String(error)));
  const sendMessage = new SendMessage(writes, new LocalBus(() => undefined), clock, 0);
  const counts = new CheckCounts();
  const ask = new AskFirst({
    check: { check: ({ content }) => new Promise((resolve) => checks.set(JSON.parse(content), resolve)) },
    counts,
    onFailure,
    monotonicMs: clock.monotonicMs,
    onTrouble: (sentence) => troubles.push(sentence),
  });
  const sendChecks = new SendChecks({ ask, gate, counts, onError: (error) => expect.fail(String(error)) });
  const ephemeral = { message: () => undefined } as unknown as EphemeralSends;
  const sends = new SessionSends(new StoredSends(sendMessage, gate, latencies), ephemeral, sendChecks);
  class Paper extends Session {
    override send(text: string): void {
      const { type, id, code = type } = JSON.parse(text);
      heard.push(`${id} ${code}`);
    }
  }
  const socket = { bufferedBytes: 0, open: true } as Socket<Session>;
  const session = new Paper(plainSession(), socket, new Outflow(() => {}, 1, new GatewayCounts(), latencies));
  const settled = async () => {
    for (let i = 0; i < 4; i += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    counts,
    troubles,
    session,
    settled,
    news: () => heard.splice(0),
    pass: (ms: number) => {
      time += ms;
    },
    setBusy: (busy: boolean) => {
      isBusy = busy;
    },
    send: (...ids: string[]) => {
      for (const id of ids) {
        try {
          gate.pass(session, true, id, 100);
          sends.message({ type: 'message', id, message: id }, B, contentJson(id, false), session);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          session.refuse(error.code, error.message, { id });
        }
      }
    },
    answer: async (verdict: CheckVerdict, ...ids: string[]) => {
      for (const id of ids) checks.get(id)?.(verdict);
      await settled();
    },
    stored: async () => {
      const page = await store.read.inbox({ userId: B, after: 0, now: 0, limit: 1_000, maxBytes: 1_000_000 });
      return page.entries.map((entry) => ('content' in entry ? JSON.parse(entry.content) : ''));
    },
  };
}

describe('checks before a send', () => {
  it('hold up what came behind, and let the rest go on in order', async () => {
    const { send, answer, news, stored } = rig();
    send('a', 'b', 'c');
    await answer(ALLOWED, 'c', 'b');
    expect(news()).toEqual([]);
    await answer({ kind: 'refused', reason: 'no' }, 'a');
    expect(news()).toEqual(['a forbidden', 'b ack', 'c ack']);
    expect(await stored()).toEqual(['b', 'c']);
  });

  it('[MP-3.7] store nothing that waited behind a send for which the store was busy, until that comes again', async () => {
    const { send, answer, news, stored, setBusy, pass } = rig();
    send('a', 'b', 'c');
    setBusy(true);
    await answer(ALLOWED, 'a');
    setBusy(false);
    await answer(ALLOWED, 'b', 'c');
    expect(news()).toEqual(['a busy', 'b busy', 'c busy']);
    pass(5_000);
    send('b', 'a', 'b');
    await answer(ALLOWED, 'a', 'b');
    expect(news()).toEqual(['b busy', 'a ack', 'b ack']);
    expect(await stored()).toEqual(['a', 'b']);
  });

  it('refuse what is too much, let what came before it go on, and take up again where it was refused', async () => {
    const { send, answer, news, stored, counts, pass } = rig();
    const ids = Array.from({ length: 64 }, (_, i) => `m${i}`);
    send(...ids, 'late', 'later');
    expect(news()).toEqual(['late busy', 'later busy']);
    expect([counts.waiting, counts.tooMany]).toEqual([64, 1]);
    await answer(ALLOWED, ...ids);
    expect(news()).toEqual(ids.map((id) => `${id} ack`));
    pass(5_000);
    send('later', 'late');
    await answer(ALLOWED, 'late');
    expect(news()).toEqual(['later busy', 'late ack']);
    expect(await stored()).toEqual([...ids, 'late']);
    expect(counts.waiting).toBe(0);
  });

  it('begin again with the first that failed, though a later one had been refused before', async () => {
    const { send, answer, news, pass, stored } = rig('refuse');
    const ids = Array.from({ length: 64 }, (_, i) => `m${i}`);
    send(...ids, 'late');
    await answer({ kind: 'failed', because: 'it is away' }, 'm0');
    await answer(ALLOWED, ...ids.slice(1));
    expect(news()).toEqual(['late busy', ...ids.map((id) => `${id} busy`)]);
    pass(5_000);
    send('late', 'm0');
    await answer(ALLOWED, 'm0');
    expect(news()).toEqual(['late busy', 'm0 ack']);
    expect(await stored()).toEqual(['m0']);
  });

  it('that fail are told in the log once a minute', async () => {
    const { send, answer, troubles, pass, stored } = rig('allow');
    for (const id of ['a', 'b', 'c']) {
      send(id);
      await answer({ kind: 'failed', because: 'it is away' }, id);
      pass(40_000);
    }
    const sentence =
      'the check before a send failed: it is away; messages are sent unchecked (MINIM_BEFORE_SEND_ON_FAILURE)';
    expect(troubles).toEqual([sentence, sentence]);
    expect(await stored()).toEqual(['a', 'b', 'c']);
  });
});
