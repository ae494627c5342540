import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientOptions } from 'ws';
import { itMeanwhile } from '../support/meanwhile.js';
import { handshake, RawSocket } from '../support/raw-socket.js';
import { type RunningServer, startServer, startServerForTest } from '../support/server.js';
import { TOKEN_MODE, tokenOf } from '../support/tokens.js';
import { WsClient } from '../support/ws-client.js';

/** Another address of this machine: what one address did, must not shut this one out. */
const ELSEWHERE = { localAddress: '127.0.0.2' };
const SESSIONS = 200;

describe.each(['uws', 'ws'])('one address (%s)', (transport) => {
  it(`[MP-1.22] that opens sessions without end gets ${SESSIONS}, then 429; others get in all the while`, async () => {
    const server = await startServerForTest({
      env: { MINIM_TRANSPORT: transport, MINIM_SESSIONS_PER_ADDRESS: String(SESSIONS) },
    });
    const sessions: RawSocket[] = [];
    for (let i = 0; i < SESSIONS; i += 1) sessions.push(await RawSocket.upgraded(server.port, `/websocket/u${i}`));
    for (let i = 0; i < 300; i += 1) {
      const lines = [`X-Forwarded-For: 10.0.${i % 256}.1`, `X-Real-IP: 10.0.0.${i % 256}`, 'Forwarded: for=10.1.1.1'];
      const answer = await RawSocket.ask(server.port, handshake('/websocket/more', { extraLines: lines }));
      expect([answer.status, answer.headers['retry-after']]).toEqual([429, '5']);
    }
    const other = await WsClient.open(`${server.ws}/websocket/other`, ELSEWHERE);
    expect(await other.ask('ping')).toEqual({ type: 'pong' });
    sessions.pop()?.destroy();
    await expect
      .poll(() =>
        WsClient.open(`${server.ws}/websocket/next`).then(
          () => 'in',
          () => 'refused',
        ),
      )
      .toBe('in');
  });
});

describe.each(['uws', 'ws'])('one address (%s), where tokens are asked for', (transport) => {
  let server: RunningServer;

  beforeAll(async () => {
    const limits = { MINIM_CONNECTS_PER_S_PER_ADDRESS: '20', MINIM_FAILED_LOGINS_PER_MINUTE: '5' };
    server = await startServer({ env: { MINIM_TRANSPORT: transport, ...TOKEN_MODE, ...limits } });
  });

  afterAll(() => server.stop());

  it('[MP-1.22] that connects too fast gets 429 and how long to wait, and then gets in', async () => {
    const answers = await Promise.all(
      // So many that they are too fast also where they take seconds.
      Array.from({ length: 200 }, async (_, i) => connectOnce(server.port, await withToken(`u${i}`))),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers } of refused) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    const other = await WsClient.open(`${server.ws}${await withToken('other')}`, ELSEWHERE);
    expect(await other.ask('ping')).toEqual({ type: 'pong' });
    await after(1_000 * Number(refused[0]?.headers['retry-after']));
    expect((await connectOnce(server.port, await withToken('u'))).status).toBe(101);
  });

  it('[MP-1.22] that shows bad tokens gets 429, in an address, a header or a frame, and a good one gets nowhere then', async () => {
    const url = `${server.ws}/websocket/alice`;
    const token = await tokenOf('alice');
    const ways: readonly ((from: ClientOptions) => Promise<WsClient>)[] = [
      (from) => WsClient.open(`${url}?token=a.b.c`, from),
      (from) => WsClient.open(`${url}?ticket=nobody-gave-it`, from),
      (from) => WsClient.open(url, { ...from, headers: { authorization: 'Bearer a.b.c' } }),
      async (from) => {
        const session = await WsClient.open(url, from);
        session.send({ type: 'token', token: 'a.b.c' });
        return session;
      },
    ];
    for (const [index, way] of ways.entries()) {
      const from = { localAddress: `127.0.1.${index + 1}` };
      for (let i = 0; i < 5; i += 1) expect(await (await way(from)).ended).toMatchObject({ code: 4501 });
      await expect(way(from)).rejects.toThrow(/got 429/);
      await expect(WsClient.open(`${url}?token=${token}`, from)).rejects.toThrow(/got 429/);
      const other = await WsClient.open(`${url}?token=${token}`, ELSEWHERE);
      expect(await other.ask('ping')).toEqual({ type: 'pong' });
    }
  });
});

itMeanwhile(
  '[MP-2.26] a user who sends too fast is told so, gets pongs, and is closed 4429 after 10 s of not listening; another notices nothing',
  async () => {
    const server = await startServerForTest({ env: { MINIM_FRAMES_PER_S: '20', MINIM_FRAMES_BURST: '60' } });
    const [noisy, quiet] = [
      await WsClient.open(`${server.ws}/websocket/noisy`),
      await WsClient.open(`${server.ws}/websocket/quiet`),
    ];
    const until = performance.now() + 20_000;
    const words = new Set<unknown>();
    const reading = (async () => {
      for (let frame = await noisy.nextUnlessClosed(); frame; frame = await noisy.nextUnlessClosed()) {
        words.add(frame.type === 'error' ? frame.code : frame.type);
        if (frame.code === 'rate_limited') expect(frame.retryAfterMs).toBeGreaterThan(0);
      }
      return noisy.ended;
    })();
    let isOver = false;
    void noisy.ended.then(() => {
      isOver = true;
    });
    while (!isOver && performance.now() < until) {
      for (let i = 0; i < 20; i += 1) noisy.send({ toUserId: 'quiet', ephemeral: true, message: 'now!' });
      noisy.send('ping');
      expect(await pongAfterMessages(quiet)).toBe(true);
      await after(50);
    }
    expect(await reading).toEqual({ code: 4429, reason: 'too_fast' });
    expect([...words].sort()).toEqual(['pong', 'rate_limited', 'too_fast']);
  },
);

async function pongAfterMessages(session: WsClient): Promise<boolean> {
  session.send('ping');
  for (;;) {
    const { type } = await session.next();
    if (type !== 'message') return type === 'pong';
  }
}

async function withToken(userId: string): Promise<string> {
  return `/websocket/${userId}?token=${await tokenOf(userId)}`;
}

/** The answer to a handshake that stays open if it is a yes. */
async function connectOnce(port: number, target: string): ReturnType<RawSocket['answer']> {
  const socket = await RawSocket.open(port);
  socket.write(handshake(target));
  return socket.answer();
}
