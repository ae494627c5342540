import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MinimError } from '../../mini-program-client/src/errors.js';
import { createMiniProgramClient } from '../../mini-program-client/src/mini-program.js';
import { eventually, newUser, nextOf, reaches, untilTestEnds } from '../support/client-events.js';
import { freePort } from '../support/client-ports.js';
import { atEnd, itMeanwhile } from '../support/meanwhile.js';
import { type RunningServer, startServer } from '../support/server.js';
import { Phone } from '../support/wx-stand-in.js';

/** A client that shows tokens, against the built server that asks for them. */

const SECRET = 'a-secret-of-this-test-of-at-least-32-bytes';
const TOKENS = { MINIM_AUTH: 'token', MINIM_JWT_SECRET: SECRET };

function sign(userId: string, lifetimeS = 3600, secret = SECRET): Promise<string> {
  const expiresAtS = Math.floor(Date.now() / 1000) + lifetimeS;
  const jwt = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject(userId).setIssuedAt();
  return jwt.setExpirationTime(expiresAtS).sign(new TextEncoder().encode(secret));
}

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ env: TOKENS });
});
afterAll(() => server.stop());

interface HoldOptions {
  readonly url?: string;
  readonly userId?: string;
  /** The token number so many, from 1 on. */
  readonly token?: (userId: string, number: number) => Promise<string>;
}

/** A mini-program on a phone of its own, connecting; what it was asked and told. */
function hold({ url = server.url, userId = newUser(), token = (user) => sign(user) }: HoldOptions = {}) {
  const phone = new Phone();
  const asked: boolean[] = [];
  const client = untilTestEnds(
    createMiniProgramClient({
      url,
      userId,
      device: 'phone',
      wx: phone.wx,
      clock: phone.timers.clock,
      timing: { backoffBaseMs: 100, backoffCapMs: 400 },
      token: (renew) => token(userId, asked.push(renew)),
    }),
  );
  const errors: MinimError[] = [];
  client.on('error', (error) => errors.push(error));
  client.connect();
  return { phone, client, asked, errors };
}

describe('[MP-1.19] a client with tokens', () => {
  it('connects, and what was sent before goes out behind its token', async () => {
    const [a, b] = [hold(), hold()];
    const message = nextOf(b.client, 'message');
    expect(await a.client.send(b.client.userId, 'hello')).toMatchObject({ type: 'ack', seq: 1 });
    expect(await message).toMatchObject({ fromUserId: a.client.userId, message: 'hello' });
    expect([a.asked, a.errors, b.errors]).toEqual([[false], [], []]);
  });

  itMeanwhile('[MP-2.26] sends many messages behind its token, in order and as fast as the server allows', async () => {
    const sender = hold();
    const friend = newUser();
    const sends = Array.from({ length: 100 }, (_, index) => sender.client.send(friend, `message ${index + 1}`));
    const acks = await Promise.all(sends);
    expect(acks.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(sender.errors).toEqual([]);
  });

  itMeanwhile('comes back with a token when the server is started again', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'minim-token-'));
    atEnd(() => rmSync(dataDir, { recursive: true, force: true }));
    const at = { port: await freePort(), env: { ...TOKENS, MINIM_DATA_DIR: dataDir } };
    const first = await startServer(at);
    atEnd(async () => void (await first.stop('SIGKILL')));
    const { client, asked } = hold({ url: first.url });
    await client.send('friend', 'before');
    await first.stop();
    await reaches(client, 'waiting');
    const meanwhile = client.send('friend', 'meanwhile');
    const second = await startServer(at);
    atEnd(async () => void (await second.stop('SIGKILL')));
    expect(await meanwhile).toMatchObject({ seq: 2 });
    expect(asked.length).toBeGreaterThan(1);
    expect(asked).not.toContain(true);
  });

  it('comes back with another one when the first is refused, and has lost nothing', async () => {
    const { client, phone, asked } = hold({
      token: (user, number) => sign(user, 3600, number === 1 ? 'x'.repeat(32) : SECRET),
    });
    expect(await client.send(newUser(), 'hello')).toMatchObject({ type: 'ack', seq: 1 });
    expect(asked).toEqual([false, true]);
    expect(phone.sockets.mostAtOnce).toBe(1);
  });

  it('stays away when three in a row are refused: of another user, run out, no token at all', async () => {
    const tokens = [() => sign('somebody-else'), (user: string) => sign(user, -3600), async () => 'nonsense'];
    const { client, asked } = hold({ token: (user, number) => (tokens[number - 1] ?? sign)(user) });
    const closed = nextOf(client, 'closed');
    expect(await closed).toEqual({ code: 4501, word: 'unauthorized' });
    expect(asked).toEqual([false, true, true]);
    client.connect();
    await client.send(newUser(), 'hello');
    expect(client.state.phase).toBe('connected');
  });

  it('shows one to a server that asks for none, and nothing is wrong', async () => {
    const open = await startServer();
    atEnd(async () => void (await open.stop()));
    const { client, errors, phone } = hold({ url: open.url });
    const both = [client.send(newUser(), 'hello'), client.send(newUser(), 'hello')];
    await Promise.all(both);
    expect([errors, phone.sockets.dials]).toEqual([[], 1]);
  });
});

itMeanwhile('[MP-1.21] a token that runs out is renewed in time, and the connection lives on', async () => {
  const { client, phone, asked, errors } = hold({ token: (user, number) => sign(user, number === 1 ? 3 : 3600) });
  const phases: string[] = [];
  await reaches(client, 'connected');
  client.on('state', ({ phase }) => phases.push(phase));
  await eventually(() => asked.length > 1);
  expect(asked).toEqual([false, true]);
  // Longer than the first one was good for, whatever the server forgives.
  await new Promise((resolve) => setTimeout(resolve, 9000));
  await client.send(newUser(), 'still here');
  expect([phases, errors, phone.sockets.dials, asked.length]).toEqual([[], [], 1, 2]);
});

itMeanwhile(
  '[MP-1.21] a token that runs out and is not renewed in time ends the connection; the next one has a new one',
  async () => {
    const { client, asked, errors } = hold({
      token: async (user, number) => {
        if (number === 2) throw new Error('no network');
        return sign(user, number === 1 ? 3 : 3600);
      },
    });
    await reaches(client, 'connected');
    await reaches(client, 'waiting');
    expect(client.state).toMatchObject({ because: 'token_expired' });
    await client.send(newUser(), 'back again');
    expect(asked).toEqual([false, true, true]);
    expect(errors.map(({ code }) => code)).toEqual(['no_token', 'token_expired']);
  },
);
