import type { IncomingMessage } from 'node:http';
import { expect, onTestFinished } from 'vitest';
import { json, startStandIn } from './stand-in.js';

type Said = Readonly<Record<string, unknown>>;

export const APP = { appid: 'wx0123456789abcdef', secret: 'app-secret' };

/** WeChat's API on loopback: gives access tokens, of which the newest is good, and answers the rest as the test says. */
export async function wechatPlatform(answer: (question: Said, tokens: number) => Said) {
  const asked: { readonly url: string; readonly question: Said }[] = [];
  let tokens = 0;
  const judge = (url: string, question: Said): Said => {
    if (url === '/cgi-bin/stable_token') {
      expect(question).toEqual({ grant_type: 'client_credential', ...APP });
      tokens += 1;
      return { access_token: `token-${tokens}`, expires_in: 7200 };
    }
    asked.push({ url, question });
    return url.endsWith(`?access_token=token-${tokens}`) ? answer(question, tokens) : { errcode: 40001 };
  };
  const platform = await startStandIn(async (response, request) => {
    const question = JSON.parse(await textOf(request));
    json(judge(request.url ?? '', question))(response, request);
  });
  onTestFinished(() => platform.close());
  return { url: platform.url, asked, tokens: () => tokens };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
