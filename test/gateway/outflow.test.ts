import { describe, expect, it } from 'vitest';
import { GatewayCounts } from '../../src/gateway/gateway-counts.js';
import { Latencies } from '../../src/gateway/latencies.js';
import { Outflow } from '../../src/gateway/outflow.js';
import { Session } from '../../src/gateway/session.js';
import type { SendResult, Socket } from '../../src/gateway/transport/transport.js';
import type { UserId } from '../../src/model/ids.js';
import { systemClock } from '../../src/ops/system-clock.js';
import { CLOSE } from '../../src/protocol/codes.js';
import { plainSession } from '../support/session-identity.js';

const BOUND = 1_000;

/** What happened on the wire, in order, of all sockets together. */
type Log = string[];

class LoggedSocket implements Socket<Session> {
  state: Session | undefined = undefined;
  open = true;
  bufferedBytes = 0;
  result: SendResult = 'sent';

  constructor(
    private readonly name: string,
    private readonly log: Log,
  ) {}

  send(text: string): SendResult {
    this.log.push(`${this.name}: ${text}`);
    return this.result;
  }
  cork(write: () => void): void {
    this.log.push(`${this.name}: (`);
    write();
    this.log.push(`${this.name}: )`);
  }
  close(code: number, reason: string): void {
    this.open = false;
    this.log.push(`${this.name}: close ${code} ${reason}`);
  }
  ping(): void {}
  subscribe(): void {}
  unsubscribe(): void {}
  terminate(): void {}
}

function rig() {
  const log: Log = [];
  const outflow = new Outflow(
    (topic, text) => log.push(`${topic}: ${text}`),
    BOUND,
    new GatewayCounts(),
    new Latencies(systemClock),
  );
  const open = (name: string) => {
    const socket = new LoggedSocket(name, log);
    const session = new Session(plainSession({ id: name, userId: name as UserId }), socket, outflow);
    return { socket, session };
  };
  return { log, outflow, open };
}

/** The end of this turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Outflow', () => {
  it('sends nothing before the end of the turn, then all that one socket has in one cork', async () => {
    const { log, open } = rig();
    const [a, b] = [open('a').session, open('b').session];
    a.send('1');
    b.send('2');
    a.send('3');
    a.send('4');
    expect(log).toEqual([]);
    await turn();
    expect(log).toEqual(['a: (', 'a: 1', 'a: 3', 'a: 4', 'a: )', 'b: 2']);
  });

  it('publishes behind it what is for topics, in the order in which it was added, each text once', async () => {
    const { log, outflow, open } = rig();
    const { session } = open('a');
    outflow.addFor('everyone', 'good morning');
    session.send('1');
    outflow.addFor('room:tea', 'tea?');
    outflow.addFor('everyone', 'good night');
    await turn();
    expect(log).toEqual(['a: 1', 'everyone: good morning', 'room:tea: tea?', 'everyone: good night']);
    await turn();
    expect(log).toHaveLength(4);
  });

  it('publishes at once when asked to, behind what its sessions were sent before', async () => {
    const { log, outflow, open } = rig();
    const { session } = open('a');
    session.send('welcome');
    outflow.addFor('everyone', 'good morning');
    outflow.publish();
    expect(log).toEqual(['a: welcome', 'everyone: good morning']);
    session.send('1');
    outflow.publish();
    expect(log).toHaveLength(2);
    outflow.addFor('everyone', 'good night');
    await turn();
    expect(log.slice(2)).toEqual(['a: 1', 'everyone: good night']);
  });

  it('closes who is too slow at the end of the turn, also when asked to publish before', async () => {
    const { log, outflow, open } = rig();
    const { socket, session } = open('a');
    Object.assign(socket, { result: 'buffered', bufferedBytes: BOUND + 1 });
    session.send('1');
    outflow.addFor('everyone', 'good morning');
    outflow.publish();
    expect(session.closing).toBe(false);
    await turn();
    expect(log.slice(0, 2)).toEqual(['a: 1', 'everyone: good morning']);
    expect(log.at(-1)).toBe('a: close 4408 slow');
  });

  it('leaves for the next turn what comes while it flushes', async () => {
    const { log, open } = rig();
    const [a, b] = [open('a'), open('b')];
    const send = a.socket.send.bind(a.socket);
    a.socket.send = (text) => {
      b.session.send(`answer to ${text}`);
      return send(text);
    };
    a.session.send('1');
    await turn();
    expect(log).toEqual(['a: 1']);
    await turn();
    expect(log).toEqual(['a: 1', 'b: answer to 1']);
  });

  it.each<[SendResult, number, boolean]>([
    ['sent', BOUND + 1, false],
    ['buffered', BOUND, false],
    ['buffered', BOUND + 1, true],
    ['dropped', BOUND + 1, true],
  ])('after a send that was %s with %i bytes waiting: closes as slow: %s', async (result, waiting, isClosed) => {
    const { log, open } = rig();
    const { socket, session } = open('a');
    Object.assign(socket, { result, bufferedBytes: waiting });
    session.send('1');
    await turn();
    expect(log.includes('a: close 4408 slow')).toBe(isClosed);
  });

  it('flushes what a session still has before it closes, and sends nothing after', async () => {
    const { log, open } = rig();
    const { session } = open('a');
    session.send('1');
    session.close(CLOSE.replaced);
    session.send('late');
    session.close(CLOSE.silent);
    await turn();
    expect(log).toEqual([
      'a: (',
      'a: 1',
      expect.stringContaining('"code":"replaced"'),
      'a: )',
      'a: close 4509 replaced',
    ]);
  });
});
