import type { UpgradeRefusal } from './transport.js';

/** The header lines of a request as they came: names in lower case, doubled ones twice. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

const KEY = /^[A-Za-z0-9+/]{22}==$/;
/** RFC 9110 §5.6.2 tokens, separated by commas. */
const TOKENS = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(\s*,\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*$/;
const ONCE = [
  'host',
  'sec-websocket-key',
  'sec-websocket-version',
  'content-length',
  'upgrade',
  'sec-websocket-protocol',
];

/** Says what is wrong with a handshake by RFC 6455 §4.2.1, or nothing if it may go on [MP-1.9]. */
export function judgeHandshake(method: string, headers: HeaderLines): UpgradeRefusal | undefined {
  const values = (name: string) => headers.filter(([header]) => header === name).map(([, text]) => text);
  const value = (name: string) => values(name).join(', ').trim();

  for (const name of ONCE) {
    if (values(name).length > 1) return badRequest(`${name} may be given once`);
  }
  if (method.toUpperCase() !== 'GET') return badRequest(`a WebSocket handshake is a GET, got ${method}`);
  if (value('upgrade').toLowerCase() !== 'websocket') return upgradeRequired('expected the header Upgrade: websocket');
  if (!hasToken(value('connection'), 'upgrade')) return badRequest('expected the header Connection: Upgrade');
  if (value('sec-websocket-version') !== '13') {
    return upgradeRequired(`expected Sec-WebSocket-Version: 13, got ${JSON.stringify(value('sec-websocket-version'))}`);
  }
  if (!KEY.test(value('sec-websocket-key'))) return badRequest('Sec-WebSocket-Key must be 16 bytes in base64');
  if (value('host') === '') return badRequest('expected a Host header');
  if (!['', '0'].includes(value('content-length')) || value('transfer-encoding') !== '') {
    return badRequest('a WebSocket handshake has no body');
  }
  const protocols = value('sec-websocket-protocol');
  if (protocols !== '' && !TOKENS.test(protocols)) return badRequest('Sec-WebSocket-Protocol must be a list of tokens');
  return undefined;
}

/** The subprotocol that the server chooses: the first one offered. */
export function firstProtocol(offered: string): string {
  return offered.split(',', 1)[0]?.trim() ?? '';
}

/** Of every refusal; they are no pages, whatever of the request they repeat. */
export const REFUSAL_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'x-content-type-options': 'nosniff',
};

/** The JSON body of a refusal, in the shape of Nest's own exceptions. */
export function refusalBody({ status, because }: UpgradeRefusal): string {
  return JSON.stringify({ statusCode: status, error: REASON_PHRASES[status] ?? 'Error', message: because });
}

export const REASON_PHRASES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Payload Too Large',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function hasToken(list: string, token: string): boolean {
  return list.split(',').some((item) => item.trim().toLowerCase() === token);
}

function badRequest(because: string): UpgradeRefusal {
  return { status: 400, because };
}

function upgradeRequired(because: string): UpgradeRefusal {
  return { status: 426, because, headers: { upgrade: 'websocket', 'sec-websocket-version': '13' } };
}
