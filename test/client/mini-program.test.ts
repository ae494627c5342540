import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { wordsForError, wordsForState, wordsForTime } from '../../mini-program-client/miniprogram/pages/index/words.js';
import { MinimError } from '../../mini-program-client/src/errors.js';
import type { ServerFrame } from '../../src/protocol/frames.js';
import { eventually } from '../support/client-events.js';
import { WELCOME } from '../support/client-hosts.js';
import { type LoginAnswer, loginServer } from '../support/login-server.js';
import { Shell } from '../support/wx-shell.js';
import { Phone } from '../support/wx-stand-in.js';

const ROOT = join(import.meta.dirname, '../../mini-program-client/miniprogram');
const INDEX = 'pages/index/index';

function json(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
}

describe('the folder', () => {
  it('opens in the developer tools as it is: all that app.json names is there, and TypeScript is compiled by them', () => {
    const { pages, sitemapLocation } = json('app.json');
    expect(pages).toEqual([INDEX]);
    for (const ending of ['ts', 'wxml', 'wxss', 'json'])
      expect(existsSync(join(ROOT, `${INDEX}.${ending}`))).toBe(true);
    expect(existsSync(join(ROOT, String(sitemapLocation)))).toBe(true);
    expect(json('project.config.json')).toMatchObject({
      appid: 'touristappid',
      miniprogramRoot: './',
      setting: { useCompilerPlugins: ['typescript'] },
    });
  });
});

describe('the page', () => {
  const open = (phone = new Phone()) => ({ phone, page: new Shell(phone).open(INDEX) });

  it('has a method for everything that its view calls, and shows nothing that it has not', () => {
    const { page } = open();
    expect(page.handlers().filter((name) => !page.has(name))).toEqual([]);
    const shown = [...page.wxml.matchAll(/\{\{(.*?)\}\}/g)].flatMap(([, expression = '']) =>
      expression.replace(/'[^']*'/g, '').match(/(?<![.\w])[a-z]\w*/gi),
    );
    const known = new Set([...Object.keys(page.data), 'item']);
    expect(shown.filter((name) => name !== null && !known.has(name))).toEqual([]);
  });

  it('lets nobody connect without a server and a user, nor send without a connection', () => {
    const { page } = open();
    const disabled = () => page.buttons().filter((button) => button.disabled);
    expect(disabled().map(({ text }) => text)).toEqual(['Connect', 'Send', 'Broadcast']);
    page.type('url', '');
    expect(disabled().map(({ text }) => text)).toContain('WeChat login');
    page.type('url', 'ws://localhost:3000');
    page.type('userId', 'A');
    page.type('toUserId', 'B');
    page.type('text', 'hello');
    expect(disabled().map(({ text }) => text)).toEqual(['Send', 'Broadcast']);
  });

  it('says in words what is wrong with the server address or the user', () => {
    const { page, phone } = open();
    page.type('userId', 'no spaces');
    page.tap('Connect');
    expect(page.data.problem).toBe('userId must be 1 to 64 of A-Z a-z 0-9 _ . @ -, got "no spaces"');
    page.type('userId', 'A');
    page.type('url', 'localhost');
    page.tap('Connect');
    expect(page.data.problem).toBe('url must be like wss://im.example.com, got "localhost"');
    expect(phone.sockets.dials).toBe(0);
  });

  it('remembers who was signed in where, and keeps the device', () => {
    const { page, phone } = open();
    page.type('url', ' ws://127.0.0.1:9 ');
    page.type('userId', 'A');
    page.tap('Connect');
    expect(page.data).toMatchObject({ signedIn: true, stateWords: 'Connecting…' });
    const device = phone.storage.get('device');
    expect(device).toMatch(/^wx-[a-z0-9]+$/);
    page.tap('Disconnect');
    const later = new Shell(phone).open(INDEX);
    expect(later.data).toMatchObject({ url: 'ws://127.0.0.1:9', userId: 'A', signedIn: false });
    later.tap('Connect');
    expect(phone.storage.get('device')).toBe(device);
    later.tap('Disconnect');
  });

  it('says why it waits, as the platform puts it', async () => {
    const { page, phone } = open();
    phone.sockets.failNext = 1;
    page.type('userId', 'A');
    page.tap('Connect');
    await page.shows(({ stateWords }) => String(stateWords).startsWith('No connection (connectSocket:fail). Next try'));
    page.tap('Disconnect');
    expect(page.data).toMatchObject({ signedIn: false, stateWords: 'Disconnected' });
  });
});

