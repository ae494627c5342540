import { describe, expect, it } from 'vitest';
import { GatewayCounts } from '../../src/gateway/gateway-counts.js';
import { Heartbeats } from '../../src/gateway/heartbeats.js';
import { Latencies } from '../../src/gateway/latencies.js';
import { Outflow } from '../../src/gateway/outflow.js';
import { Session } from '../../src/gateway/session.js';
import { SessionPool } from '../../src/gateway/session-pool.js';
import type { SendResult, Socket } from '../../src/gateway/transport/transport.js';
import { systemClock } from '../../src/ops/system-clock.js';
import { plainSession } from '../support/session-identity.js';

/** A socket that writes down what is asked of it. */
class PaperSocket implements Socket<Session> {
  state: Session | undefined = undefined;
  open = true;
  bufferedBytes = 0;
  readonly log: string[] = [];

  send(text: string): SendResult {
    this.log.push(text);
    return 'sent';
  }
  cork(write: () => void): void {
    write();
  }
  ping(): void {
    this.log.push('(ping)');
  }
  subscribe(): void {}
  unsubscribe(): void {}
  close(code: number, reason: string): void {
    this.open = false;
    this.log.push(`(close ${code} ${reason})`);
  }
  terminate(): void {
    this.open = false;
  }
}

function rig({ idleTimeoutS = 60, serverHeartbeat = false } = {}) {
  const pool = new SessionPool<Session>();
  const outflow = new Outflow(() => {}, 1_000, new GatewayCounts(), new Latencies(systemClock));
  const heartbeats = new Heartbeats(pool, outflow, { now: () => 0 }, idleTimeoutS);
  const socket = new PaperSocket();
  const session = new Session(plainSession({ serverHeartbeat }), socket, outflow);
  session.onClosing = () => pool.remove(session);
  pool.add(session);
  const pass = (seconds: number) => {
    for (let i = 0; i < seconds; i += 1) {
      heartbeats.tick();
      session.flush();
    }
  };
  // The first tick sees that the session has just come.
  pass(1);
  return { pool, session, socket, pass };
}

describe('Heartbeats', () => {
  it('[MP-5.2] asks a silent session for a sign of life, then closes it 4408, and it leaves the pool', () => {
    const { pool, socket, pass } = rig();
    pass(29);
    expect(socket.log).toEqual([]);
    pass(1);
    expect(socket.log).toEqual(['(ping)']);
    pass(29);
    expect(pool.size).toBe(1);
    pass(1);
    expect(socket.log).toEqual([
      '(ping)',
      '{"type":"error","code":"silent","message":"nothing was heard from this client for too long"}',
      '(close 4408 silent)',
    ]);
    expect(pool.size).toBe(0);
  });

  it('[MP-5.2] lets anything received count', () => {
    const { session, socket, pass } = rig();
    for (let i = 0; i < 10; i += 1) {
      pass(31);
      session.heard = true;
    }
    expect(socket.log).toEqual(Array.from({ length: 10 }, () => '(ping)'));
  });

  it('[MP-1.7] sends a pong after 20 s without anything sent, to who asked for it', () => {
    const { session, socket, pass } = rig({ serverHeartbeat: true, idleTimeoutS: 900 });
    pass(19);
    expect(socket.log).toEqual([]);
    pass(1);
    expect(socket.log).toEqual(['{"type":"pong"}']);
    pass(10);
    session.send('something else');
    session.flush();
    pass(20);
    expect(socket.log).toEqual(['{"type":"pong"}', 'something else']);
    pass(1);
    expect(socket.log.at(-1)).toBe('{"type":"pong"}');
    const others = rig({ idleTimeoutS: 900 });
    others.pass(100);
    expect(others.socket.log).toEqual([]);
  });

  it('closes a session for which too much waits', () => {
    const { socket, pass } = rig();
    socket.bufferedBytes = 1_001;
    pass(1);
    expect(socket.log.at(-1)).toBe('(close 4408 slow)');
  });
});
