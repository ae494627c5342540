/** A client's text, understood as far as its outer form goes: which frame it means, or why it means none. */
export type Decoded =
  | { readonly kind: 'ping' }
  | DecodedFrame
  | {
      readonly kind: 'bad';
      readonly code: 'bad_frame' | 'unsupported';
      readonly because: string;
      readonly id?: unknown;
    };

export interface DecodedFrame {
  readonly kind: 'frame';
  readonly type: string;
  readonly fields: Record<string, unknown>;
  /** The text was JSON without a single escape, so that each string in it stands there as its own JSON. */
  readonly verbatim: boolean;
}

const PING: Decoded = { kind: 'ping' };
const PING_TEXT = /^\s*ping\s*$/i;
const OPENING_BRACE = 0x7b;
const BRACKET = /^\s*[{[]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the rule is about control characters [MP-2.7]
const CONTROL_CHARACTER = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** Turns one text into the frame it stands for: the short forms of PROTOCOL.md §2 become whole frames here. */
export function decode(text: string): Decoded {
  if (text === 'ping') return PING;
  if (text.charCodeAt(0) === OPENING_BRACE || BRACKET.test(text)) return decodeJson(text);
  if (text === '') return bad('an empty text is no frame; expected ping, a JSON object or a text to broadcast');
  if (PING_TEXT.test(text)) return PING;
  if (CONTROL_CHARACTER.test(text)) {
    return {
      kind: 'bad',
      code: 'unsupported',
      because:
        'the text has control characters, so it belongs to another protocol; expected a JSON object or plain text',
    };
  }
  return { kind: 'frame', type: 'broadcast', fields: { type: 'broadcast', message: text }, verbatim: false };
}

function decodeJson(text: string): Decoded {
  const value = parseJson(text);
  if (value === undefined) return bad('the text begins like JSON but is not valid JSON; expected one JSON object');
  if (!isRecord(value)) return bad('expected one JSON object, got an array');
  const { type } = value;
  const verbatim = !text.includes('\\');
  if (typeof type === 'string') return { kind: 'frame', type, fields: value, verbatim };
  if (type !== undefined) return bad(`type must be a string, got ${describe(type)}`, value.id);
  return expandShortForm(value, verbatim);
}

function expandShortForm(fields: Record<string, unknown>, verbatim: boolean): Decoded {
  if ('toUserId' in fields || 'room' in fields) return shortForm('message', fields, verbatim);
  if ('message' in fields) return shortForm('broadcast', fields, verbatim);
  return bad('an object needs a type, a toUserId or a message; it has none of them', fields.id);
}

function shortForm(type: string, fields: Record<string, unknown>, verbatim: boolean): Decoded {
  return { kind: 'frame', type, fields: asTexts(fields), verbatim };
}

/** In the short forms numbers and booleans count as their text [MP-2.5]. */
function asTexts(fields: Record<string, unknown>): Record<string, unknown> {
  const { toUserId, fromUserId, formUserId, message } = fields;
  if (isScalar(toUserId)) fields.toUserId = String(toUserId);
  if (isScalar(fromUserId)) fields.fromUserId = String(fromUserId);
  if (isScalar(formUserId)) fields.formUserId = String(formUserId);
  if (isScalar(message)) fields.message = String(message);
  return fields;
}

function isScalar(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function bad(because: string, id?: unknown): Decoded {
  return { kind: 'bad', code: 'bad_frame', because, id };
}

/** The parsed value; `undefined`, which JSON cannot say, when the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What came, in a few words that are safe to send back: a short string is quoted, anything else is named. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return `the ${typeof value} ${String(value)}`;
  if (value.length <= 80) return JSON.stringify(value);
  return `a string of ${value.length} characters`;
}