describe('a login by WeChat on the page', () => {
  /** Logs in, says welcome to tokens of its own, and refuses all others. */
  async function serverWithLogins(answer?: (code: string) => LoginAnswer) {
    const good = (code: string) => ({ body: { userId: 'wx-user', token: `t-${code}`, expiresAt: Date.now() + 3.6e6 } });
    const { server, ws, asked } = await loginServer(answer ?? good);
    const sockets = new WebSocketServer({ server });
    const frames: Record<string, unknown>[] = [];
    const users: unknown[] = [];
    sockets.on('connection', (socket, { url }) => {
      users.push(url?.split('?')[0]);
      socket.on('message', (text) => {
        frames.push(JSON.parse(String(text)));
        socket.send(JSON.stringify({ ...WELCOME, userId: 'wx-user' }));
      });
    });
    onTestFinished(() => {
      for (const socket of sockets.clients) socket.terminate();
    });
    return { ws, asked, frames, users, sockets };
  }

  it('connects whoever WeChat says it is, and is remembered as that user', async () => {
    const { ws, asked, frames, users } = await serverWithLogins();
    const phone = new Phone();
    const page = new Shell(phone).open(INDEX);
    page.type('url', ` ${ws} `);
    page.tap('WeChat login');
    expect(page.data).toMatchObject({ loggingIn: true, problem: '' });
    expect(page.buttons().filter(({ disabled }) => !disabled)).toEqual([]);
    await page.shows(({ connected, loggingIn }) => connected === true && loggingIn === false);
    expect(asked).toEqual([['POST', '/auth/wechat', { code: 'code-1' }]]);
    await eventually(() => frames.length > 0);
    expect(users).toEqual(['/websocket/wx-user']);
    expect(frames[0]).toMatchObject({ type: 'token', token: 't-code-1' });
    expect(phone.storage.get('signIn')).toEqual({ url: ws, userId: 'wx-user' });
    page.tap('Disconnect');
  });

  it('comes again with a new token when the server does not believe the last one any more', async () => {
    const { ws, frames, sockets } = await serverWithLogins();
    const page = new Shell(new Phone()).open(INDEX);
    page.type('url', ws);
    page.tap('WeChat login');
    await eventually(() => frames.length > 0);
    for (const socket of sockets.clients) socket.close(4501, 'token_revoked');
    await page.shows(({ stateWords }) => String(stateWords).startsWith('No connection (token_revoked)'));
    await page.shows(({ connected }) => connected === true);
    await eventually(() => frames.some(({ token }) => token === 't-code-2'));
    page.tap('Disconnect');
  });

  it('says why it failed', async () => {
    const refusal = { statusCode: 403, error: 'Forbidden', message: 'WeChat has blocked this user' };
    const { ws } = await serverWithLogins(() => ({ status: 403, body: refusal }));
    const page = new Shell(new Phone()).open(INDEX);
    const problem = async () => {
      page.tap('WeChat login');
      await page.shows(({ loggingIn }) => loggingIn === false);
      return page.data.problem;
    };
    page.type('url', ws);
    expect(await problem()).toBe('WeChat has blocked this user (403)');
    page.type('url', 'ws://127.0.0.1:9');
    expect(await problem()).toBe('no login: the server cannot be reached');
    expect(page.data.signedIn).toBe(false);
  });

  it('connects nothing when the page is left meanwhile', async () => {
    const { ws, asked, users } = await serverWithLogins();
    const page = new Shell(new Phone()).open(INDEX);
    page.type('url', ws);
    page.tap('WeChat login');
    page.unload();
    await page.shows(({ loggingIn }) => loggingIn === false);
    expect([asked.length, users.length]).toEqual([1, 0]);
  });
});

