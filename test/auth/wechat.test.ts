import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userIdOf, WeChat, WeChatFault, type WeChatFaultKind } from '../../src/auth/wechat.js';
import { AuthRefusal } from '../../src/messaging/ports/authenticator.js';
import { isUserId } from '../../src/model/ids.js';
import { json, type StandIn, startStandIn } from '../support/stand-in.js';

const OPENID = 'oGZUI0egBJY1zhBYw2KhdUfwVJJE';
const APPID = 'wx0123456789abcdef';
const APP_SECRET = 'the secret of the app & more';

describe('WeChat', () => {
  let platform: StandIn;

  beforeEach(async () => {
    platform = await startStandIn(json({ openid: OPENID, session_key: 'never told' }));
  });

  afterEach(() => platform.close());

  const login = (code = 'the code') => new WeChat({ appid: APPID, secret: APP_SECRET, url: platform.url }).login(code);
  const fault = (outcome: Promise<unknown>, kind: WeChatFaultKind, message: string | RegExp) =>
    expect(outcome).rejects.toMatchObject({
      name: 'WeChatFault',
      kind,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });

  it('asks code2Session with the code as it came, and takes the openid for the user id', async () => {
    expect(await login('a&b=c d+é')).toBe(OPENID);
    const asked = new URL(platform.asked[0] ?? '', platform.url);
    expect(asked.pathname).toBe('/sns/jscode2session');
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      appid: APPID,
      secret: APP_SECRET,
      js_code: 'a&b=c d+é',
      grant_type: 'authorization_code',
    });
  });

  it('takes an errcode of 0 for success', async () => {
    platform.answer = json({ errcode: 0, errmsg: 'ok', openid: OPENID, session_key: 'never told' });
    expect(await login()).toBe(OPENID);
  });

  it.each([40029, 40163])('does not believe a code for which it says %i', async (errcode) => {
    platform.answer = json({ errcode, errmsg: 'invalid code' });
    await expect(login()).rejects.toBeInstanceOf(AuthRefusal);
  });

  it.each([
    [-1, 'busy', /busy/],
    [45011, 'too_often', /too often/],
    [40226, 'blocked', /blocked/],
    [40013, 'misconfigured', /MINIM_WECHAT_APPID/],
    [40125, 'misconfigured', /MINIM_WECHAT_SECRET/],
    [40001, 'garbage', 'the answer of WeChat is not as expected: its errcode is 40001'],
    ['40029', 'garbage', 'the answer of WeChat is not as expected: its errcode is no number'],
  ] as const)('says what an errcode of %j means: %s', async (errcode, kind, message) => {
    platform.answer = json({ errcode, errmsg: 'something' });
    await fault(login(), kind, message);
  });

  it.each([
    ['no JSON', '<html>', 'it is no JSON object'],
    ['nothing', '', 'it is no JSON object'],
    ['null', 'null', 'it is no JSON object'],
    ['a list', '[]', 'it names no openid'],
    ['no openid', '{"session_key":"k"}', 'it names no openid'],
    ['an empty openid', '{"openid":""}', 'it names no openid'],
    ['an openid that is no text', '{"openid":{"a":1}}', 'it names no openid'],
    ['65 KiB', `{"openid":"${'x'.repeat(66_000)}"}`, 'it has more than 65536 bytes'],
  ])('calls it garbage when the answer is %s', async (_what, body, because) => {
    platform.answer = (response) => response.end(body);
    await fault(login(), 'garbage', `the answer of WeChat is not as expected: ${because}`);
  });

  it('does not read an answer that never ends', async () => {
    let isCut = false;
    platform.answer = (response) => {
      const more = setInterval(() => response.write('x'.repeat(16_384)), 1);
      response.once('close', () => {
        clearInterval(more);
        isCut = true;
      });
    };
    await fault(login(), 'garbage', /more than 65536 bytes/);
    await expect.poll(() => isCut).toBe(true);
  });

  it('sends the secret nowhere else, whatever it is told', async () => {
    const elsewhere = await startStandIn(json({ openid: OPENID }));
    platform.answer = (response) => response.writeHead(302, { location: `${elsewhere.url}/` }).end();
    await fault(login(), 'garbage', /could not be reached/);
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });

  it('says that the platform could not be reached, without what was sent', async () => {
    await platform.close();
    const error: unknown = await login('a-code').catch((thrown) => thrown);
    expect(error).toBeInstanceOf(WeChatFault);
    expect(`${error} ${(error as Error).stack} ${(error as Error).cause}`).not.toMatch(/a-code|secret|appid/);
  });

  it('waits no longer than 5 s', { timeout: 10_000 }, async () => {
    platform.answer = () => {};
    await fault(login(), 'timeout', 'WeChat did not answer within 5 s');
  });

  it.each(['', 'nonsense', 'ftp://example.org'])('is not made with %j for a URL', (url) => {
    expect(() => new WeChat({ appid: APPID, secret: APP_SECRET, url })).toThrow(TypeError);
  });
});

describe('the user id of an openid', () => {
  it('is the openid where that can be one', () => {
    expect(userIdOf(OPENID)).toBe(OPENID);
    expect(userIdOf('o-_0'.repeat(7))).toBe('o-_0'.repeat(7));
  });

  it.each(['a b', '.', '..', 'é', 'x'.repeat(65), '<script>'])('is a digest of %j, the same each time', (openid) => {
    const userId = userIdOf(openid);
    expect(userId).toMatch(/^wx-[A-Za-z0-9_-]{43}$/);
    expect(isUserId(userId)).toBe(true);
    expect(userIdOf(openid)).toBe(userId);
    expect(userIdOf(`${openid} `)).not.toBe(userId);
  });
});
