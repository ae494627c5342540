import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiNode, KEYS } from '../support/api-node.js';
import { minim, stayingMinim } from '../support/cli.js';
import { freePort } from '../support/client-ports.js';
import { type RunningServer, startServerForTest } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const node = apiNode();
const KEY = { X_API_KEY: KEYS.shop };

async function send(toUserId: string, id: string): Promise<string> {
  const { body } = await node.ask('put', `/api/v1/messages/${id}`, { toUserId, message: 'secret' });
  return body.messageId;
}

describe('minim explain', () => {
  it('tells in one sentence and in tables what became of a message', async () => {
    const messageId = await send('B1', 'c1');
    const phone = await node.open('B1', '&device=phone&cursor=0');
    await phone.next();
    const { code, out, err } = await minim(['explain', messageId, '--url', node.server.url], KEY);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^stored at \S+Z as number 1 of B1's inbox \(seq 1\); pushed to phone at \S+Z, never confirmed\n/,
    );
    expect(out).toMatch(new RegExp(`^message +${messageId}, kept$`, 'm'));
    expect(out).toMatch(/^device +has it +is at +last here +confirmed\nphone +no +0 +\S+Z$/m);
    expect(out).toMatch(/^pushed to +device +at +network +session\nB1 +phone +\S+Z +took it +\S+$/m);
    expect(out).not.toMatch(/secret|key-of-the-tests/);
  });

  it('has the same as JSON, and finds node and key by the settings of the node', async () => {
    const messageId = await send('B2', 'c2');
    const env = { PORT: String(node.server.port), MINIM_API_KEYS: `eye:read:${KEYS.eye},ops:send+admin:${KEYS.shop}` };
    const { out } = await minim(['explain', messageId, '--json'], env);
    const life = {
      kind: 'message',
      messageId,
      toUserId: 'B2',
      devices: [],
      why: expect.stringContaining('; B2 has no'),
    };
    expect(JSON.parse(out)).toMatchObject(life);
  });

  it('tells how many had what was said to a room or to everyone', async () => {
    const { body } = await node.ask('put', '/api/v1/rooms/c-hall/messages/c3', { message: 'secret' });
    const { out } = await minim(['explain', body.messageId, '--url', node.server.url, '--key', KEYS.shop]);
    expect(out).toMatch(/^to +the room c-hall$/m);
  });

  it('says why there is no such message, with code 1', async () => {
    const { code, out, err } = await minim(['explain', 'order-17', '--url', `${node.server.url}/`], KEY);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^minim: no message with this id here: it is no messageId of this server.*\n$/);
  });
});

describe('a command that asks a node, where that can not be, says what to do:', () => {
  const asked = async (env: Readonly<Record<string, string>>, ...flags: string[]) => {
    const { out, ...outcome } = await minim(['explain', '2bc9e98f1c-1', ...flags], env);
    expect(out).toBe('');
    return outcome;
  };
  const says = (line: RegExp | string, code = 1) => ({ code, err: expect.stringMatching(line) });

  it('what is missing or wrong on this side', async () => {
    const url = node.server.url;
    const others = { MINIM_API_KEYS: `eye:read:${KEYS.eye}` };
    const [none, scopeless, noUrl, noPort, spaced, noUser] = await Promise.all([
      asked({}, '--url', url),
      asked(others, '--url', url),
      asked(KEY, '--url', 'localhost:3000'),
      asked(KEY),
      asked({ X_API_KEY: 'a secret key' }, '--url', url),
      minim(['tail', 'no spaces'], KEY),
    ]);
    expect(none).toEqual(says(/^minim: this needs an API key of scope admin: .* MINIM_API_KEYS=/));
    expect(scopeless).toEqual(says('^minim: this needs an API key of scope admin'));
    expect(noUrl).toEqual(says('^minim: --url must be an http or https URL', 2));
    expect(noPort).toEqual(says('^minim: PORT=0 takes any free port: --url must say', 2));
    expect(spaced).toEqual(says('^minim: the API key must be printable', 2));
    expect(spaced.err).not.toContain('a secret key');
    expect(noUser).toMatchObject(says('^minim: USER must be 1 to 64 of', 2));
  });

  it('what the node does not accept', async () => {
    const unknown = await asked({ X_API_KEY: 'unknown-key-of-nobody-0123456789' }, '--url', node.server.url);
    expect(unknown).toEqual(
      says(/^minim: the node at \S+ does not know this API key; expected one of its MINIM_API_KEYS\n$/),
    );
    expect(unknown.err).not.toContain('unknown-key');
    const reader = await asked({ X_API_KEY: KEYS.eye }, '--url', node.server.url);
    expect(reader).toEqual(says(/the API key eye has no scope admin; .*MINIM_API_KEYS=ops:admin:KEY\n$/));
    const keyless = await startServerForTest();
    expect(await asked(KEY, '--url', keyless.url)).toEqual(
      says(/^minim: this server has no API keys, .*MINIM_API_KEYS/),
    );
    await keyless.stop();
    expect(await asked(KEY, '--url', keyless.url)).toEqual(
      says(/^minim: no node answers at \S+ \(ECONNREFUSED\); start it/),
    );
  });

  it('that something else answers', async () => {
    const stranger = createServer((_request, response) => void response.end('<p>hello</p>')).listen(0, '127.0.0.1');
    onTestFinished(() => void stranger.close().closeAllConnections());
    await once(stranger, 'listening');
    const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    expect(await asked(KEY, '--url', url)).toEqual(says('^minim: what answers at .* is no Minim'));
  });
});

