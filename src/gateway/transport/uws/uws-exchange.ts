import type { HttpResponse } from 'uWebSockets.js';
import { type IncomingMessage, type RequestListener, type ServerResponse, STATUS_CODES } from 'node:http';
import type { TransportCounters, TransportOptions } from '../transport.js';
import { answerRefusal } from './uws-http.js';
import { type Answered, type HttpCall, UwsRequest, UwsResponse } from './uws-messages.js';

/** uWebSockets.js writes these itself. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'connection',
  'transfer-encoding',
  'keep-alive',
  'content-length',
  'date',
]);

export interface ExchangeOptions extends Pick<TransportOptions, 'maxBodyBytes' | 'onError'> {
  readonly counters: Pick<TransportCounters, 'refused' | 'bodiesCut'>;
}

/** One request and its one answer, which may be overtaken by the client's going away. */
export class Exchange {
  private over = false;
  private request: UwsRequest | undefined;
  private response: UwsResponse | undefined;

  constructor(
    private readonly res: HttpResponse,
    private readonly options: ExchangeOptions,
    private readonly onOver: () => void,
  ) {
    res.onAborted(() => this.abort());
  }

  readBody(complete: (body: Buffer) => void): void {
    const { maxBodyBytes: limit, counters } = this.options;
    const chunks: Buffer[] = [];
    let size = 0;
    this.res.onData((chunk, isLast) => {
      if (this.over) return;
      size += chunk.byteLength;
      if (size > limit) {
        counters.bodiesCut += 1;
        return this.refuse({ status: 413, because: `the body may have at most ${limit} bytes` });
      }
      // The chunk's memory is reused after this callback.
      chunks.push(Buffer.from(new Uint8Array(chunk)));
      if (isLast) complete(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
  }

  handle(handler: RequestListener, call: HttpCall, body: Buffer | undefined): void {
    const request = new UwsRequest(call, body);
    const response = new UwsResponse(
      (answer) => this.answer(call.method, answer),
      (error) => this.broken(error),
    );
    this.request = request;
    this.response = response;
    try {
      // The declared types have much that no handler here uses.
      handler(request as unknown as IncomingMessage, response as unknown as ServerResponse<IncomingMessage>);
    } catch (error) {
      this.fail(error);
    }
  }

  refuse(refusal: Parameters<typeof answerRefusal>[1]): void {
    if (this.over) return;
    this.end();
    answerRefusal(this.res, refusal);
  }

  fail(error: unknown): void {
    this.options.onError(error, 'http');
    this.refuse({ status: 500, because: 'Internal server error' });
  }

  private answer(method: string, { status, headers, body }: Answered): void {
    if (this.over) return;
    this.end();
    const { res } = this;
    res.cork(() => {
      res.writeStatus(`${status} ${STATUS_CODES[status] ?? ''}`);
      writeHeaders(res, headers);
      if (method !== 'HEAD' && status !== 204 && status !== 304) return void res.end(body);
      const length = method === 'HEAD' ? headers.get('content-length') : undefined;
      if (length !== undefined) res.writeHeader('content-length', String(length));
      // With a length as its argument this waits for a body that never comes.
      res.endWithoutBody();
    });
  }

  private broken(error: Error | null): void {
    if (!this.over) this.fail(error ?? new Error('no response'));
  }

  /** As Node does it: whoever still works on the answer may stop. */
  private abort(): void {
    this.end();
    this.request?.abort();
    this.response?.destroy();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.onOver();
  }
}

/** A header with several values is several lines. */
function writeHeaders(res: HttpResponse, headers: Answered['headers']): void {
  for (const [name, value] of headers) {
    if (NOT_COPIED.has(name)) continue;
    if (typeof value === 'object') for (const each of value) res.writeHeader(name, each);
    else res.writeHeader(name, String(value));
  }
}
