import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { KEYS } from '../support/api-node.js';
import { HOOK_SECRET, HookReceiver, never, type Told } from '../support/hook-receiver.js';
import { itMeanwhile } from '../support/meanwhile.js';
import { startServerForTest } from '../support/server.js';
import { SECRET } from '../support/tokens.js';
import { APP, wechatPlatform } from '../support/wechat-platform.js';
import { WsClient } from '../support/ws-client.js';

type Said = Readonly<Record<string, unknown>>;

/** Says of each message what the test has it say. */
async function checker(judge: (event: Told['event']) => Said) {
  const receiver = await HookReceiver.start();
  receiver.answer = (told, response) => void response.end(JSON.stringify(judge(told.event)));
  return receiver;
}

/** What no answer makes of a send is for the test about that: a busy machine may be late with any. */
const PATIENT = { MINIM_BEFORE_SEND_TIMEOUT_MS: '20000' };

async function nodeThatAsks(url: string, env: Readonly<Record<string, string>> = {}) {
  const server = await startServerForTest({
    env: { MINIM_BEFORE_SEND_URL: url, MINIM_HOOK_SECRET: HOOK_SECRET, ...PATIENT, ...env },
  });
  const open = (target: string) => WsClient.open(`${server.ws}/websocket/${target}`, { ignored: 'synced' });
  return { open, server };
}

