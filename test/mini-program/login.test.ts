import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { eventually } from '../support/client-events.js';
import { WELCOME } from '../support/client-hosts.js';
import { type LoginAnswer, loginServer } from '../support/login-server.js';
import type { JsdomScreen } from '../support/mini-program/jsdom-fingers.js';
import { openMiniProgram } from '../support/mini-program/jsdom-screen.js';
import { Phone } from '../support/wx-stand-in.js';

/** Logs in, says welcome to whoever shows a token, and keeps what it was told. */
async function serverWithLogins(answer?: (code: string) => LoginAnswer) {
  const good = (code: string) => ({ body: { userId: 'wx-user', token: `t-${code}`, expiresAt: Date.now() + 3.6e6 } });
  const { server, ws, asked } = await loginServer(answer ?? good);
  const sockets = new WebSocketServer({ server });
  const frames: Record<string, unknown>[] = [];
  sockets.on('connection', (socket) => {
    socket.on('message', (text) => {
      const frame = JSON.parse(String(text));
      frames.push(frame);
      if (frame.type === 'token') socket.send(JSON.stringify({ ...WELCOME, userId: 'wx-user' }));
    });
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
  });
  return { ws, asked, frames, sockets };
}

async function open(ws: string, phone = new Phone()): Promise<JsdomScreen> {
  const screen = openMiniProgram(phone, { device: { language: 'en' } });
  await screen.settled();
  screen.tap('Change');
  screen.type('.server .input', ws);
  return screen;
}

describe('the login', () => {
  it('by WeChat takes whoever WeChat says it is to the conversations, and again at the next start', async () => {
    const { ws, asked, frames } = await serverWithLogins();
    const phone = new Phone();
    const screen = await open(ws, phone);
    screen.tap('Continue with WeChat');
    await screen.appears(() => screen.find('.me-name')?.textContent === 'wx-user');
    expect(screen.routes).toEqual(['pages/conversations/conversations']);
    await eventually(() => frames.some(({ token }) => token === 't-code-1'));
    expect(asked).toEqual([['POST', '/auth/wechat', { code: 'code-1' }]]);
    screen.close();
    phone.switchOff();
    const again = openMiniProgram(new Phone({ storage: phone.storage }), { device: { language: 'en' } });
    await again.appears(() => again.find('.me-name')?.textContent === 'wx-user');
    await eventually(() => asked.length === 2);
  });

  it('says why WeChat or the server declined, and tries again when asked to', async () => {
    let isBlocked = true;
    const { ws } = await serverWithLogins((code) =>
      isBlocked
        ? { status: 403, body: { statusCode: 403, error: 'Forbidden', message: 'WeChat has blocked this user' } }
        : { body: { userId: 'wx-user', token: code, expiresAt: Date.now() + 3.6e6 } },
    );
    const screen = await open(ws);
    screen.tap('Continue with WeChat');
    await screen.appears(() => screen.find('.problem')?.textContent === 'WeChat has blocked this user (403)');
    isBlocked = false;
    screen.tap('Continue with WeChat');
    await screen.appears(() => screen.find('.me-name'));
  });

  it('says that a server cannot be reached, and what an address or a user id is like', async () => {
    const screen = await open('ws://127.0.0.1:1');
    screen.tap('Continue with WeChat');
    await screen.appears(() => screen.find('.problem')?.textContent === 'The server cannot be reached');
    screen.type('.by-id .input', 'no spaces');
    screen.tap('Enter');
    expect(screen.find('.problem')?.textContent).toBe('A user id has 1 to 64 of A–Z a–z 0–9 _ . @ -');
    screen.type('.server .input', 'localhost');
    screen.type('.by-id .input', 'anna');
    screen.tap('Enter');
    expect(screen.find('.problem')?.textContent).toBe('An address is like wss://im.example.com');
  });

  it('is of no use when the operator has sent this user away, and the app says so', async () => {
    const { ws, sockets } = await serverWithLogins();
    const screen = await open(ws);
    screen.tap('Continue with WeChat');
    await screen.appears(() => screen.find('.me-name'));
    await eventually(() => sockets.clients.size > 0);
    for (const socket of sockets.clients) socket.close(4503, 'disconnected');
    await screen.appears(() => screen.text.includes('Disconnected by the server'));
  });

  it('speaks Chinese where WeChat does', async () => {
    const screen = openMiniProgram(new Phone());
    await screen.settled();
    expect(screen.text).toContain('微信登录');
  });
});
