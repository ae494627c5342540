import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeNode } from '../support/node-suite.js';
import { startServer } from '../support/server.js';
import { SECRET, TOKEN_MODE, tokenOf } from '../support/tokens.js';
import { WsClient } from '../support/ws-client.js';

const UNAUTHORIZED = { code: 4501, reason: 'unauthorized' };
const HOUR_S = 3_600;
const SHORT = createHmac('sha256', 'x').digest('base64url');

const folder = mkdtempSync(join(tmpdir(), 'minim-keys-'));
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const JWKS = join(folder, 'jwks.json');
writeFileSync(
  JWKS,
  JSON.stringify({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256' }] }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pemOf = (key: KeyObject) => String(key.export({ type: 'spki', format: 'pem' }));
const nowS = () => Math.floor(Date.now() / 1_000);
const claimsOf = (sub: string) => ({ sub, iat: nowS(), exp: nowS() + HOUR_S });
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token put together by hand, as an attacker does who has no key. */
function forged(header: object, sub: string, sign: (input: string) => string): string {
  const input = `${part(header)}.${part(claimsOf(sub))}`;
  return `${input}.${sign(input)}`;
}

const hmac = (secret: string | Buffer) => (input: string) =>
  createHmac('sha256', secret).update(input).digest('base64url');

/** Tokens that ask to be taken for the user `mallory` has in mind: `alice`. */
const FORGED: readonly [what: string, token: () => string | Promise<string>][] = [
  ["another user's token", () => tokenOf('mallory')],
  ['a token that has run out', () => tokenOf('alice', { iat: nowS() - 2 * HOUR_S, exp: nowS() - 6 })],
  ['a token that is not good yet', () => tokenOf('alice', { nbf: nowS() + 60 })],
  ['a token without an end', () => tokenOf('alice', { exp: undefined })],
  ['a token whose end is a text', () => forged({ alg: 'HS256' }, 'alice', () => SHORT)],
  ['alg none, without a signature', () => forged({ alg: 'none' }, 'alice', () => '')],
  ['alg None', () => forged({ alg: 'None' }, 'alice', () => '')],
  ['alg nOnE, with a signature', () => forged({ alg: 'nOnE' }, 'alice', hmac(SECRET))],
  ['alg none and the signature of another token', () => forged({ alg: 'none' }, 'alice', () => SHORT)],
  [
    'HS256 with the public RSA key as its secret, in PEM',
    () => forged({ alg: 'HS256' }, 'alice', hmac(pemOf(keys.publicKey))),
  ],
  [
    'HS256 with the public RSA key as its secret, in DER',
    () => forged({ alg: 'HS256', kid: 'k1' }, 'alice', hmac(keys.publicKey.export({ type: 'spki', format: 'der' }))),
  ],
  ['RS256 that was signed with the shared secret', () => forged({ alg: 'RS256', kid: 'k1' }, 'alice', hmac(SECRET))],
  ['HS512, which nobody asked for', () => forged({ alg: 'HS512' }, 'alice', hmac(SECRET))],
  ['a key of its own in its header', ownKey],
  ['a kid that is a path', () => forged({ alg: 'HS256', kid: '../../../dev/null' }, 'alice', hmac(''))],
  ['a critical extension that nobody knows', () => forged({ alg: 'HS256', crit: ['x'], x: 1 }, 'alice', hmac(SECRET))],
  ['an empty secret', () => forged({ alg: 'HS256' }, 'alice', hmac(''))],
  ['a signature that is cut off', async () => (await tokenOf('alice')).slice(0, -4)],
  ['two tokens in one', async () => `${await tokenOf('alice')}.${await tokenOf('mallory')}`],
  ['a sub that is a list', () => forged({ alg: 'HS256' }, ['alice'] as unknown as string, hmac(SECRET))],
  ['no token but a text', () => 'let-me-in'],
  ['nothing', () => ''],
];

async function ownKey(): Promise<string> {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...own.publicKey.export({ format: 'jwk' }), kty: 'RSA' };
  return new SignJWT(claimsOf('alice')).setProtectedHeader({ alg: 'RS256', kid: 'k1', jwk }).sign(own.privateKey);
}

describeNode(
  'whoever asks for a session with',
  (node) => {
    const url = () => `${node.server.ws}/websocket/alice`;

    it.each(FORGED)('%s: gets none, by address, by header or by frame', async (_what, make) => {
      const token = await make();
      const byAddress = await WsClient.open(`${url()}?token=${token}`);
      expect(await byAddress.ended).toEqual(UNAUTHORIZED);
      if (token !== '') {
        const byHeader = await WsClient.open(url(), { headers: { authorization: `Bearer ${token}` } });
        expect(await byHeader.ended).toEqual(UNAUTHORIZED);
      }
      const byFrame = await WsClient.open(url());
      byFrame.send({ type: 'token', token });
      const first = await byFrame.next();
      if (first.code !== 'bad_frame') expect(await byFrame.ended).toEqual(UNAUTHORIZED);
    });

    it('the right token: gets it, signed with the secret or with the private key', async () => {
      const rsa = await new SignJWT(claimsOf('alice'))
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .sign(keys.privateKey);
      for (const token of [await tokenOf('alice'), rsa]) {
        const session = await WsClient.open(`${url()}?token=${token}`);
        expect(await session.ask('ping')).toEqual({ type: 'pong' });
      }
    });

    it('[MP-2.27] a token of its own still cannot speak as somebody else, or to all', async () => {
      const victim = await node.open(`victim?token=${await tokenOf('victim')}`);
      const mallory = await node.open(`mallory?token=${await tokenOf('mallory')}`);
      for (const name of ['fromUserId', 'formUserId']) {
        expect(await mallory.ask({ [name]: 'alice', toUserId: 'victim', message: 'send money' })).toMatchObject({
          type: 'error',
          code: 'forbidden',
        });
      }
      expect(await mallory.ask({ id: 'b', type: 'broadcast', message: 'buy' })).toMatchObject({ code: 'forbidden' });
      expect(await mallory.ask('buy')).toMatchObject({ code: 'forbidden' });
      expect(await victim.ask('ping')).toEqual({ type: 'pong' });
    });

    it('[MP-1.21] a token of somebody else as a renewal is closed', async () => {
      const mallory = await node.open(`mallory?token=${await tokenOf('mallory')}`);
      mallory.send({ type: 'token', id: 't', token: await tokenOf('alice') });
      expect(await mallory.ended).toEqual(UNAUTHORIZED);
    });

    it('[MP-1.19] none at all is obeyed in nothing and takes nobody’s place', async () => {
      const alice = await node.open(`alice?v=1&device=phone&token=${await tokenOf('alice')}`);
      expect(await alice.next()).toMatchObject({ type: 'welcome' });
      const stranger = await WsClient.open(`${url()}?v=1&device=phone`);
      for (const frame of ['{"type":"history","id":"h","peerId":"B"}', '{"toUserId":"B","message":"x"}', 'all']) {
        expect(await stranger.ask(frame)).toMatchObject({ type: 'error', code: 'forbidden' });
      }
      expect(await alice.ask('ping')).toMatchObject({ type: 'pong', head: 0 });
    });

    it.each([
      'http://evil.example',
      'null',
      'https://im.example.evil.example',
      'http://im.example',
      'https://im.example:444',
      'file://',
    ])('[MP-1.20] a page of %s: is refused with 403, its token notwithstanding', async (origin) => {
      const token = await tokenOf('alice');
      await expect(WsClient.open(`${url()}?token=${token}`, { origin })).rejects.toThrow(/got 403/);
      const ours = await WsClient.open(`${url()}?token=${token}`, { origin: 'https://im.example' });
      expect(await ours.ask('ping')).toEqual({ type: 'pong' });
    });

    it('a ticket that was never given: gets none', async () => {
      const session = await WsClient.open(`${url()}?ticket=${'x'.repeat(32)}`);
      expect(await session.ended).toEqual(UNAUTHORIZED);
    });
  },
  { ...TOKEN_MODE, MINIM_JWKS: JWKS, MINIM_ALLOWED_ORIGINS: 'https://im.example' },
);

describe.each(['uws', 'ws'])('tokens and the log (%s)', (transport) => {
  it('never meet, at the finest level, and neither do tokens and answers', async () => {
    const env = { MINIM_TRANSPORT: transport, LOG_LEVEL: 'trace', ...TOKEN_MODE };
    const server = await startServer({ env });
    onTestFinished(async () => void (await server.stop()));
    const tokens = [
      await tokenOf('alice'),
      await tokenOf('mallory'),
      `${await tokenOf('alice')}x`,
      'ticket-nobody-gave',
    ];
    const heard: string[] = [];
    for (const token of tokens) {
      const url = `${server.ws}/websocket/alice`;
      const sessions = [
        await WsClient.open(`${url}?token=${token}&v=1`),
        await WsClient.open(`${url}?ticket=${token}`),
        await WsClient.open(url, { headers: { authorization: `Bearer ${token}` } }),
        await WsClient.open(url),
      ];
      sessions.at(-1)?.send({ type: 'token', id: 't', token });
      for (const session of sessions)
        heard.push(JSON.stringify(await session.nextUnlessClosed({ withinMs: 300 }).catch(() => '')));
      const refused = await fetch(`${server.url}/websocket/a%2Fb?token=${token}`, {
        headers: { authorization: token },
      });
      heard.push(await refused.text());
      heard.push(JSON.stringify(await WsClient.refusal(`${server.ws}/websocket/a%2Fb?token=${token}`)));
      heard.push(
        await (await fetch(`${server.url}/nothing`, { headers: { authorization: `Bearer ${token}` } })).text(),
      );
    }
    expect(await server.stop()).toBe(0);
    for (const token of tokens) {
      const [, claims = token] = token.split('.');
      expect(server.log()).not.toContain(claims);
      expect(heard.join('\n')).not.toContain(claims);
    }
  });
});