describe('before a send', () => {
  it('shows what goes to users, rooms and everyone, and lets through, changes or refuses it', async () => {
    const receiver = await checker(({ message }) => {
      if (message === 'bad') return { allow: false, reason: 'not here' };
      return message === 'damn' ? { allow: true, message: { text: 'd***' } } : { allow: true };
    });
    const { open } = await nodeThatAsks(receiver.url);
    const [a, b] = [await open('A?v=1'), await open('B?v=1')];
    for (const session of [a, b]) await session.next();
    const send = (id: string, message: unknown) => a.ask({ type: 'message', id, toUserId: 'B', message });
    expect(await send('1', 'good')).toMatchObject({ type: 'ack', seq: 1 });
    expect(await send('2', 'bad')).toEqual({ type: 'error', id: '2', code: 'forbidden', message: 'not here' });
    const changed = await send('3', 'damn');
    expect(changed).toMatchObject({ type: 'ack', seq: 2 });
    // A repeat is what the sender gave, whatever is said of it this time.
    receiver.answer = (_told, response) => void response.end('{"allow":true,"message":"other"}');
    expect(await send('3', 'damn')).toEqual({ ...changed, duplicate: true });
    expect(await send('3', { text: 'd***' })).toMatchObject({ code: 'conflict' });
    expect(await b.nextOnes(2)).toMatchObject([{ message: 'good' }, { message: { text: 'd***' } }]);
    receiver.answer = (_told, response) => void response.end('{"allow":false}');
    expect(await a.ask({ toUserId: 'B', message: 'x', ephemeral: true })).toMatchObject({ code: 'forbidden' });
    expect(await a.ask({ type: 'broadcast', message: 'x' })).toMatchObject({ code: 'forbidden' });
    expect(await a.ask({ type: 'join', room: '大厅' })).toMatchObject({ type: 'joined' });
    expect(await a.ask({ room: '大厅', message: 'x' })).toMatchObject({ code: 'forbidden' });
    expect(receiver.told[0]?.event).toEqual({ fromUserId: 'A', toUserId: 'B', message: 'good' });
    expect(receiver.told[0]?.headers['x-minim-signature']).toMatch(/^v1=[0-9a-f]{64}$/);
    expect(receiver.told.slice(-2).map(({ event }) => event)).toEqual([
      { fromUserId: 'A', broadcast: true, message: 'x' },
      { fromUserId: 'A', room: '大厅', message: 'x' },
    ]);
  });

  itMeanwhile('keeps the order of a session’s messages, whichever answer comes first', async () => {
    const held: (() => void)[] = [];
    const receiver = await HookReceiver.start();
    receiver.answer = (_told, response) => {
      held.push(() => void response.end('{"allow":true}'));
      if (held.length === 20) for (const answer of held.reverse()) answer();
    };
    const { open } = await nodeThatAsks(receiver.url);
    const [a, b] = [await open('A'), await open('B')];
    for (let i = 0; i < 20; i += 1) a.send({ id: `${i}`, toUserId: 'B', message: `${i}` });
    expect((await a.nextOnes(20)).map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
    expect((await b.nextOnes(20)).map(({ message }) => message)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
  });

  itMeanwhile('sends unchecked what is not answered in time, or with nonsense, and says so in the log', async () => {
    const receiver = await HookReceiver.start(never);
    const server = await startServerForTest({
      env: { MINIM_BEFORE_SEND_URL: receiver.url, MINIM_HOOK_SECRET: HOOK_SECRET, MINIM_BEFORE_SEND_TIMEOUT_MS: '50' },
    });
    const a = await WsClient.open(`${server.ws}/websocket/A`);
    expect(await a.ask({ id: '1', toUserId: 'B', message: 'x' })).toMatchObject({ type: 'ack' });
    for (const nonsense of ['', '[]', '{"allow":1}', '{"allow":true,"message":7}', 'x'.repeat(300_000)]) {
      receiver.answer = (_told, response) => void response.end(nonsense);
      expect(await a.ask({ id: nonsense.slice(0, 30) || 'none', toUserId: 'B', message: 'x' })).toMatchObject({
        type: 'ack',
      });
    }
    expect(server.log()).toMatch(/"level":"error".*did not answer within 50 ms; messages are sent unchecked/);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain('minim_checks_total{outcome="failed"} 6');
  });

  it('answers busy with MINIM_BEFORE_SEND_ON_FAILURE=refuse, and stores nothing that came behind', async () => {
    const receiver = await checker(({ message }) => (message === 'first' ? {} : { allow: true }));
    const { open } = await nodeThatAsks(receiver.url, { MINIM_BEFORE_SEND_ON_FAILURE: 'refuse' });
    const a = await open('A');
    for (const message of ['first', 'second', 'third']) a.send({ id: message, toUserId: 'B', message });
    const refused = await a.nextOnes(3);
    expect(refused.map(({ id, code }) => [id, code])).toEqual([
      ['first', 'busy'],
      ['second', 'busy'],
      ['third', 'busy'],
    ]);
    receiver.answer = (_told, response) => void response.end('{"allow":true}');
    await expect
      .poll(() => a.ask({ id: 'first', toUserId: 'B', message: 'first' }), { interval: 100 })
      .toMatchObject({ type: 'ack', seq: 1 });
    expect(await a.ask({ id: 'second', toUserId: 'B', message: 'second' })).toMatchObject({ type: 'ack', seq: 2 });
  });

  it('asks WeChat of all texts of a message, with one access token for as long as it is good', async () => {
    const suggestions = new Map([
      ['risky', 'risky'],
      ['odd', 'review'],
    ]);
    const { url, asked, tokens } = await wechatPlatform(({ content }, given) => {
      const text = String(content);
      if (text === 'stale' && given === 1) return { errcode: 42001 };
      if (text === 'quota') return { errcode: 45009 };
      const suggest = suggestions.get(text.split(/\s/).at(-1) ?? '') ?? 'pass';
      return { errcode: 0, errmsg: 'ok', result: { suggest, label: 100 } };
    });
    const { open, server } = await nodeThatAsks('wechat', {
      MINIM_JWT_SECRET: SECRET,
      MINIM_WECHAT_APPID: APP.appid,
      MINIM_WECHAT_SECRET: APP.secret,
      MINIM_WECHAT_URL: url,
      MINIM_BEFORE_SEND_ON_FAILURE: 'refuse',
      MINIM_API_KEYS: `shop:send:${KEYS.shop}`,
    });
    const a = await open('openid-of-A');
    const send = (id: string, message: unknown) => a.ask({ id, toUserId: 'B', message });
    expect(await send('1', 'hello')).toMatchObject({ type: 'ack' });
    expect(asked).toEqual([
      {
        url: '/wxa/msg_sec_check?access_token=token-1',
        question: { version: 2, scene: 4, openid: 'openid-of-A', content: 'hello' },
      },
    ]);
    expect(await send('2', { title: 'a', lines: ['b', { text: 'risky' }] })).toMatchObject({
      code: 'forbidden',
      message: 'this message may not be sent: it is against the rules of the platform',
    });
    expect(asked.at(-1)?.question).toMatchObject({ content: 'a\nb\nrisky' });
    expect(await send('3', 'odd')).toMatchObject({ type: 'ack' });
    expect(await send('4', `${'x'.repeat(4_000)} risky`)).toMatchObject({ code: 'forbidden' });
    expect(tokens()).toBe(1);
    expect(await send('5', 'stale')).toMatchObject({ type: 'ack' });
    expect(tokens()).toBe(2);
    expect(await send('6', 'quota')).toMatchObject({ code: 'busy' });
    // What a key says as itself is of no user of WeChat's.
    const put = (id: string, body: object) =>
      request(server.url).put(`/api/v1/messages/${id}`).set('x-api-key', KEYS.shop).send(body);
    await put('7', { toUserId: 'B', message: 'quota' }).expect(201);
    await put('8', { fromUserId: 'openid-of-A', toUserId: 'B', message: 'risky' }).expect(403);
  });
});