describe('receipts on the page', () => {
  /** A server that says welcome and stores everything: each message gets the next number of its conversation. */
  async function storingServer() {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    const frames: Record<string, unknown>[] = [];
    let seq = 0;
    server.on('connection', (socket) => {
      socket.send(JSON.stringify(WELCOME));
      socket.on('message', (text) => {
        const frame = JSON.parse(String(text));
        frames.push(frame);
        if (frame.type !== 'message') return;
        seq += 1;
        tell({ type: 'ack', id: frame.id, messageId: `s${seq}`, seq, sentAt: 1, cursor: seq });
      });
    });
    const tell = (frame: ServerFrame) => {
      for (const socket of server.clients) socket.send(JSON.stringify(frame));
    };
    onTestFinished(() => {
      for (const socket of server.clients) socket.terminate();
      server.close();
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `ws://127.0.0.1:${port}`, frames, tell };
  }

  async function signedIn() {
    const server = await storingServer();
    const page = new Shell(new Phone()).open(INDEX);
    page.type('url', server.url);
    page.type('userId', 'A');
    page.tap('Connect');
    await page.shows(({ connected }) => connected === true);
    const statuses = () => (page.data.items as { readonly status: string }[]).map(({ status }) => status);
    return { ...server, page, statuses };
  }

  it('are shown on the own messages they speak of', async () => {
    const { page, tell, statuses } = await signedIn();
    for (const [toUserId, text] of [
      ['B', 'one'],
      ['B', 'two'],
      ['C', 'three'],
    ] as const) {
      page.type('toUserId', toUserId);
      page.type('text', text);
      page.tap('Send');
    }
    await page.shows(() => statuses().every((status) => status === 'sent'));
    tell({ type: 'receipt', peerId: 'B', delivered: 2 });
    await page.shows(() => statuses().join() === 'delivered,delivered,sent');
    tell({ type: 'receipt', peerId: 'B', read: 1 });
    await page.shows(() => statuses().join() === 'read,delivered,sent');
    tell({ type: 'receipt', peerId: 'B', delivered: 3, read: 2 });
    await page.shows(() => statuses().join() === 'read,read,sent');
    const own = { type: 'message', fromUserId: 'A', toUserId: 'C', message: 'from elsewhere', sentAt: 1 } as const;
    tell({ type: 'receipt', peerId: 'C', delivered: 4 });
    tell({ ...own, messageId: 's4', cursor: 4, seq: 4 });
    await page.shows(() => statuses().join() === 'read,read,delivered,delivered');
  });

  it('are given for what is on the screen, and not before it is', async () => {
    const { page, tell, frames } = await signedIn();
    const message = { type: 'message', fromUserId: 'B', toUserId: 'A', message: 'hi', sentAt: 1 } as const;
    const reads = () => frames.filter(({ type }) => type === 'read');
    page.hide();
    for (const cursor of [1, 2]) tell({ ...message, messageId: `m${cursor}`, cursor, seq: cursor });
    await eventually(() => frames.some(({ type }) => type === 'received'));
    expect(reads()).toEqual([]);
    page.show();
    await eventually(() => reads().length > 0);
    expect(reads()).toEqual([{ type: 'read', peerId: 'B', seq: 2 }]);
  });
});

describe('words', () => {
  it('say where the connection is', () => {
    expect(wordsForState({ phase: 'waiting', retryInMs: 1200, because: '' })).toBe('No connection. Next try in 2 s');
    expect(wordsForState({ phase: 'closed', code: 4509, word: 'replaced' })).toContain('connected elsewhere');
    expect(wordsForState({ phase: 'closed', code: 4509, word: 'too_many_sessions' })).toContain('too many devices');
    expect(wordsForState({ phase: 'closed', code: 4501, word: 'unauthorized' })).toContain('asks for a login');
    expect(wordsForState({ phase: 'closed', code: 4501, word: 'token_revoked' })).toContain('log in again');
    expect(wordsForState({ phase: 'closed', code: 4777, word: '' })).toBe('Disconnected by the server: 4777');
    expect(wordsForState({ phase: 'paused' })).toBe('Resting in the background');
  });

  it('say what has become of a message', () => {
    expect(wordsForError(new MinimError('too_large', '70000 bytes'))).toBe('not sent: the message is too long');
    expect(wordsForError(new MinimError('busy', 'the server is busy'))).toBe('the server is busy');
    expect(wordsForError('odd')).toBe('odd');
  });

  it('say the time by the clock of the phone', () => {
    expect(wordsForTime(new Date(2026, 0, 1, 9, 5).getTime())).toBe('09:05');
  });
});
