import type { Http, HttpRequest } from '../../mini-program-client/src/hosts/http.js';

/** A request whose answer the test makes up. */
export class ScriptedRequest {
  givenUp = false;
  answered = false;

  constructor(
    readonly request: HttpRequest,
    private readonly done: (status: number, body: unknown) => void,
  ) {}

  get isPut(): boolean {
    return this.request.method === 'PUT';
  }

  get url(): URL {
    return new URL(this.request.url);
  }

  get body(): Record<string, unknown> {
    return JSON.parse(this.request.data ?? '{}');
  }

  answer(status: number, body: object = {}): void {
    this.answered = true;
    this.done(status, JSON.stringify(body));
  }

  /** There is no answer. */
  fail(): void {
    this.answered = true;
    this.done(0, '');
  }
}

/** Requests that wait for the test to answer them. */
export class ScriptedHttp implements Http {
  readonly requests: ScriptedRequest[] = [];

  request(request: HttpRequest, done: (status: number, body: unknown) => void): () => void {
    const scripted = new ScriptedRequest(request, done);
    this.requests.push(scripted);
    return () => {
      scripted.givenUp = true;
    };
  }

  /** Those that wait for their answers. */
  get open(): readonly ScriptedRequest[] {
    return this.requests.filter(({ givenUp, answered }) => !givenUp && !answered);
  }

  /** The question for the inbox that waits. */
  get poll(): ScriptedRequest {
    return found(this.open.find(({ isPut }) => !isPut));
  }

  /** The message that is on its way. */
  get put(): ScriptedRequest {
    return found(this.open.find(({ isPut }) => isPut));
  }
}

function found(request: ScriptedRequest | undefined): ScriptedRequest {
  if (!request) throw new Error('nothing is asked');
  return request;
}
