import { expect, it } from 'vitest';
import { itMeanwhile } from '../support/meanwhile.js';
import { describeNode, type Node } from '../support/node-suite.js';
import { secondsFromNow, signToken, TOKEN_MODE, tokenOf } from '../support/tokens.js';
import { ANY_TRANSPORT } from '../support/transports.js';
import { WsClient } from '../support/ws-client.js';

/** The warning comes within a second, and the rest is for the new token; all that while, others of these tests wait too. */
const EXPIRING_S = 5;
const UNAUTHORIZED = { code: 4501, reason: 'unauthorized' };

/** A session of `userId` that shows its token in the address. */
async function openAs(node: Node, userId: string, query = '', roles: readonly string[] = []): Promise<WsClient> {
  return node.open(`${userId}?token=${await tokenOf(userId, { roles })}${query}`);
}

describeNode(
  'tokens',
  (node) => {
    it('[MP-1.19] takes a token from the address, from Authorization or as the first frame', async () => {
      const token = await tokenOf('A');
      expect(await (await node.open(`A?token=${token}`)).ask('ping')).toEqual({ type: 'pong' });
      const url = `${node.server.ws}/websocket/A`;
      const bearer = await WsClient.open(url, { headers: { authorization: `Bearer ${token}` } });
      expect(await bearer.ask('ping')).toEqual({ type: 'pong' });
      const later = await node.open('A?v=1');
      later.send({ type: 'token', token });
      expect(await later.next()).toMatchObject({ type: 'welcome', userId: 'A' });
    });

    it('[MP-1.19] handles what comes behind a token in order, once it is found good', async () => {
      const session = await node.open('A');
      session.send({ type: 'token', token: await tokenOf('A') });
      for (const id of ['1', '2', '3']) session.send({ id, toUserId: 'A', ephemeral: true, message: id });
      const frames = await session.nextOnes(6);
      expect(frames.filter(({ type }) => type === 'ack').map(({ id }) => id)).toEqual(['1', '2', '3']);
    });

    it('[MP-1.19] obeys nothing before, and delivers nothing', async () => {
      const waiting = await node.open('B');
      const a = await openAs(node, 'A');
      expect(await waiting.ask('ping')).toMatchObject({ type: 'error', code: 'forbidden' });
      expect(await waiting.ask({ toUserId: 'A', message: 'x' })).toMatchObject({ code: 'forbidden' });
      expect(await waiting.ask('hello everyone')).toMatchObject({ code: 'forbidden' });
      expect(await a.ask({ id: '1', toUserId: 'B', ephemeral: true, message: 'x' })).toMatchObject({
        code: 'not_found',
      });
      waiting.send({ type: 'token', token: await tokenOf('B') });
      expect(await waiting.ask('ping')).toEqual({ type: 'pong' });
    });

    itMeanwhile(
      '[MP-1.19] closes 4501 who brings a bad token, another user’s or none within 5 s, and nobody loses a place',
      async () => {
        const current = await openAs(node, 'C', '&v=1&device=phone');
        await current.next();
        const bad = [
          await tokenOf('D'),
          await tokenOf('C', { exp: secondsFromNow(-10) }),
          await signToken({ sub: 'C' }, 'another-secret-that-is-long-enough'),
          'garbage',
        ];
        for (const token of bad) {
          const session = await node.open(`C?v=1&device=phone&token=${token}`);
          session.send('ping');
          expect(await session.next()).toMatchObject({ type: 'error', code: 'unauthorized' });
          expect(await session.ended).toEqual(UNAUTHORIZED);
        }
        const silent = await node.open('C?v=1&device=phone');
        expect(await silent.ended).toEqual(UNAUTHORIZED);
        expect(await current.ask('ping')).toMatchObject({ type: 'pong' });
      },
    );

    it('[MP-1.3] knows no guests', async () => {
      expect(await node.refusal('')).toMatchObject({ status: 400 });
    });

    itMeanwhile('[MP-1.21] warns before a token runs out, renews it, and closes 4501 when it has run out', async () => {
      const [renewed, ending] = [
        await node.open(`E?token=${await tokenOf('E', { exp: secondsFromNow(EXPIRING_S) })}`),
        await node.open(`F?token=${await tokenOf('F', { exp: secondsFromNow(EXPIRING_S) })}`),
      ];
      for (const session of [renewed, ending]) {
        expect(await session.next()).toMatchObject({ type: 'error', code: 'token_expiring' });
      }
      renewed.send({ type: 'token', id: 't1', token: await tokenOf('E') });
      const ack = await renewed.next();
      expect(ack).toEqual({ type: 'ack', id: 't1', expiresAt: expect.any(Number) });
      expect(Number(ack.expiresAt)).toBeGreaterThan(Date.now() + 3_000_000);
      expect(await ending.next()).toMatchObject({ code: 'token_expired' });
      expect(await ending.ended).toEqual({ code: 4501, reason: 'token_expired' });
      expect(await renewed.ask('ping')).toEqual({ type: 'pong' });
    });

    it('[MP-1.21] closes 4501 whose new token is no good', async () => {
      const session = await openAs(node, 'A');
      session.send({ type: 'token', token: await tokenOf('B') });
      expect(await session.ended).toEqual(UNAUTHORIZED);
    });

    it('[MP-2.27] lets those broadcast whose token has the role', async () => {
      const [speaker, other] = [await openAs(node, 'A', '', ['broadcast']), await openAs(node, 'B', '', ['x'])];
      expect(await other.ask('hello')).toMatchObject({ type: 'error', code: 'forbidden' });
      speaker.send('hello');
      expect(await other.next()).toMatchObject({ type: 'broadcast', fromUserId: 'A' });
    });

    it('[MP-2.26] takes so many at once, then so many a second, and holds what follows', async () => {
      const session = await openAs(node, 'fast', '&v=1');
      await session.next();
      // Another one is allowed every 100 ms: those that are sent at once have to come at once.
      session.sendTogether(Array.from({ length: 12 }, (_, i) => ({ id: `m${i + 1}`, toUserId: 'B', message: 'x' })));
      const frames = await session.nextOnes(12);
      const refused = frames.filter(({ type }) => type === 'error');
      expect(refused.map(({ id, code }) => [id, code])).toEqual([
        ['m11', 'rate_limited'],
        ['m12', 'rate_limited'],
      ]);
      const waitMs = Number(refused[0]?.retryAfterMs);
      expect(waitMs).toBeGreaterThan(0);
      expect(await session.ask('ping')).toMatchObject({ type: 'pong' });
      await new Promise((resolve) => setTimeout(resolve, waitMs + 20));
      expect(await session.ask({ id: 'm12', toUserId: 'B', message: 'x' })).toMatchObject({ code: 'rate_limited' });
      for (const id of ['m11', 'm12']) {
        expect(await session.ask({ id, toUserId: 'B', message: 'x' })).toMatchObject({ type: 'ack', id });
      }
    });
  },
  { ...TOKEN_MODE, MINIM_FRAMES_PER_S: '10', MINIM_FRAMES_BURST: '10' },
  ANY_TRANSPORT,
);

