import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { atEnd, itMeanwhile } from '../support/meanwhile.js';
import { type RunningServer, startAndFail, startServer } from '../support/server.js';
import { json, type StandIn, startStandIn } from '../support/stand-in.js';
import { SECRET } from '../support/tokens.js';
import { ANY_TRANSPORT } from '../support/transports.js';
import { WsClient } from '../support/ws-client.js';

const OPENID = 'oGZUI0egBJY1zhBYw2KhdUfwVJJE';
const APP_SECRET = 'the-secret-of-the-app';
const SESSION_KEY = 'the-session-key';
const CODE = 'the-code-of-the-login';

const ENV = {
  MINIM_AUTH: 'token',
  MINIM_JWT_SECRET: SECRET,
  MINIM_WECHAT_APPID: 'wx0123456789abcdef',
  MINIM_WECHAT_SECRET: APP_SECRET,
  MINIM_FAILED_LOGINS_PER_MINUTE: '3',
  MINIM_TRUSTED_PROXIES: '127.0.0.1',
  LOG_LEVEL: 'trace',
};

const known = json({ openid: OPENID, session_key: SESSION_KEY, unionid: 'u' });
let addresses = 0;

function nextAddress(): string {
  addresses += 1;
  return `203.0.113.${addresses}`;
}

function loginAt({ url }: RunningServer, body: object, from = nextAddress()) {
  return request(url).post('/auth/wechat').set('x-forwarded-for', from).send(body);
}

class Node {
  constructor(
    readonly platform: StandIn,
    readonly server: RunningServer,
  ) {}

  static async start(transport: string, answer = known): Promise<Node> {
    const platform = await startStandIn(answer);
    const env = { ...ENV, MINIM_TRANSPORT: transport, MINIM_WECHAT_URL: platform.url };
    return new Node(platform, await startServer({ env }));
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.platform.close();
  }
}

const nodes: Node[] = [];
beforeAll(async () => {
  nodes.push(...(await Promise.all(['uws', 'ws'].map((transport) => Node.start(transport)))));
});
afterAll(async () => void (await Promise.all(nodes.map((node) => node.stop()))));

describe.each([
  ['uws', 0],
  ['ws', 1],
])('POST /auth/wechat (%s)', (_transport, number) => {
  let platform: StandIn;
  let server: RunningServer;

  beforeEach(() => {
    const node = nodes[number];
    if (!node) throw new Error('it was started');
    ({ platform, server } = node);
    platform.answer = known;
  });

  const login = (body: object = { code: CODE }, from?: string) => loginAt(server, body, from);

  it('answers a code with a user id and a token that opens a session', async () => {
    const { body, text, headers } = await login().expect(200);
    expect(body).toEqual({ userId: OPENID, token: expect.any(String), expiresAt: expect.any(Number) });
    expect(Math.abs(body.expiresAt - Date.now() - 7_200_000)).toBeLessThan(5_000);
    expect(text).not.toContain(SESSION_KEY);
    expect(headers['cache-control']).toBe('no-store');
    const client = await WsClient.open(`${server.ws}/websocket/${OPENID}?token=${body.token}`);
    client.send('ping');
    expect(await client.next()).toEqual({ type: 'pong' });
  });

  it.each([
    [{ errcode: 40029 }, 401, 'WeChat does not know this code; expected a fresh one of wx.login', undefined],
    [{ errcode: 40163 }, 401, 'this code was used already; expected a fresh one of wx.login', undefined],
    [{ errcode: -1 }, 503, 'WeChat is busy; try again in 1 s', '1'],
    [{ errcode: 45011 }, 429, 'this user logs in too often for WeChat; try again in 60 s', '60'],
    [{ errcode: 40226 }, 403, 'WeChat has blocked this user', undefined],
    [{ errcode: 40013 }, 502, 'WeChat does not know this server; its log says why', undefined],
    [{ errcode: 40125 }, 502, 'WeChat does not know this server; its log says why', undefined],
    [{ errcode: 12345 }, 502, 'the answer of WeChat is not as expected: its errcode is 12345', undefined],
    [{ nothing: 1 }, 502, 'the answer of WeChat is not as expected: it names no openid', undefined],
  ])('answers %j of the platform with %i', async (answer, status, message, retryAfter) => {
    platform.answer = json({ ...answer, errmsg: `told in words, with ${CODE}` });
    const { body, headers } = await login().expect(status);
    expect(body).toEqual({ statusCode: status, error: expect.any(String), message });
    expect(headers['retry-after']).toBe(retryAfter);
  });

  it.each([[{}], [{ code: '' }], [{ code: 7 }], [{ code: 'x'.repeat(129) }], [{ code: { a: 1 } }], [[]]])(
    'asks nobody about the body %j',
    async (given) => {
      const before = platform.asked.length;
      const { body } = await login(given).expect(400);
      expect(body.message).toBe('code must be the code of wx.login, 1 to 128 characters');
      expect(platform.asked).toHaveLength(before);
    },
  );

  it('asks nobody any more after so many wrong codes from one address', async () => {
    platform.answer = json({ errcode: 40029 });
    const from = nextAddress();
    for (let i = 0; i < 3; i += 1) await login({ code: `guess ${i}` }, from).expect(401);
    const before = platform.asked.length;
    const { headers } = await login({ code: CODE }, from).expect(429);
    expect(headers['retry-after']).toBe('60');
    expect(platform.asked).toHaveLength(before);
  });

  it('tells the log which setting is wrong, and no secrets', async () => {
    await expect.poll(() => server.log()).toMatch(/"level":"error".*MINIM_WECHAT_APPID/);
    await expect.poll(() => server.log()).toMatch(/"level":"error".*MINIM_WECHAT_SECRET/);
    for (const secret of [APP_SECRET, SESSION_KEY, CODE, SECRET, 'eyJ']) expect(server.log()).not.toContain(secret);
  });
});

it('POST /auth/wechat is not there where no mini-program is set', async () => {
  const server = await startServer();
  const { body } = await request(server.url).post('/auth/wechat').send({ code: CODE }).expect(404);
  expect(body.message).toMatch(/MINIM_WECHAT_APPID and MINIM_WECHAT_SECRET are not set/);
  await server.stop();
});

it('a MINIM_WECHAT_URL that is none ends the start', async () => {
  const { code, log } = await startAndFail({ ...ENV, MINIM_WECHAT_URL: 'weixin' });
  expect(code).toBe(1);
  expect(log).toContain('minim: MINIM_WECHAT_URL must be an http or https URL, got "weixin"');
});

itMeanwhile('POST /auth/wechat answers 504 when the platform does not', async () => {
  // Side by side: it takes them five seconds.
  const answers = ANY_TRANSPORT.map(async (transport) => {
    const node = await Node.start(transport, () => {});
    atEnd(() => node.stop());
    const { body } = await loginAt(node.server, { code: CODE }).expect(504);
    return body;
  });
  for (const body of await Promise.all(answers)) {
    expect(body).toEqual({
      statusCode: 504,
      error: 'Gateway Timeout',
      message: 'WeChat did not answer within 5 s',
    });
  }
});
