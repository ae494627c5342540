import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atEnd, itMeanwhile } from '../support/meanwhile.js';
import { type RunningServer, startServer, startServerForTest } from '../support/server.js';
import { type Frame, WsClient } from '../support/ws-client.js';

/** Longer than a user counts as online who has gone. */
const GONE_WITHIN_MS = 10_000;

async function openFull(server: RunningServer, userId: string): Promise<WsClient> {
  const session = await WsClient.open(`${server.ws}/websocket/${userId}?v=1`, { ignored: 'synced' });
  expect(await session.next()).toMatchObject({ type: 'welcome' });
  return session;
}

async function watch(session: WsClient, ...userIds: string[]): Promise<Frame[]> {
  expect(await session.ask({ type: 'watch', id: 'w', userIds })).toEqual({ type: 'ack', id: 'w' });
  return session.nextOnes(userIds.length);
}

const presence = (userId: string, online: boolean) => ({ type: 'presence', userId, online });

describe('presence', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => void (await server.stop()));
  let users = 0;
  const newUsers = () => {
    users += 1;
    return { a: `a${users}`, b: `b${users}`, c: `c${users}` };
  };

  itMeanwhile(
    '[MP-7.1] [MP-7.2] shows who comes at once, who goes after 5 s, and not who comes back before that',
    async () => {
      const { a, b, c } = newUsers();
      const watcher = await openFull(server, a);
      expect(await watch(watcher, b, c)).toEqual([presence(b, false), presence(c, false)]);
      const phone = await openFull(server, b);
      expect(await watcher.next()).toEqual(presence(b, true));
      const tablet = await WsClient.open(`${server.ws}/websocket/${b}`);
      const returning = await openFull(server, c);
      expect(await watcher.next()).toEqual(presence(c, true));
      // Who is gone first would be shown as gone first.
      await returning.leave();
      await phone.leave();
      const before = Date.now();
      await tablet.leave();
      const after = Date.now();
      await openFull(server, c);
      const { lastSeenAt, ...gone } = JSON.parse(await watcher.nextText({ withinMs: GONE_WITHIN_MS }));
      expect(gone).toEqual(presence(b, false));
      expect(lastSeenAt).toBeGreaterThanOrEqual(before);
      expect(lastSeenAt).toBeLessThanOrEqual(after + 1_000);
      expect(await watch(watcher, b, c)).toEqual([{ ...presence(b, false), lastSeenAt }, presence(c, true)]);
    },
  );

  it('[MP-7.1] ends with unwatch, and takes at most 200 users a session', async () => {
    const { a, b, c } = newUsers();
    const watcher = await openFull(server, a);
    await watch(watcher, b, c);
    expect(await watcher.ask({ type: 'unwatch', id: 'u', userIds: [b] })).toEqual({ type: 'ack', id: 'u' });
    await openFull(server, b);
    await openFull(server, c);
    expect(await watcher.next()).toEqual(presence(c, true));
    const many = Array.from({ length: 199 }, (_, i) => `many-${i}`);
    await watch(watcher, ...many);
    expect(await watcher.ask({ type: 'watch', id: 'w', userIds: [b] })).toMatchObject({ id: 'w', code: 'forbidden' });
    expect(await watcher.ask({ type: 'watch', id: 'w', userIds: [...many, b, a] })).toMatchObject({
      code: 'bad_frame',
    });
    watcher.send({ type: 'unwatch', userIds: [c] });
    expect(await watch(watcher, b)).toEqual([presence(b, true)]);
  });

  it('[MP-7.3] shows an invisible user, and one who blocks the watcher, as one who was never here', async () => {
    const { a, b, c } = newUsers();
    const [watcher, other] = [await openFull(server, a), await openFull(server, c)];
    const watched = await openFull(server, b);
    await watch(watcher, b);
    await watch(other, b);
    await watched.ask({ type: 'block', id: 'k', userId: a });
    expect(await watcher.next()).toEqual(presence(b, false));
    await watched.ask({ type: 'profile', id: 'p', invisible: true });
    expect(await other.next()).toEqual(presence(b, false));
    await watched.ask({ type: 'unblock', id: 'k', userId: a });
    expect(await watch(watcher, b)).toEqual([presence(b, false)]);
    await watched.ask({ type: 'profile', id: 'p', invisible: false });
    expect([await watcher.next(), await other.next()]).toEqual([presence(b, true), presence(b, true)]);
  });

  it('[MP-7.3] [MP-2.16] an ephemeral send does not show who is invisible, and finds only the user’s own sessions', async () => {
    const users = newUsers();
    const [a, b] = [await openFull(server, users.a), await openFull(server, users.b)];
    const attempt = { type: 'message', id: 'm', toUserId: users.b, message: 'x', ephemeral: true };
    await b.ask({ type: 'profile', id: 'p', invisible: true });
    const hidden = await a.ask(attempt);
    expect(hidden).toMatchObject({ type: 'error', id: 'm', code: 'not_found' });
    const gone = await a.ask({ ...attempt, toUserId: users.c });
    expect(gone).toEqual({ ...hidden, message: String(hidden.message).replace(`"${users.b}"`, `"${users.c}"`) });
    expect(await b.ask({ ...attempt, id: undefined, message: 'own' })).toMatchObject({ message: 'own' });
    await b.ask({ type: 'profile', id: 'p', invisible: false });
    expect(await a.ask(attempt)).toMatchObject({ type: 'ack', id: 'm', delivered: 1 });
    expect(await b.next()).toMatchObject({ type: 'message', fromUserId: users.a, message: 'x' });
  });
});

itMeanwhile('[MP-7.2] knows after a restart when those were last here who went with the node', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'minim-presence-'));
  atEnd(() => rmSync(directory, { recursive: true, force: true }));
  const env = { MINIM_DATA_DIR: directory };
  const first = await startServerForTest({ env });
  await openFull(first, 'B');
  const before = Date.now();
  await first.stop();
  const after = Date.now();
  const watcher = await openFull(await startServerForTest({ env }), 'A');
  const [seen] = await watch(watcher, 'B', 'C');
  expect(seen).toEqual({ ...presence('B', false), lastSeenAt: expect.any(Number) });
  expect(seen?.lastSeenAt).toBeGreaterThanOrEqual(before);
  expect(seen?.lastSeenAt).toBeLessThanOrEqual(after);
});