describeNode(
  'limits of one address',
  (node) => {
    it('[MP-1.22] refuses with 429 and Retry-After more sessions than there may be, until one has gone', async () => {
      const sessions = [await openAs(node, 'A'), await openAs(node, 'B'), await openAs(node, 'C')];
      const { status, headers, body } = await node.refusal(`D?token=${await tokenOf('D')}`);
      expect(status).toBe(429);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(body).toMatchObject({ error: 'Too Many Requests', message: expect.stringContaining('3 sessions') });
      await sessions[0]?.leave();
      expect(await (await openAs(node, 'D')).ask('ping')).toEqual({ type: 'pong' });
    });

    it('[MP-1.22] refuses who has shown too many bad tokens', async () => {
      for (let i = 0; i < 3; i += 1) expect(await (await node.open('A?token=bad')).ended).toEqual(UNAUTHORIZED);
      expect(await node.refusal('A?token=bad')).toMatchObject({ status: 429 });
    });
  },
  {
    ...TOKEN_MODE,
    MINIM_SESSIONS_PER_ADDRESS: '3',
    MINIM_FAILED_LOGINS_PER_MINUTE: '3',
  },
);

describeNode(
  'handshakes',
  (node) => {
    const url = () => `${node.server.ws}/websocket/A`;
    // As from somewhere else, since so few may connect from one address.
    const openFrom = (headers: Record<string, string>) =>
      WsClient.open(url(), { headers, localAddress: '127.0.0.2' }).then(
        () => 'open',
        (error: unknown) => String(error),
      );

    it('[MP-1.22] refuses with 429 more new sessions a second than there may be', async () => {
      const url = `${node.server.ws}/websocket/A?token=${await tokenOf('A')}`;
      const since = performance.now();
      const answers = await Promise.all(
        Array.from({ length: 10 }, () =>
          WsClient.open(url).then(
            () => 'open',
            (error: unknown) => String(error),
          ),
        ),
      );
      const mostMore = Math.ceil((5 * (performance.now() - since)) / 1_000);
      const open = answers.filter((answer) => answer === 'open').length;
      expect(open).toBeGreaterThanOrEqual(5);
      expect(open).toBeLessThanOrEqual(5 + mostMore);
      expect(answers.filter((answer) => answer.includes('429'))).toHaveLength(10 - open);
    });

    it('[MP-1.20] refuses pages from elsewhere with 403, and takes ours, those named, and what is no browser', async () => {
      expect(await openFrom({ origin: 'https://evil.example' })).toContain('403');
      expect(await openFrom({ origin: 'https://shop.example.evil.example' })).toContain('403');
      expect(await openFrom({ origin: 'null' })).toContain('403');
      expect(await openFrom({ origin: 'https://shop.example' })).toBe('open');
      expect(await openFrom({ origin: `http://127.0.0.1:${node.server.port}` })).toBe('open');
      expect(await openFrom({})).toBe('open');
    });

    it('[MP-1.20] knows mini-programs by their app id', async () => {
      const referer = (appId: string) => ({ referer: `https://servicewechat.com/${appId}/devtools/page-frame.html` });
      expect(await openFrom(referer('wx0123456789abcdef'))).toBe('open');
      expect(await openFrom(referer('wxffffffffffffffff'))).toContain('403');
    });
  },
  {
    ...TOKEN_MODE,
    MINIM_ALLOWED_ORIGINS: 'https://shop.example, wx0123456789abcdef',
    MINIM_CONNECTS_PER_S_PER_ADDRESS: '5',
  },
);
