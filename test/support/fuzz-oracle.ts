/** What an answer must have, by PROTOCOL.md: for each type of server frame its fields, and whether plain sessions get it. */
const ANSWERS: Readonly<
  Record<string, { readonly plain: boolean; readonly fields: Readonly<Record<string, string>> }>
> = {
  welcome: { plain: false, fields: { sessionId: 'string', epoch: 'string', head: 'number', cursor: 'number' } },
  pong: { plain: true, fields: {} },
  ack: { plain: true, fields: { id: 'string' } },
  error: { plain: true, fields: { code: 'string', message: 'string' } },
  message: { plain: true, fields: { fromUserId: 'string', sentAt: 'number' } },
  broadcast: { plain: true, fields: { messageId: 'string', seq: 'number', fromUserId: 'string', sentAt: 'number' } },
  recalled: { plain: true, fields: { messageId: 'string', fromUserId: 'string', toUserId: 'string' } },
  synced: { plain: false, fields: { cursor: 'number' } },
  toolong: { plain: false, fields: { from: 'number', floor: 'number', head: 'number' } },
  receipt: { plain: false, fields: { peerId: 'string' } },
  typing: { plain: false, fields: { fromUserId: 'string' } },
  history: { plain: false, fields: { id: 'string', items: 'object', more: 'boolean' } },
  conversations: { plain: false, fields: { id: 'string', items: 'object', more: 'boolean' } },
  joined: {
    plain: false,
    fields: { room: 'string', count: 'number', head: 'number', from: 'number', members: 'object' },
  },
  entered: { plain: false, fields: { room: 'string', count: 'number', userId: 'string' } },
  left: { plain: false, fields: { room: 'string', count: 'number', userId: 'string' } },
  members: { plain: false, fields: { room: 'string', count: 'number' } },
  profile: { plain: false, fields: { userId: 'string' } },
  blocked: { plain: false, fields: { id: 'string', userIds: 'object' } },
  presence: { plain: false, fields: { userId: 'string', online: 'boolean' } },
};

/** `internal` is among the codes of PROTOCOL.md, and here a fault all the same: it says that the fault is ours. */
const ERRORS = new Set([
  ...['bad_frame', 'forbidden', 'conflict', 'not_found', 'rate_limited', 'busy', 'unsupported', 'token_expiring'],
  ...['bad_frames', 'silent', 'slow', 'too_many_sessions', 'too_fast', 'unauthorized', 'token_expired', 'replaced'],
]);

/** Each close that a client may be told: an answer to its own has its own code. */
const CLOSES: Readonly<Record<number, RegExp>> = {
  1002: /^/,
  1003: /^binary$/,
  1007: /^/,
  1009: /^(too_large)?$/,
  4400: /^bad_frames$/,
  4408: /^(silent|slow|too_many_sessions)$/,
  4429: /^too_fast$/,
  4501: /^(unauthorized|token_expired)$/,
  4509: /^(replaced|too_many_sessions)$/,
};

const STACK = /\bat .{0,200}(?:file:\/|node_modules|\.js:\d+:\d+)/;

/** What is wrong with a text from the server, if anything is. */
export function faultOfAnswer(text: string, isFull: boolean): string | undefined {
  const complain = (what: string) => `${what}: ${text.slice(0, 500)}`;
  const frame = objectOf(text);
  if (frame === undefined) return complain('an answer is no JSON object');
  const form = Object.hasOwn(ANSWERS, String(frame.type)) ? ANSWERS[String(frame.type)] : undefined;
  if (form === undefined) return complain('an answer has a type that nobody knows');
  if (!isFull && !form.plain) return complain('a plain session got a frame for full ones');
  const missing = Object.entries(form.fields).find(([name, type]) => typeof frame[name] !== type);
  if (missing !== undefined) return complain(`an answer should have a ${missing[1]} as its ${missing[0]}`);
  if (frame.type === 'message' && !hasTarget(frame, isFull)) return complain('a message is for nobody');
  if (frame.type === 'error' && !ERRORS.has(String(frame.code))) return complain('an error has an unexpected code');
  const from = frame.fromUserId;
  if (from !== undefined && !String(from).startsWith('fuzz-'))
    return complain('it came from somebody who sent nothing');
  return STACK.test(text) ? complain('an answer has a stack trace') : undefined;
}

export function faultOfClose(code: number | undefined, reason: string): string | undefined {
  if (code === undefined) return undefined;
  const word = CLOSES[code];
  // The answer to a close of the fuzzer's own, which may have had any code that is one.
  if (word === undefined) return code === 1011 ? `close 1011 ${reason}: our fault` : undefined;
  return word.test(reason) || reason === '' || code >= 4000 ? undefined : `close ${code} has the reason ${reason}`;
}

/** `answer`: as it came, or as far as it did; no answer at all is one, too. */
export function faultOfHttp(answer: string, mayUpgrade: boolean): string | undefined {
  if (answer === '') return undefined;
  const status = Number(/^HTTP\/1\.[01] (\d{3}) /.exec(answer)?.[1]);
  const complain = (what: string) => `${what}: ${answer.slice(0, 500)}`;
  if (Number.isNaN(status)) return complain('this is no HTTP');
  if (STACK.test(answer)) return complain('an answer has a stack trace');
  if (status === 101 && mayUpgrade) return undefined;
  // 100 is for `Expect: 100-continue`, 505 is what uWebSockets.js has for a request line that it does not like.
  const isFine = status === 100 || (status >= 200 && status < 300) || (status >= 400 && status < 500);
  return isFine || status === 503 || status === 505 ? undefined : complain('an unexpected status');
}

/** A message is for a user or, on full sessions, for a room. */
function hasTarget({ toUserId, room }: Readonly<Record<string, unknown>>, isFull: boolean): boolean {
  return typeof toUserId === 'string' || (isFull && typeof room === 'string');
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
