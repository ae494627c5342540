import { ConfigError } from '../../config/config.js';
import { openAuth } from '../../open-auth.js';
import { OPEN_MODE_WARNING } from '../../ops/start-banner.js';
import { systemClock } from '../../ops/system-clock.js';
import { type Finding, fail, ok, warn } from './finding.js';
import { readKeySet } from './key-set.js';
import type { Subject } from './subject.js';

const LOOPBACK = /^127\.|^::1$/;
const [EVERYONE, TURN_ON] = splitAtLast(OPEN_MODE_WARNING, '; ');

export function checkAuth({ config, isProduction }: Subject): Finding {
  const { authMode, jwtSecrets, jwks, host } = config;
  if (authMode === 'token') return ok('MINIM_AUTH=token');
  if (isProduction) return fail(`${EVERYONE}, with NODE_ENV=production`, 'set MINIM_AUTH=token');
  if (jwtSecrets.length > 0 || jwks !== '') {
    return warn('MINIM_AUTH=open: the keys of tokens are there, and nobody asks for tokens', 'set MINIM_AUTH=token');
  }
  return LOOPBACK.test(host) ? ok('MINIM_AUTH=open, for this machine only') : warn(EVERYONE, TURN_ON);
}

/** What a start would refuse, and what it can't know before the first token comes. */
export async function checkKeys({ config }: Subject): Promise<Finding> {
  const { jwks, jwtSecrets, mayBroadcast, authMode } = config;
  try {
    openAuth(config, systemClock, () => {});
  } catch (error) {
    if (error instanceof ConfigError) return fail(error.message, 'see docs/auth.md');
    throw error;
  }
  if (authMode === 'open' && mayBroadcast === 'role') {
    return warn('MINIM_BROADCAST=role, and without tokens nobody has a role', 'set MINIM_AUTH=token');
  }
  const secrets = jwtSecrets.length === 0 ? [] : [`${jwtSecrets.length} in MINIM_JWT_SECRET`];
  if (jwks === '') return ok(secrets[0] ?? 'none, and none are needed');
  const found = await readKeySet(jwks);
  if (typeof found === 'string')
    return fail(`MINIM_JWKS: ${found}`, 'make it readable from here: without it tokens can not be judged');
  const says = [...secrets, `${found.usable} in MINIM_JWKS`].join(', ');
  if (found.secret > 0) {
    return fail(`${says}, ${found.secret} of them private`, 'publish the public halves alone, and change those keys');
  }
  if (found.usable === 0) return fail(`${says}: no token can be believed`, 'put RSA, P-256 or Ed25519 keys there');
  if (jwks.startsWith('http:'))
    return warn(`${says}, fetched without TLS`, 'use https, or whoever is between may sign');
  return ok(says);
}

function splitAtLast(text: string, separator: string): readonly [string, string] {
  const at = text.lastIndexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
