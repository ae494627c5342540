import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { HOOK_SECRET } from '../support/hook-receiver.js';
import { startServerForTest } from '../support/server.js';
import { APP, wechatPlatform } from '../support/wechat-platform.js';
import { WsClient } from '../support/ws-client.js';

/** The script of the docs, and where it listens. Gone when the test is over. */
async function startExample(env: Readonly<Record<string, string>>): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, ['docs/examples/wechat-subscribe.mjs'], {
    env: { PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout ?? child, 'data');
  return `http://127.0.0.1:${/port (\d+)/.exec(String(line))?.[1]}/`;
}

it('docs/examples/wechat-subscribe.mjs sends who is away a subscribe message, and what WeChat says decides what follows', async () => {
  const errcodes = [42001, -1, 0, 43101];
  const platform = await wechatPlatform(() => ({ errcode: errcodes.shift() ?? 0 }));
  const { asked: sent } = platform;
  const url = await startExample({
    MINIM_HOOK_SECRET: HOOK_SECRET,
    WECHAT_APPID: APP.appid,
    WECHAT_SECRET: APP.secret,
    WECHAT_TEMPLATE: 'template-1',
    WECHAT_URL: platform.url,
  });
  const server = await startServerForTest({
    env: { MINIM_HOOK_URL: url, MINIM_HOOK_SECRET: HOOK_SECRET, MINIM_HOOK_RETRY_MS: '10' },
  });
  const a = await WsClient.open(`${server.ws}/websocket/A`);
  const { sentAt } = await a.ask({
    id: '1',
    toUserId: 'openid-of-B',
    message: '你的面条好了，请到三号柜台取餐，谢谢惠顾！',
  });
  await a.ask({ id: '2', toUserId: 'openid-of-B', message: { order: 8 } });
  const metric = async (name: string) => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length + 1),
    );
  };
  // One token that was stale, one time that WeChat was busy; then the first is sent, and the second has nobody's consent.
  await expect.poll(() => metric('minim_hooks_total{outcome="dropped"}')).toBe(1);
  expect(sent.map(({ question }) => (question.data as Record<string, { value: string }>).thing1?.value)).toEqual([
    ...Array.from({ length: 3 }, () => '你的面条好了，请到三号柜台取餐，谢谢惠顾'),
    'A message for you',
  ]);
  expect(sent[0]).toEqual({
    url: '/cgi-bin/message/subscribe/send?access_token=token-1',
    question: {
      touser: 'openid-of-B',
      template_id: 'template-1',
      page: 'pages/chat/chat',
      data: {
        thing1: { value: '你的面条好了，请到三号柜台取餐，谢谢惠顾' },
        thing2: { value: 'A' },
        time3: { value: new Date(Number(sentAt)).toISOString().slice(0, 16).replace('T', ' ') },
      },
    },
  });
  // `user.online` of A, which has its own turn, and the message that was sent.
  await expect.poll(() => metric('minim_hooks_total{outcome="delivered"}')).toBe(2);
  expect(await metric('minim_hooks_total{outcome="retried"}')).toBe(2);
  expect((await fetch(url, { method: 'POST', body: '{"type":"message.waiting"}' })).status).toBe(401);
});
