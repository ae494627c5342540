import { validateHeaderName, validateHeaderValue } from 'node:http';
import { Readable, Writable } from 'node:stream';

/** What the client asked, all of it read. */
export interface HttpCall {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly remoteAddress: string;
}

type HeaderValue = string | number | readonly string[];
type Headers = Readonly<Record<string, HeaderValue | undefined>>;

/** What a handler has answered. */
export interface Answered {
  readonly status: number;
  readonly headers: ReadonlyMap<string, HeaderValue>;
  readonly body: string | Buffer;
}

/** Of `http.IncomingMessage` what Fastify and Nest use. */
export class UwsRequest extends Readable {
  readonly httpVersion = '1.1';
  readonly httpVersionMajor = 1;
  readonly httpVersionMinor = 1;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly socket: { readonly remoteAddress: string };
  /** May be changed: a handler may be for a part of the paths. */
  url: string;
  aborted = false;

  constructor(
    { method, url, headers, remoteAddress }: HttpCall,
    private readonly body: Buffer | undefined,
  ) {
    super({ autoDestroy: false });
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.socket = { remoteAddress };
  }

  /** The client has gone. */
  abort(): void {
    this.aborted = true;
    this.destroy();
  }

  override _read(): void {
    if (this.body !== undefined) this.push(this.body);
    this.push(null);
  }
}

/** Of `http.ServerResponse` what Fastify and Nest use. The answer is told when it is whole. */
export class UwsResponse extends Writable {
  statusCode = 200;
  headersSent = false;
  private readonly headers = new Map<string, HeaderValue>();
  private readonly chunks: (string | Buffer)[] = [];

  /** `broken`: it was destroyed before it was whole, because of an error if one is given. */
  constructor(
    private readonly answered: (answer: Answered) => void,
    private readonly broken: (error: Error | null) => void,
  ) {
    super({ decodeStrings: false });
  }

  /** As in Node: names and values that would forge other headers are refused, and all that comes too late. */
  setHeader(name: string, value: HeaderValue): this {
    this.expectUnsent();
    validateHeaderName(name);
    // Strings only are declared; numbers and lists are told apart in it.
    validateHeaderValue(name, value as string);
    this.headers.set(name.toLowerCase(), value);
    return this;
  }

  getHeader(name: string): HeaderValue | undefined {
    return this.headers.get(name.toLowerCase());
  }

  getHeaders(): Headers {
    return Object.fromEntries(this.headers);
  }

  getHeaderNames(): string[] {
    return [...this.headers.keys()];
  }

  hasHeader(name: string): boolean {
    return this.headers.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.headers.delete(name.toLowerCase());
  }

  writeHead(status: number, headers: Headers = {}): this {
    this.expectUnsent();
    this.statusCode = status;
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined) this.setHeader(name, value);
    }
    this.headersSent = true;
    return this;
  }

  private expectUnsent(): void {
    if (!this.headersSent) return;
    throw Object.assign(new Error('the headers of this answer are on their way'), { code: 'ERR_HTTP_HEADERS_SENT' });
  }

  override _write(chunk: string | Buffer, encoding: BufferEncoding, done: () => void): void {
    this.headersSent = true;
    this.chunks.push(typeof chunk === 'string' && encoding !== 'utf8' ? Buffer.from(chunk, encoding) : chunk);
    done();
  }

  override _final(done: () => void): void {
    this.headersSent = true;
    const [first = '', ...more] = this.chunks;
    const body = more.length === 0 ? first : Buffer.concat(this.chunks.map(bytesOf));
    this.answered({ status: this.statusCode, headers: this.headers, body });
    done();
  }

  override _destroy(error: Error | null, done: () => void): void {
    if (!this.writableFinished) this.broken(error);
    done();
  }
}

function bytesOf(chunk: string | Buffer): Buffer {
  return typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
