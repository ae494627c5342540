import { type Config, readConfig } from '../config/config.js';
import { type Flag, type Given, UsageError } from './command.js';

/** Not `MINIM_…`: what begins so and is no setting keeps a node from starting. */
const KEY_VARIABLE = 'X_API_KEY';
const ANSWER_WITHIN_MS = 10_000;
const NO_KEY = `this needs an API key of scope admin: give the node one, MINIM_API_KEYS=ops:admin:KEY with KEY of 24 characters or more (openssl rand -hex 24), and show it here with --key, in ${KEY_VARIABLE}, or in the same MINIM_API_KEYS`;

/** Flags of every command that asks a running node. */
export const NODE_FLAGS: Readonly<Record<'url' | 'key', Flag>> = {
  url: { value: 'URL', meaning: 'Where the node is; left out, on this machine, at HOST and PORT.' },
  key: {
    value: 'KEY',
    meaning: `An API key of scope admin; left out, ${KEY_VARIABLE} or one of MINIM_API_KEYS. Others on this machine see flags.`,
  },
};

/** A running node does not do what it was asked. The message says why, and what to do. */
export class NodeRefusal extends Error {
  override readonly name = 'NodeRefusal';

  constructor(
    message: string,
    /** The HTTP status; 0 when nobody answered. */
    readonly status: number,
    /** After this the same may be asked again. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** What is used of a problem document. */
interface Problem {
  readonly code?: unknown;
  readonly detail?: unknown;
  readonly retryAfterMs?: unknown;
}

/** The HTTP API of a running node, for whoever runs it. */
export class NodeApi {
  constructor(
    readonly url: string,
    private readonly key: string,
  ) {}

  /** What stands at a path of `/api/v1`, within so many milliseconds more than it takes by itself. Rejects with a `NodeRefusal`. */
  async get(path: string, waitMs = 0): Promise<unknown> {
    const answer = await this.ask(path, waitMs);
    const body = await bodyOf(answer);
    if (answer.ok && body !== undefined) return body;
    throw this.refusal(answer.status, body ?? {});
  }

  private async ask(path: string, waitMs: number): Promise<Response> {
    try {
      return await fetch(`${this.url}/api/v1/${path}`, {
        headers: { 'x-api-key': this.key },
        signal: AbortSignal.timeout(waitMs + ANSWER_WITHIN_MS),
      });
    } catch (error) {
      throw new NodeRefusal(`no node answers at ${this.url} (${reasonOf(error)}); start it, or set --url`, 0);
    }
  }

  private refusal(status: number, { code, detail, retryAfterMs }: Problem): NodeRefusal {
    const { url } = this;
    if (typeof code !== 'string' || typeof detail !== 'string') {
      return new NodeRefusal(`what answers at ${url} is no Minim (status ${status}); set --url`, status);
    }
    if (status === 401) {
      return new NodeRefusal(
        `the node at ${url} does not know this API key; expected one of its MINIM_API_KEYS`,
        status,
      );
    }
    if (status === 403)
      return new NodeRefusal(`${detail}; start the node with one: MINIM_API_KEYS=ops:admin:KEY`, status);
    if (detail.startsWith('Cannot GET')) {
      return new NodeRefusal(`the node at ${url} knows no such question; expected one of this version`, status);
    }
    return new NodeRefusal(detail, status, typeof retryAfterMs === 'number' ? retryAfterMs : undefined);
  }
}

/** The node that `given` means. Throws a `UsageError` or an error that says what to set. */
export function nodeOf({ flags, environment }: Pick<Given, 'flags' | 'environment'>): NodeApi {
  const settings = once(() => readConfig(environment));
  const url = flags.get('url') ?? urlOf(settings());
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(`--url must be an http or https URL, got ${JSON.stringify(url)}`);
  }
  const key = flags.get('key') ?? (environment[KEY_VARIABLE] || keyOf(settings()));
  // What was given is not shown.
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new UsageError('the API key must be printable ASCII characters without spaces');
  return new NodeApi(url.replace(/\/+$/, ''), key);
}

function urlOf({ host, port }: Config): string {
  if (port === 0) throw new UsageError('PORT=0 takes any free port: --url must say which one it is');
  const reachable =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${reachable}:${port}`;
}

function keyOf({ apiKeys }: Config): string {
  const admin = apiKeys
    .map((text) => /^[^:]*:([^:]*):(.*)$/.exec(text))
    .find((key) => key?.[1]?.split('+').includes('admin'));
  const key = admin?.[2];
  if (key === undefined) throw new Error(NO_KEY);
  return key;
}

async function bodyOf(answer: Response): Promise<object | undefined> {
  try {
    const body: unknown = await answer.json();
    return typeof body === 'object' && body !== null ? body : undefined;
  } catch {
    return undefined;
  }
}

/** As in ECONNREFUSED. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}

function once<T>(read: () => T): () => T {
  let value: { readonly it: T } | undefined;
  return () => {
    value ??= { it: read() };
    return value.it;
  };
}