describe('minim tail', () => {
  it('prints what happens to a user, line by line, as it happens', async () => {
    const tail = stayingMinim(['tail', 'B5', '--url', node.server.url], KEY);
    await tail.until(/^minim: following B5 on .*; Ctrl\+C ends it$/m);
    const phone = await node.open('B5', '&device=phone');
    await tail.until(/Z {2}connected +phone \(session \S+\), full, from 127\.0\.0\.1$/m);
    const messageId = await send('B5', 'c5');
    await tail.until(new RegExp(`Z  came +message from @shop, ${messageId}, seq 1, number 1$`, 'm'));
    await tail.until(new RegExp(`Z  pushed +message from @shop, ${messageId}, seq 1, number 1 to phone`, 'm'));
    await phone.next();
    await phone.ask({ type: 'message', id: 'x', toUserId: 'no spaces', message: 'secret' });
    await tail.until(/Z {2}refused +phone \(session \S+\): bad_frame "x"$/m);
    await phone.ask({ type: 'message', id: 'x', toUserId: 'A5', message: 'secret' });
    await tail.until(/Z {2}sent +message "x" to A5: stored, \S+, seq 1, number 2$/m);
    phone.send({ type: 'received', cursor: 2 });
    await tail.until(/Z {2}confirmed +phone has everything up to number 2$/m);
    await phone.leave();
    const all = await tail.until(/Z {2}disconnected +phone \(session \S+\) with 1000$/m);
    expect(all).not.toMatch(/secret|key-of-the-tests/);
    await tail.interrupt();
  });

  it('goes on, in JSON too, when the node comes back, and says that it was gone', async () => {
    const env = { MINIM_API_KEYS: `ops:admin:${KEYS.shop}` };
    const port = await freePort();
    const first = await startServerForTest({ env, port });
    const tail = stayingMinim(['tail', 'B', '--json', '--url', first.url], KEY);
    await tail.until(/following B/);
    const visit = async ({ ws }: RunningServer) => {
      await (await WsClient.open(`${ws}/websocket/B?v=1&device=phone`)).leave();
    };
    await visit(first);
    await tail.until(/^{"type":"connected",.*"device":"phone".*}$/m);
    await tail.until(/^{"type":"disconnected".*}$/m);
    await first.stop('SIGKILL');
    await tail.until(/^minim: no node answers at .*; it is asked again until it answers$/m);
    const second = await startServerForTest({ env, port });
    await tail.until(/^{"type":"gap"}$/m);
    await visit(second);
    const all = await tail.until(/"gap"}\n(.*\n)*{"type":"disconnected"/);
    expect(all.match(/"type":"connected"/g)).toHaveLength(2);
    await tail.interrupt();
  });
});
