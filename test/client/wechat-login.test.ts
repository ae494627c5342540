import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { wechatLogin } from '../../mini-program-client/src/wechat-login.js';
import { type LoginAnswer, loginServer } from '../support/login-server.js';
import { Phone } from '../support/wx-stand-in.js';

const HOUR_MS = 3_600_000;

function session(code: string, lifetimeMs = HOUR_MS) {
  return { userId: 'wx-user', token: `token of ${code}`, expiresAt: Date.now() + lifetimeMs };
}

async function phoneWith(answer: (code: string) => LoginAnswer) {
  const phone = new Phone();
  const server = await loginServer(answer);
  return { ...server, phone, login: wechatLogin({ url: server.ws, wx: phone.wx }) };
}

/** What `answer` is rejected with. */
function failure(answer: Promise<unknown>): Promise<unknown> {
  return answer.then(
    () => 'no failure',
    (error) => error,
  );
}

function refusal(status: number, message: string, headers = {}): LoginAnswer {
  return { status, headers, body: { statusCode: status, error: 'Error', message } };
}

describe('a login by WeChat', () => {
  it('gives the server a code, and gets a user and a token', async () => {
    const { asked, login } = await phoneWith((code) => ({ status: 201, body: session(code) }));
    expect(await login()).toEqual({ userId: 'wx-user', token: 'token of code-1', expiresAt: expect.any(Number) });
    expect(asked).toEqual([['POST', '/auth/wechat', { code: 'code-1' }]]);
  });

  it.each([
    ['ws://im.example.com', 'http://im.example.com/auth/wechat'],
    ['wss://im.example.com/chat//', 'https://im.example.com/chat/auth/wechat'],
    ['https://im.example.com/', 'https://im.example.com/auth/wechat'],
  ])('at %s asks %s', async (url, endpoint) => {
    const { wx } = new Phone();
    const asked: unknown[] = [];
    const request = (options: Parameters<typeof wx.request>[0]) => {
      asked.push([options.url, options.method, options.data]);
      options.success?.({ statusCode: 200, data: session('x'), header: {} });
    };
    await wechatLogin({ url, wx: { ...wx, request } })();
    expect(asked).toEqual([[endpoint, 'POST', { code: 'code-1' }]]);
  });

  it('is kept until 5 minutes before its token runs out', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_767_225_600_000 });
    onTestFinished(() => void vi.useRealTimers());
    const { asked, login } = await phoneWith((code) => ({ body: session(code) }));
    const first = await login();
    vi.setSystemTime(Date.now() + HOUR_MS - 300_001);
    expect(await login()).toBe(first);
    vi.setSystemTime(Date.now() + 1);
    expect(await login()).toMatchObject({ token: 'token of code-2' });
    expect(asked).toHaveLength(2);
  });

  it('is made anew when it has to be, once for all who ask meanwhile', async () => {
    const { asked, login } = await phoneWith((code) => ({ body: session(code) }));
    await login();
    const both = await Promise.all([login(true), login(true), login()]);
    expect(both.map(({ token }) => token)).toEqual(['token of code-2', 'token of code-2', 'token of code-1']);
    expect(await login()).toBe(both[0]);
    expect(asked).toHaveLength(2);
  });

  it('is tried once more with another code when the server does not believe the first', async () => {
    const { asked, login } = await phoneWith((code) =>
      code === 'code-1' ? refusal(401, 'this code was used already') : { body: session(code) },
    );
    expect(await login()).toMatchObject({ token: 'token of code-2' });
    expect(asked).toHaveLength(2);
  });

  it('fails when the second code is not believed either, and can be tried again', async () => {
    const { asked, login } = await phoneWith(() => refusal(401, 'WeChat does not know this code'));
    const failed = { name: 'MinimError', code: 'login_failed', message: 'WeChat does not know this code (401)' };
    expect(await failure(login())).toMatchObject(failed);
    expect(await failure(login())).toMatchObject(failed);
    expect(asked).toHaveLength(4);
  });

  it.each([
    ['retry-after', { 'retry-after': '7' }, 7000],
    ['Retry-After', { 'Retry-After': '60' }, 60_000],
    ['nothing', {}, 1000],
    ['a date', { 'Retry-After': 'Sat, 21 Nov 2026 17:00:00 GMT' }, 1000],
    ['next year', { 'Retry-After': '31536000' }, 600_000],
  ])('that comes too often says when to try again, by %s', async (_, header, retryAfterMs) => {
    const { wx } = new Phone();
    const data = { statusCode: 429, error: 'Too Many Requests', message: 'this user logs in too often' };
    const request = ({ success }: Parameters<typeof wx.request>[0]) => success?.({ statusCode: 429, data, header });
    const login = wechatLogin({ url: 'ws://im.example.com', wx: { ...wx, request } });
    const code = 'rate_limited';
    expect(await failure(login())).toMatchObject({ code, retryAfterMs, message: 'this user logs in too often (429)' });
  });

  it('fails without a network, and works when there is one', async () => {
    const { phone, login } = await phoneWith((code) => ({ body: session(code) }));
    phone.logins.fails = true;
    const message = 'login:fail the network is gone';
    expect(await failure(login())).toMatchObject({ code: 'login_failed', message });
    phone.logins.fails = false;
    expect(await login()).toMatchObject({ userId: 'wx-user' });
    const nobody = wechatLogin({ url: 'ws://127.0.0.1:9', wx: phone.wx });
    expect(await failure(nobody())).toMatchObject({ code: 'no_network', message: 'request:fail connection refused' });
  });

  it.each([
    ['404', refusal(404, 'no mini-program logs in here'), 'no mini-program logs in here (404)'],
    ['another page', { body: '<html>' }, 'no login here (200)'],
    ['no token', { body: { userId: 'A' } }, 'no login here (200)'],
  ])('fails where the answer is %s', async (_, answer, message) => {
    const { login } = await phoneWith(() => answer);
    expect(await failure(login())).toMatchObject({ code: 'login_failed', message });
  });

  it('lives through a platform that throws', async () => {
    const login = wechatLogin({
      url: 'ws://im.example.com',
      wx: {
        login: () => {
          throw new Error('wx.login is not here');
        },
        request: () => {},
      },
    });
    expect(await failure(login())).toMatchObject({ message: 'wx.login is not here' });
    expect(await failure(login())).toMatchObject({ message: 'wx.login is not here' });
  });
});
