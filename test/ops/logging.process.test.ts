import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { type RunningServer, startServerForTest } from '../support/server.js';
import { TOKEN_MODE, tokenOf } from '../support/tokens.js';
import { ANY_TRANSPORT } from '../support/transports.js';
import { WsClient } from '../support/ws-client.js';

const CONTENT = 'what was said between us';

type Line = Readonly<Record<string, unknown>>;

/** The lines of the log, each of them JSON; the banner for people stands elsewhere. */
function linesOf(server: RunningServer): Line[] {
  return server
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

describe.each(ANY_TRANSPORT)('the log of a node on the %s transport', (transport) => {
  const start = (env: Readonly<Record<string, string>>) =>
    startServerForTest({ env: { MINIM_TRANSPORT: transport, ...env } });

  it('follows sessions and requests at debug, by their ids, and repeats nothing that they said', async () => {
    const server = await start({ ...TOKEN_MODE, LOG_LEVEL: 'debug' });
    const token = await tokenOf('A');
    const session = await WsClient.open(`${server.ws}/websocket/A?v=1&device=phone&token=${token}`);
    const { sessionId } = await session.next();
    session.send({ type: 'message', id: 'm1', toUserId: 'B', message: CONTENT, ttlS: 'never' });
    session.send({ type: 'message', id: 'm2', toUserId: 'B', message: CONTENT });
    await session.nextOnes(3);
    await session.leave(1_001);
    const stranger = await WsClient.open(`${server.ws}/websocket/A?token=${token}x`);
    expect((await stranger.ended).code).toBe(4501);
    expect((await WsClient.refusal(`${server.ws}/websocket/a%2Fb?token=${token}`)).status).toBe(400);
    await request(server.url).get(`/nothing?token=${token}`).expect(404);
    await server.stop();

    const lines = linesOf(server);
    const about = (event: string) => lines.filter(({ msg }) => msg === event);
    const address = { remoteAddress: '127.0.0.1' };
    const who = { level: 'debug', sessionId, userId: 'A' };
    expect(about('session opened')[0]).toMatchObject({ ...who, ...address, device: 'phone', full: true });
    expect(about('frame refused')).toMatchObject([{ ...who, code: 'bad_frame' }]);
    expect(about('session closed')[0]).toMatchObject({ ...who, code: 1_001 });
    expect(about('session closed')[1]).toMatchObject({ level: 'debug', code: 4_501 });
    expect(about('login refused')).toMatchObject([{ level: 'warn', ...address }]);
    expect(about('handshake refused')).toMatchObject([{ level: 'debug', status: 400, ...address }]);
    expect(about('request')).toMatchObject([
      { level: 'debug', requestId: expect.any(String), method: 'GET', path: '/nothing', status: 404 },
    ]);
    expect(about('request')[0]?.ms).toEqual(expect.any(Number));
    expect(server.log()).not.toContain(CONTENT);
    expect(server.log()).not.toContain(token.slice(0, 20));
  });

  it('has at info the life of the node, and of a flood of refusals a few lines and a count; that it is full, and since when, is said where its health is', async () => {
    const server = await start({ MINIM_MAX_SESSIONS: '1' });
    const session = await WsClient.open(`${server.ws}/websocket/A`);
    const refusals = Array.from({ length: 200 }, () => WsClient.refusal(`${server.ws}/websocket/B`));
    for (const { status } of await Promise.all(refusals)) expect(status).toBe(503);
    const refused = () => linesOf(server).filter(({ msg }) => msg === 'handshake refused');
    const counted = () => linesOf(server).filter(({ event }) => event === 'handshake refused');
    const total = () => counted().reduce((sum, { more }) => sum + Number(more), refused().length);
    await expect.poll(total, { timeout: 5_000 }).toBe(200);
    const { body } = await request(server.url).get('/health/ready').expect(503);
    expect(body).toMatchObject({
      status: 'not ready',
      parts: { sessions: 'full, with 1 sessions', store: 'ok', bus: 'ok' },
      since: { sessions: expect.any(String) },
    });
    await session.leave();
    await expect
      .poll(async () => (await request(server.url).get('/health/ready')).body)
      .toMatchObject({ status: 'ready' });
    await server.stop();

    expect(refused()[0]).toMatchObject({ level: 'warn', status: 503, because: expect.stringContaining('is full') });
    expect(counted().length).toBeGreaterThan(0);
    for (const { more, msg } of counted()) expect(msg).toBe(`and ${more} more`);
    const life = ['listening', 'stopping', 'draining', 'drained', 'stopped'];
    const told = linesOf(server).map(({ msg }) => String(msg));
    expect(told.filter((msg) => life.includes(msg))).toEqual(life);
  });
});

it('the log is for people with LOG_PRETTY=1', async () => {
  const server = await startServerForTest({ env: { LOG_PRETTY: '1' } });
  expect(linesOf(server)).toEqual([]);
  expect(server.log()).toMatch(/INFO.*listening/);
  await server.stop();
});
