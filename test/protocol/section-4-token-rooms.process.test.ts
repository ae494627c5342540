import { expect, it } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { TOKEN_MODE, tokenOf } from '../support/tokens.js';
import type { WsClient } from '../support/ws-client.js';

describeNode(
  'rooms that tokens open',
  (node) => {
    async function open(userId: string, rooms: readonly string[]): Promise<WsClient> {
      const session = await node.open(`${userId}?v=1&token=${await tokenOf(userId, { rooms })}`);
      await session.next();
      return session;
    }

    it('[MP-4.4] opens only the rooms that match the token', async () => {
      const session = await open('A', ['team:*', 'lobby', '*-de-*']);
      for (const room of ['team:', 'team:1', 'lobby', 'x-de-y']) {
        expect(await session.ask({ type: 'join', room })).toMatchObject({ type: 'joined', room });
      }
      for (const room of ['team', 'lobby2', 'de', 'Team:1']) {
        for (const type of ['join', 'leave']) {
          expect(await session.ask({ type, id: '1', room })).toMatchObject({ id: '1', code: 'forbidden' });
        }
      }
    });

    it('[MP-1.21] [MP-4.4] a session is out of the rooms that its new token does not open', async () => {
      const [a, b] = [await open('A', ['*']), await open('B', ['*'])];
      await a.ask({ type: 'join', room: 'stays' });
      await b.ask({ type: 'join', room: 'closed' });
      await a.ask({ type: 'join', room: 'closed', list: true });
      expect(await a.next()).toMatchObject({ type: 'members' });
      expect(await b.next()).toMatchObject({ type: 'entered', userId: 'A' });
      const token = await tokenOf('A', { rooms: ['stays'] });
      expect(await a.ask({ type: 'token', id: 't', token })).toMatchObject({ type: 'ack', id: 't' });
      expect(await a.next()).toMatchObject({ type: 'left', room: 'closed', userId: 'A', count: 1 });
      expect(await b.next()).toMatchObject({ type: 'left', room: 'closed', userId: 'A', count: 1 });
      b.send({ room: 'closed', message: 'alone' });
      expect(await b.next()).toMatchObject({ message: 'alone' });
      expect(await a.ask({ type: 'message', id: '1', room: 'closed', message: 'x' })).toMatchObject({
        code: 'forbidden',
      });
      expect(await a.ask({ room: 'stays', message: 'here' })).toMatchObject({ room: 'stays', message: 'here' });
    });

    it('[MP-1.21] [MP-7.3] a new token says whether its user is to be seen', async () => {
      const [watcher, a] = [await open('W', []), await open('A', [])];
      const presence = { type: 'presence', userId: 'A' };
      expect(await watcher.ask({ type: 'watch', userIds: ['A'] })).toEqual({ ...presence, online: true });
      for (const invisible of [true, false]) {
        await a.ask({ type: 'token', token: await tokenOf('A', { invisible }) });
        expect(await watcher.next()).toEqual({ ...presence, online: !invisible });
      }
    });
  },
  { ...TOKEN_MODE, MINIM_ROOMS: 'token' },
);
