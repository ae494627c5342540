import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayCounts } from '../../src/gateway/gateway-counts.js';
import { Latencies } from '../../src/gateway/latencies.js';
import { Outflow } from '../../src/gateway/outflow.js';
import type { PublisherLimits } from '../../src/gateway/publisher.js';
import { Session } from '../../src/gateway/session.js';
import { systemClock } from '../../src/ops/system-clock.js';
import { CLOSE } from '../../src/protocol/codes.js';
import { PaperSocket } from '../support/paper-node.js';
import { runs, sequencesOf } from '../support/sequences.js';
import { plainSession } from '../support/session-identity.js';

/** Two sessions a shard, and a shard a turn. */
const LIMITS: PublisherLimits = { shardSessions: 2, turnDeliveries: 1, waitingDeliveries: 1_000 };

/** A node's way out, and what its sockets got. */
function rig(limits: Partial<PublisherLimits> = {}) {
  const sockets = new Set<PaperSocket>();
  const publish = (topic: string, text: string) => {
    for (const socket of sockets) if (socket.open && socket.topics.has(topic)) socket.send(text);
  };
  const counts = new GatewayCounts();
  const outflow = new Outflow(publish, 1_000_000, counts, new Latencies(systemClock), { ...LIMITS, ...limits });
  const open = (...topics: string[]) => {
    const socket = new PaperSocket();
    sockets.add(socket);
    const session = new Session(plainSession({}), socket, outflow);
    for (const topic of topics) session.subscribe(topic);
    return { session, read: () => socket.out.splice(0).flatMap((each) => ('text' in each ? [each.text] : [])) };
  };
  return { outflow, open, counts };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** How many of these have got something since they were last asked. */
const reached = (sessions: readonly { read(): string[] }[]) => sessions.filter(({ read }) => read().length > 0).length;

describe('what is published for a topic', () => {
  it('goes to all of one shard at the end of the turn', async () => {
    const { outflow, open } = rig();
    const few = [open('tea'), open('tea')];
    outflow.addFor('tea', '1');
    outflow.addFor('tea', '2');
    await turn();
    expect(few.map(({ read }) => read())).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
  });

  it('goes to many a shard a turn, with all that has come for it meanwhile', async () => {
    const { outflow, open } = rig();
    const many = Array.from({ length: 5 }, () => open('tea'));
    outflow.addFor('tea', '1');
    await turn();
    outflow.addFor('tea', '2');
    await turn();
    expect(many.map(({ read }) => read())).toEqual([['1'], ['1'], ['1', '2'], ['1', '2'], []]);
    await turn();
    await turn();
    expect(many.map(({ read }) => read())).toEqual([['2'], ['2'], [], [], ['1', '2']]);
  });

  it('keeps neither a small topic nor a session waiting for a large one', async () => {
    const { outflow, open } = rig();
    const many = Array.from({ length: 6 }, () => open('tea'));
    const other = open('coffee');
    outflow.addFor('tea', '1');
    outflow.addFor('coffee', '2');
    other.session.send('3');
    await turn();
    expect(other.read()).toEqual(['3', '2']);
    expect(reached(many)).toBe(2);
  });

  it('goes to two large topics in turns, however large one is', async () => {
    const { outflow, open } = rig();
    const larger = Array.from({ length: 20 }, () => open('tea'));
    const smaller = Array.from({ length: 4 }, () => open('coffee'));
    outflow.addFor('tea', '1');
    outflow.addFor('coffee', '1');
    for (let turns = 0; turns < 4; turns += 1) await turn();
    expect([reached(larger), reached(smaller)]).toEqual([4, 4]);
  });

  it('is at most as much behind as may wait, but for two texts for everyone', async () => {
    const { outflow, open } = rig({ waitingDeliveries: 10 });
    const many = Array.from({ length: 20 }, () => open('tea'));
    for (let text = 1; text <= 2; text += 1) outflow.addFor('tea', `${text}`);
    await turn();
    expect(reached(many)).toBe(2);
    for (let text = 3; text <= 5; text += 1) outflow.addFor('tea', `${text}`);
    await turn();
    // 96 were waiting, and 40 may.
    const left = many.map(({ read }) => read().length).reduce((sum, texts) => sum - texts, 96);
    expect(left).toBeLessThanOrEqual(40);
    expect(left).toBeGreaterThan(30);
  });

  it('counts as several deliveries if it is long, so that long ones do not fill the memory', async () => {
    const { outflow, open } = rig({ waitingDeliveries: 50 });
    const many = Array.from({ length: 4 }, () => open('tea'));
    outflow.addFor('tea', 'x'.repeat(4_096 * 40));
    await turn();
    expect(reached(many)).toBe(4);
  });

  it('is counted once, however many turns it takes', async () => {
    const { outflow, open, counts } = rig();
    for (let i = 0; i < 10; i += 1) open('tea');
    outflow.addFor('tea', '1');
    outflow.publish();
    expect(counts.published).toBe(1);
  });

  it('comes behind what the session was sent before it was added', async () => {
    const { outflow, open } = rig();
    const many = Array.from({ length: 4 }, () => open('tea'));
    outflow.addFor('tea', '1');
    await turn();
    for (const { session } of many) session.send('answer');
    outflow.addFor('tea', '2');
    for (let turns = 0; turns < 3; turns += 1) await turn();
    for (const { read } of many) {
      const texts = read();
      expect(texts.indexOf('answer')).toBeLessThan(texts.indexOf('2'));
    }
  });

  it('is sent at once to who subscribes again, and not to who closes before its turn', async () => {
    const { outflow, open } = rig();
    const many = Array.from({ length: 6 }, () => open('tea'));
    outflow.addFor('tea', '1');
    many[5]?.session.subscribe('tea');
    many[3]?.session.close(CLOSE.replaced);
    many[3]?.read();
    many[3]?.session.subscribe('tea');
    expect(many.map(({ read }) => read())).toEqual([[], [], [], [], ['1'], ['1']]);
    for (let turns = 0; turns < 3; turns += 1) await turn();
    expect(many.map(({ read }) => read())).toEqual([['1'], ['1'], ['1'], [], [], []]);
  });

  const step = fc.tuple(
    fc.constantFrom('add', 'add', 'add', 'subscribe', 'subscribe', 'unsubscribe', 'close', 'open', 'turn', 'settle'),
    fc.nat(1_000),
  );

  it.each([
    { shardSessions: 1, turnDeliveries: 1, waitingDeliveries: 1_000 },
    { shardSessions: 2, turnDeliveries: 3, waitingDeliveries: 10 },
    { shardSessions: 3, turnDeliveries: 1, waitingDeliveries: 0 },
  ])('reaches each session once and in order, from where it subscribed until it unsubscribes: %o', async (limits) => {
    await fc.assert(
      fc.asyncProperty(sequencesOf(step, 120), async (steps) => {
        const model = new Model(limits);
        for (const [what, at] of steps) await model.happen(what, at);
        model.end();
      }),
      runs(150),
    );
  });
});

const TOPICS = ['tea', 'coffee'] as const;
type Topic = (typeof TOPICS)[number];

/** One session, and the number of the text that has to be its next one of each topic it is subscribed to. */
class Reader {
  readonly next = new Map<Topic, number>();

  constructor(readonly opened: ReturnType<ReturnType<typeof rig>['open']>) {}

  read(): void {
    for (const text of this.opened.read()) {
      const { topic, number } = JSON.parse(text) as { topic: Topic; number: number };
      expect(number).toBe(this.next.get(topic));
      this.next.set(topic, number + 1);
    }
  }
}

class Model {
  private readonly node: ReturnType<typeof rig>;
  private readonly added = { tea: 0, coffee: 0 };
  private readers: Reader[] = [];

  constructor(limits: PublisherLimits) {
    this.node = rig(limits);
    for (let i = 0; i < 6; i += 1) this.readers.push(new Reader(this.node.open()));
  }

  async happen(what: string, at: number): Promise<void> {
    const topic = TOPICS[at % 2] ?? 'tea';
    const reader = this.readers[(at >> 1) % Math.max(1, this.readers.length)];
    if (what === 'turn') await turn();
    else if (what === 'add') this.add(topic);
    else if (what === 'settle') this.node.outflow.settle(topic);
    else if (what === 'open') this.readers.push(new Reader(this.node.open()));
    else if (reader !== undefined) this.act(what, reader, topic);
    for (const each of this.readers) each.read();
  }

  end(): void {
    this.node.outflow.publish();
    for (const reader of this.readers) {
      reader.read();
      for (const [topic, next] of reader.next) expect(next).toBe(this.added[topic]);
    }
  }

  private add(topic: Topic): void {
    this.node.outflow.addFor(topic, JSON.stringify({ topic, number: this.added[topic] }));
    this.added[topic] += 1;
  }

  private act(what: string, reader: Reader, topic: Topic): void {
    const { session } = reader.opened;
    if (what === 'close') {
      session.end();
      this.readers = this.readers.filter((each) => each !== reader);
    } else if (what === 'unsubscribe') {
      session.unsubscribe(topic);
      reader.next.delete(topic);
    } else {
      session.subscribe(topic);
      reader.read();
      // Nothing that was added before comes any more, neither to a new one nor to one that was there.
      if (reader.next.has(topic)) expect(reader.next.get(topic)).toBe(this.added[topic]);
      reader.next.set(topic, this.added[topic]);
    }
  }
}
