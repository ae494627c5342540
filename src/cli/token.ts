import { type TokenGrants, TokenIssuer } from '../auth/token-issuer.js';
import { ConfigError, readConfig } from '../config/config.js';
import { isUserId, USER_ID_FORM, type UserId } from '../model/ids.js';
import { systemClock } from '../ops/system-clock.js';
import { type Command, type Given, UsageError } from './command.js';

const DEFAULT_TTL_S = 3_600;
/** A year: what is to last longer is better asked for again. */
const MOST_TTL_S = 31_536_000;

/** A token, signed as the node of the same settings believes it. */
export const token: Command = {
  name: 'token',
  meaning: 'Gives out a token, signed with the first secret of MINIM_JWT_SECRET.',
  words: [],
  flags: {
    user: { value: 'USER', isRequired: true, meaning: `Whose it is: ${USER_ID_FORM}.` },
    ttl: { value: 'SECONDS', meaning: `How long it is good, 1 to ${MOST_TTL_S}; ${DEFAULT_TTL_S} when left out.` },
    roles: { value: 'ROLES', meaning: 'Its roles, with commas in between; "broadcast" may broadcast.' },
    rooms: {
      value: 'ROOMS',
      meaning: `The rooms that are open to it, with commas in between; "*" stands for anything.`,
    },
    invisible: { meaning: 'Nobody sees this user online.' },
  },
  run: async ({ environment, flags, print, note }) => {
    const userId = readUser(flags.get('user') ?? '');
    const ttlS = readTtl(flags.get('ttl'));
    const grants = readGrants(flags);
    const { authMode, jwtSecrets, jwtIssuer: issuer, jwtAudience: audience } = readConfig(environment);
    const [secret] = jwtSecrets;
    if (secret === undefined) {
      throw new ConfigError('a token needs a secret to sign it: set MINIM_JWT_SECRET, the same as for the node');
    }
    const issued = await new TokenIssuer(secret, ttlS, systemClock, { issuer, audience }).issue(userId, grants);
    if (authMode === 'open') note('with MINIM_AUTH=open a node asks for no tokens: set MINIM_AUTH=token');
    print(`${issued.token}\n`);
    return 0;
  },
};

function readUser(text: string): UserId {
  if (isUserId(text)) return text;
  throw new UsageError(`--user must be ${USER_ID_FORM}, got ${JSON.stringify(text)}`);
}

function readTtl(text = String(DEFAULT_TTL_S)): number {
  const seconds = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= MOST_TTL_S) return seconds;
  throw new UsageError(`--ttl must be an integer from 1 to ${MOST_TTL_S}, got ${JSON.stringify(text)}`);
}

function readGrants(flags: Given['flags']): TokenGrants {
  const roles = readList('roles', flags.get('roles'));
  const rooms = readList('rooms', flags.get('rooms'));
  return { ...(roles && { roles }), ...(rooms && { rooms }), ...(flags.has('invisible') && { invisible: true }) };
}

function readList(name: string, text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const items = text.split(',').map((item) => item.trim());
  if (items.every((item) => item !== '')) return items;
  throw new UsageError(`--${name} must be names with commas in between, got ${JSON.stringify(text)}`);
}
