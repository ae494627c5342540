import { Agent as HttpAgent, type IncomingMessage, request } from 'node:http';
import { Agent as HttpsAgent, request as requestTls } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

export interface HttpPostOptions {
  /** Connections at once; what is asked beyond waits for one, and its time runs. */
  readonly connections: number;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

/** Posts JSON over few connections, which it keeps. No redirect is followed: what is sent is for one address alone. */
export class HttpPost {
  private readonly agents;

  constructor(private readonly options: HttpPostOptions) {
    const { connections } = options;
    const kept = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections };
    this.agents = { http: new HttpAgent(kept), https: new HttpsAgent(kept) };
  }

  /** Rejects with words for the log; they never have the address in them, whose query may be a secret. */
  post(url: URL, body: string, headers: Readonly<Record<string, string>>, stop?: AbortSignal): Promise<HttpAnswer> {
    const { timeoutMs, maxAnswerBytes } = this.options;
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = stop === undefined ? deadline : AbortSignal.any([deadline, stop]);
    const isTls = url.protocol === 'https:';
    const options = {
      method: 'POST',
      agent: isTls ? this.agents.https : this.agents.http,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      signal,
    };
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(wordsOf(error, deadline, timeoutMs));
      const call = isTls ? requestTls(url, options) : request(url, options);
      call.on('error', fail);
      call.on('response', (response) => {
        boundedText(response, maxAnswerBytes).then(
          (text) => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text }),
          fail,
        );
      });
      call.end(body);
    });
  }

  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }
}

async function boundedText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of response) {
    size += chunk.length;
    if (size > maxBytes) throw new RangeError(`its answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function wordsOf(error: unknown, deadline: AbortSignal, timeoutMs: number): Error {
  if (deadline.aborted) return new Error(`it did not answer within ${timeoutMs} ms`);
  if (error instanceof RangeError) return error;
  const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
  return new Error(`it could not be reached, or broke off${code}`);
}
