import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { KEYS } from '../support/api-node.js';
import { HOOK_SECRET, HookReceiver } from '../support/hook-receiver.js';
import { type RunningServer, startServerForTest } from '../support/server.js';
import { TOKEN_MODE, tokenOf } from '../support/tokens.js';

/** Of a message that is a text: refused, not answered, or changed. */
function say(message: unknown): unknown {
  if (message === 'bad') return { allow: false, reason: 'not here' };
  if (message === 'lost') return 'nonsense';
  return message === 'damn' ? { allow: true, message: 'd***' } : { allow: true };
}

describe('who is asked before a send', () => {
  let receiver: HookReceiver;
  let server: RunningServer;

  const asKey = (method: 'put' | 'post', path: string, body: object) =>
    request(server.url)[method](`/api/v1/${path}`).set('x-api-key', KEYS.shop).send(body);
  const asUser = async (userId: string, id: string, body: object) =>
    request(server.url)
      .put(`/api/v1/users/${userId}/outbox/${id}`)
      .set('authorization', `Bearer ${await tokenOf(userId)}`)
      .send(body);
  const history = async (userId: string, peerId: string): Promise<unknown[]> => {
    const path = `${server.url}/api/v1/users/${userId}/conversations/${peerId}/messages`;
    const { body } = await request(path).get('').set('x-api-key', KEYS.shop).expect(200);
    return body.items.map(({ message }: { readonly message: unknown }) => message).reverse();
  };

  beforeEach(async () => {
    receiver = await HookReceiver.start(({ event }, response) => void response.end(JSON.stringify(say(event.message))));
    server = await startServerForTest({
      env: {
        ...TOKEN_MODE,
        MINIM_API_KEYS: `shop:send+broadcast+read:${KEYS.shop}`,
        MINIM_BEFORE_SEND_URL: receiver.url,
        MINIM_HOOK_SECRET: HOOK_SECRET,
        MINIM_BEFORE_SEND_ON_FAILURE: 'refuse',
        // A busy machine may be late with an answer, and none means refused.
        MINIM_BEFORE_SEND_TIMEOUT_MS: '20000',
      },
    });
  });

  it('is asked about what users and API keys send over HTTP, and lets through, changes or refuses it', async () => {
    const declined = await asUser('A', '1', { toUserId: 'B', message: 'bad' });
    expect([declined.status, declined.body.code, declined.body.detail]).toEqual([403, 'forbidden', 'not here']);
    const changed = await asUser('A', '2', { toUserId: 'B', message: 'damn' });
    expect(changed.status).toBe(201);
    // A repeat is what the sender gave.
    const again = await asUser('A', '2', { toUserId: 'B', message: 'damn' });
    expect([again.status, again.body.messageId]).toEqual([200, changed.body.messageId]);
    expect((await asUser('A', '2', { toUserId: 'B', message: 'd***' })).status).toBe(409);
    expect((await asUser('A', '3', { toUserId: 'B', message: 'bad', ephemeral: true })).status).toBe(403);
    await asKey('put', 'messages/1', { toUserId: 'B', message: 'bad' }).expect(403);
    await asKey('put', 'broadcasts/1', { message: 'bad' }).expect(403);
    await asKey('put', 'rooms/lobby/messages/1', { fromUserId: 'A', message: 'damn' }).expect(201);
    expect((await asKey('put', 'messages/4', { toUserId: 'B', message: 'lost' }).expect(503)).body.code).toBe('busy');
    expect(await history('B', 'A')).toEqual(['d***']);
    expect(receiver.told.slice(-4).map(({ event }) => event)).toEqual([
      { fromUserId: '@shop', toUserId: 'B', message: 'bad' },
      { fromUserId: '@shop', broadcast: true, message: 'bad' },
      { fromUserId: 'A', room: 'lobby', message: 'damn' },
      { fromUserId: '@shop', toUserId: 'B', message: 'lost' },
    ]);
  });

  it('is asked about a batch, some of it at once, and its order stays; if one is busy none is stored', async () => {
    let open = 0;
    let most = 0;
    let first: (() => void) | undefined;
    receiver.answer = ({ event }, response) => {
      open += 1;
      most = Math.max(most, open);
      const answer = () => {
        open -= 1;
        response.end(JSON.stringify(say(event.message)));
      };
      // The first is answered behind the second, the others one by one as they come.
      if (receiver.told.length === 1) {
        first = answer;
        return;
      }
      setImmediate(() => {
        answer();
        first?.();
        first = undefined;
      });
    };
    const texts = Array.from({ length: 100 }, (_, n) => (n === 40 ? 'bad' : `${n}`));
    const items = texts.map((message, n) => ({ id: `b${n}`, fromUserId: 'A', toUserId: 'C', message }));
    const { body } = await asKey('post', 'messages/batch', { items }).expect(207);
    const statuses = body.items.map(({ status }: { readonly status: number }) => status);
    expect(statuses).toEqual(texts.map((message) => (message === 'bad' ? 403 : 201)));
    expect(body.items[40]).toMatchObject({ id: 'b40', problem: { code: 'forbidden', detail: 'not here' } });
    const page = texts.filter((message) => message !== 'bad').slice(-50);
    expect((await history('C', 'A')).slice(-50)).toEqual(page);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(16);

    const worse = ['good', 'bad', 'no spaces', 'lost', 'good'].map((message, n) => {
      return { id: `w${n}`, toUserId: message === 'no spaces' ? message : 'D', message };
    });
    const none = await asKey('post', 'messages/batch', { items: worse }).expect(207);
    const codes = none.body.items.map(({ problem }: { readonly problem: { code: string } }) => problem.code);
    expect(codes).toEqual(['busy', 'forbidden', 'bad_frame', 'busy', 'busy']);
    expect(await history('D', '@shop')).toEqual([]);
  });
});
