import { isIP } from 'node:net';

/** A setting that is wrong. The message says which one, what was expected and what came. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** One setting: where it is read from, what it may be, and what it is when it is left out. */
interface Setting<T> {
  readonly name: string;
  readonly default: T;
  readonly expects: string;
  readonly meaning: string;
  /** The value, or `undefined` if the text says none. */
  readonly parse: (text: string) => T | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Every setting there is; docs/settings.md shows the same table, and a test compares the two. */
export const SETTINGS = {
  host: address('HOST', '0.0.0.0', 'The address to listen on.'),
  port: integer('PORT', 3000, [0, 65_535], 'The one port, for WebSockets and HTTP; 0 takes a free one.'),
  logLevel: oneOf(
    'LOG_LEVEL',
    'info',
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'The least important log lines that are written.',
  ),
  logPretty: oneOf(
    'LOG_PRETTY',
    'auto',
    ['auto', 'on', 'off'],
    'Log lines for people instead of JSON; `auto` writes them for people where there is a terminal.',
  ),
  transport: oneOf(
    'MINIM_TRANSPORT',
    'auto',
    ['auto', 'uws', 'ws'],
    'What carries the sockets; `auto` takes uWebSockets.js where it loads, else `ws`.',
  ),
  maxSessions: integer(
    'MINIM_MAX_SESSIONS',
    0,
    [0, 10_000_000],
    'Sessions on this node, beyond which new ones are refused with 503; 0 takes what the open-file limit allows.',
  ),
  sessionsPerUser: integer(
    'MINIM_SESSIONS_PER_USER',
    0,
    [0, 1_000_000],
    'Sessions of one user on this node, beyond which the oldest goes; 0 is no limit.',
  ),
  maxBufferedBytes: integer(
    'MINIM_MAX_BUFFERED_BYTES',
    1_048_576,
    [65_536, 1_073_741_824],
    'Bytes that may wait for one session that reads slowly; beyond it the session is closed 4408.',
  ),
  idleTimeoutS: integer(
    'MINIM_IDLE_TIMEOUT_S',
    60,
    [4, 900],
    'Seconds of silence after which a session is closed 4408.',
  ),
  dataDirectory: text('MINIM_DATA_DIR', './data', 'Where messages are kept; made if it is not there.'),
  retentionDays: integer(
    'MINIM_RETENTION_DAYS',
    30,
    [1, 3_650],
    'Days for which messages are kept, with the ids under which they were sent.',
  ),
  maxDevices: integer(
    'MINIM_MAX_DEVICES',
    10,
    [1, 1_000],
    'Devices remembered a user; of more, the one seen least recently is forgotten.',
  ),
  recallS: integer('MINIM_RECALL_S', 120, [0, 2_592_000], 'Seconds for which a sender can take a message back.'),
} as const;

export type Config = { readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K]['default'] };

/**
 * Reads every setting from `environment`. Throws a `ConfigError` at the first name that begins with `MINIM_` and is no
 * setting, and at the first value that cannot be.
 */
export function readConfig(environment: Environment): Config {
  const known = Object.values(SETTINGS).map(({ name }) => name);
  const stranger = Object.keys(environment).find((name) => name.startsWith('MINIM_') && !known.includes(name));
  if (stranger !== undefined) {
    throw new ConfigError(`${stranger} is no setting; those are ${known.join(', ')}`);
  }
  const read = Object.entries(SETTINGS).map(([key, setting]) => [key, readSetting<unknown>(setting, environment)]);
  return Object.fromEntries(read) as Config;
}

function readSetting<T>(setting: Setting<T>, environment: Environment): T {
  const given = environment[setting.name];
  if (given === undefined || given === '') return setting.default;
  const value = setting.parse(given.trim());
  if (value !== undefined) return value;
  throw new ConfigError(`${setting.name} must be ${setting.expects}, got ${JSON.stringify(given)}`);
}

function integer(name: string, fallback: number, [least, most]: [number, number], meaning: string): Setting<number> {
  return {
    name,
    default: fallback,
    expects: `an integer from ${least} to ${most}`,
    meaning,
    parse: (text) =>
      /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined,
  };
}

function oneOf<const T extends string>(name: string, fallback: T, choices: readonly T[], meaning: string): Setting<T> {
  return {
    name,
    default: fallback,
    expects: `one of ${choices.join(', ')}`,
    meaning,
    parse: (text) => choices.find((choice) => choice === text),
  };
}

function text(name: string, fallback: string, meaning: string): Setting<string> {
  return { name, default: fallback, expects: 'a path', meaning, parse: (given) => given };
}

/** A name would make the server listen once for each address that the name has. */
function address(name: string, fallback: string, meaning: string): Setting<string> {
  return {
    name,
    default: fallback,
    expects: 'an IP address, for example 0.0.0.0, 127.0.0.1 or ::',
    meaning,
    parse: (text) => (isIP(text) === 0 ? undefined : text),
  };
}
