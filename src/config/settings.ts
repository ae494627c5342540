import { SCOPES } from '../model/api-key.js';
import { address, integer, limit, list, oneOf, text } from './kinds.js';
import { API_KEY_LEAST_LENGTH, APP_ID, isNetwork, ORIGIN, parseApiKey } from './words.js';

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
    ['auto', 'on', 'off', '1', '0'],
    'Log lines for people (`on`, `1`) instead of JSON (`off`, `0`); `auto` writes them for people where there is a terminal.',
  ),
  transport: oneOf(
    'MINIM_TRANSPORT',
    'auto',
    ['auto', 'uws', 'ws'],
    'What carries the sockets; `auto` takes uWebSockets.js where it loads, else `ws`.',
  ),
  metricsPort: integer(
    'MINIM_METRICS_PORT',
    0,
    [0, 65_535],
    'A port of its own for `/metrics`, where nobody is asked for a key; 0 has it on the one port, with tokens for API keys of scope read or admin.',
  ),
  metricsAddress: address('MINIM_METRICS_ADDRESS', '127.0.0.1', 'The address of that port.'),
  maxSessions: integer(
    'MINIM_MAX_SESSIONS',
    0,
    [0, 10_000_000],
    'Sessions on this node, beyond which new ones are refused with 503; 0 takes what the open-file limit allows.',
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
  drainS: integer(
    'MINIM_DRAIN_S',
    20,
    [0, 600],
    'Seconds over which the sessions of a node that goes are asked to come back, so that not all come at once.',
  ),
  dataDirectory: text('MINIM_DATA_DIR', './data', 'a path', 'Where messages are kept; made if it is not there.'),
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
  recipients: oneOf(
    'MINIM_RECIPIENTS',
    'anyone',
    ['anyone', 'known'],
    'Who can be sent messages: `anyone`, also before the first visit, or only users who are `known` because they were online once.',
  ),
  recallS: integer('MINIM_RECALL_S', 120, [0, 2_592_000], 'Seconds for which a sender can take a message back.'),

  authMode: oneOf(
    'MINIM_AUTH',
    'open',
    ['open', 'token'],
    'Who may connect: `open` takes anyone as anyone, for development; `token` asks for a token. With `NODE_ENV=production` it has to be given.',
  ),
  jwtSecrets: {
    ...list(
      'MINIM_JWT_SECRET',
      'secrets of at least 32 bytes each, with commas in between',
      'Shared secrets of the tokens, for HS256: the first signs, all are believed, so that they can be changed one by one.',
      (secret) => Buffer.byteLength(secret) >= 32,
    ),
    secret: true,
  },
  jwks: text(
    'MINIM_JWKS',
    '',
    'a path or a URL',
    'Public keys of the tokens, for RS256, ES256 and EdDSA: a JSON Web Key Set.',
  ),
  jwtAudience: text('MINIM_JWT_AUDIENCE', '', 'a text', 'What the `aud` of tokens must be, if it must be something.'),
  jwtIssuer: text('MINIM_JWT_ISSUER', '', 'a text', 'What the `iss` of tokens must be, if it must be something.'),
  tokenTtlS: integer(
    'MINIM_TOKEN_TTL_S',
    7_200,
    [60, 2_592_000],
    'Seconds for which tokens of a WeChat login are good, and sessions for which an API key got the ticket.',
  ),
  apiKeys: {
    ...list(
      'MINIM_API_KEYS',
      `name:scopes:key with commas in between, scopes of ${SCOPES.join('+')}, keys of at least ${API_KEY_LEAST_LENGTH} characters`,
      'Keys of other servers, for HTTP.',
      (item) => parseApiKey(item) !== undefined,
    ),
    secret: true,
  },
  wechatAppid: text(
    'MINIM_WECHAT_APPID',
    '',
    'a text',
    'The mini-program whose users log in with `POST /auth/wechat`.',
  ),
  wechatSecret: {
    ...text('MINIM_WECHAT_SECRET', '', 'a text', 'The secret of that mini-program.'),
    secret: true,
  },
  wechatUrl: text('MINIM_WECHAT_URL', 'https://api.weixin.qq.com', 'a URL', 'Where code2Session is asked.'),
  mayBroadcast: {
    ...oneOf(
      'MINIM_BROADCAST',
      'everyone',
      ['everyone', 'role', 'api'],
      'Who may broadcast: everyone, users whose token has `broadcast` among its `roles`, or API keys alone.',
    ),
    tokenDefault: 'role',
  },
  mayEnterRooms: oneOf(
    'MINIM_ROOMS',
    'everyone',
    ['everyone', 'token'],
    'Who may enter rooms: everyone, or users whose token has the room among its `rooms` (names; `*` stands for anything).',
  ),
  allowedOrigins: list(
    'MINIM_ALLOWED_ORIGINS',
    'origins such as https://example.org and app ids such as wx0123456789abcdef, with commas in between',
    'Whose pages and mini-programs may connect; without any, all may.',
    (item) => ORIGIN.test(item) || APP_ID.test(item),
  ),
  trustedProxies: list(
    'MINIM_TRUSTED_PROXIES',
    'IP addresses or networks such as 10.0.0.0/8, with commas in between',
    'Proxies whose `X-Forwarded-For` is believed.',
    isNetwork,
  ),
  sessionsPerUser: limit(
    'MINIM_SESSIONS_PER_USER',
    10,
    1_000_000,
    'Sessions of one user on this node, beyond which the oldest goes',
  ),
  sessionsPerAddress: limit(
    'MINIM_SESSIONS_PER_ADDRESS',
    1_000,
    10_000_000,
    'Sessions from one address, beyond which new ones are refused with 429',
  ),
  connectsPerS: limit(
    'MINIM_CONNECTS_PER_S',
    2_000,
    1_000_000,
    'New sessions a second on this node, beyond which they are refused with 429',
  ),
  connectsPerSPerAddress: limit(
    'MINIM_CONNECTS_PER_S_PER_ADDRESS',
    50,
    1_000_000,
    'New sessions a second from one address, beyond which they are refused with 429',
  ),
  failedLoginsPerMinute: limit(
    'MINIM_FAILED_LOGINS_PER_MINUTE',
    30,
    1_000_000,
    'Tokens, tickets, API keys and codes a minute from one address that are not believed, beyond which it is refused with 429',
  ),
  framesPerS: limit(
    'MINIM_FRAMES_PER_S',
    20,
    1_000_000,
    'Sends and questions a second of one user or API key, beyond which they get `rate_limited`',
  ),
  framesBurst: limit(
    'MINIM_FRAMES_BURST',
    60,
    1_000_000,
    'Sends and questions of one user or API key that may come at once',
  ),
  bytesPerS: limit(
    'MINIM_BYTES_PER_S',
    262_144,
    1_000_000_000,
    'Bytes a second that one user or API key sends, beyond which sends get `rate_limited`',
  ),
  requestsPerSPerAddress: limit(
    'MINIM_REQUESTS_PER_S_PER_ADDRESS',
    50,
    1_000_000,
    'HTTP requests a second from one address, beyond which they are refused with 429',
  ),
  httpBodyBytes: integer(
    'MINIM_HTTP_BODY_BYTES',
    1_048_576,
    [1_024, 104_857_600],
    'The largest body of an HTTP request, beyond which it is refused with 413.',
  ),
} as const;
