import { describe, expect, it } from 'vitest';
import type { ScriptedSocket } from '../support/client-hosts.js';
import { type Rig, rig } from '../support/client-rig.js';

function toldBy({ client }: Rig): unknown[] {
  const told: unknown[] = [];
  client.on('presence', ({ userId, online, lastSeenAt }) => told.push([userId, online, lastSeenAt]));
  return told;
}

function reconnect({ clock, transport }: Rig): ScriptedSocket {
  transport.last.lose();
  clock.advance(30_000);
  transport.last.open();
  return transport.last;
}

describe('somebody who is watched', () => {
  it('[MP-7.1] is asked for once, and told of when anything changes', () => {
    const all = rig();
    const told = toldBy(all);
    all.client.watch(['B']);
    const socket = all.connected();
    all.client.watch(['B', 'C']);
    expect(socket.frames).toMatchObject([
      { type: 'watch', userIds: ['B'] },
      { type: 'watch', userIds: ['C'] },
    ]);
    socket.receive({ type: 'presence', userId: 'B', online: false, lastSeenAt: 5 });
    socket.receive({ type: 'presence', userId: 'B', online: true });
    socket.receive({ type: 'presence', userId: 'B', online: true });
    socket.receive({ type: 'presence', userId: 'X', online: true });
    expect(told).toEqual([
      ['B', false, 5],
      ['B', true, undefined],
    ]);
  });

  it('is asked for again after a reconnect, and told of only when it was otherwise before', () => {
    const all = rig();
    const told = toldBy(all);
    const first = all.connected();
    all.client.watch(['B', 'C']);
    for (const userId of ['B', 'C']) first.receive({ type: 'presence', userId, online: true });
    const second = reconnect(all);
    expect(second.frames).toMatchObject([{ type: 'watch', userIds: ['B', 'C'] }]);
    second.receive({ type: 'presence', userId: 'B', online: true });
    second.receive({ type: 'presence', userId: 'C', online: false, lastSeenAt: 9 });
    expect(told.slice(2)).toEqual([['C', false, 9]]);
  });

  it('is left alone after unwatch', () => {
    const all = rig();
    const told = toldBy(all);
    const socket = all.connected();
    all.client.watch(['B', 'C']);
    all.client.unwatch(['B']);
    expect(socket.frames.at(-1)).toEqual({ type: 'unwatch', userIds: ['B'] });
    socket.receive({ type: 'presence', userId: 'B', online: true });
    expect(told).toEqual([]);
    expect(reconnect(all).frames).toMatchObject([{ type: 'watch', userIds: ['C'] }]);
    all.client.unwatch(['C']);
    expect(reconnect(all).frames).toEqual([]);
  });

  it('[MP-2.26] is asked for again when the server had no time', () => {
    const all = rig();
    const errors: unknown[] = [];
    all.client.on('error', (error) => errors.push(error));
    const socket = all.connected();
    all.client.watch(['B']);
    const id = String(socket.frames[0]?.id);
    socket.receive({ type: 'error', id, code: 'rate_limited', message: 'later', retryAfterMs: 700 });
    all.clock.advance(700);
    expect(socket.frames.slice(1)).toMatchObject([{ type: 'watch', userIds: ['B'] }]);
    expect(errors).toEqual([]);
  });

  it('must be a user, and one of 200', () => {
    const { client, connected } = rig();
    const users = Array.from({ length: 200 }, (_, index) => `user-${index}`);
    expect(() => client.watch(['B', 'no spaces'])).toThrow(expect.objectContaining({ code: 'bad_argument' }));
    client.watch(users);
    client.watch(users);
    expect(() => client.watch(['B'])).toThrow(expect.objectContaining({ code: 'bad_argument' }));
    expect(connected().frames).toMatchObject([{ type: 'watch', userIds: users }]);
  });
});
