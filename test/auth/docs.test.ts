import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { JwtVerifier } from '../../src/auth/jwt-verifier.js';
import { systemClock } from '../../src/ops/system-clock.js';
import { SECRET } from '../support/tokens.js';

it('the example of docs/auth.md makes a token that is believed', async () => {
  const [, program = ''] = /```js\n(.*?)```/s.exec(readFileSync('docs/auth.md', 'utf8')) ?? [];
  const token = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, MINIM_JWT_SECRET: SECRET },
    encoding: 'utf8',
  });
  const options = { secrets: [SECRET], jwks: '', audience: '', issuer: '' };
  const identity = await new JwtVerifier(options, systemClock, () => {}).verify(token.trim());
  expect(identity).toMatchObject({ userId: 'A', roles: [] });
  expect(Math.abs(identity.issuedAt - Date.now())).toBeLessThan(60_000);
  expect(identity.expiresAt - identity.issuedAt).toBe(7_200_000);
});
