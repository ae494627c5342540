/**
 * Asks over HTTP, where WebSockets die. What a host promises:
 * - `request` comes back at once, with what gives the request up;
 * - `done` is called with the answer, or with status 0 where there is none. The client minds only the first call.
 */
export interface Http {
  request(request: HttpRequest, done: (status: number, body: unknown) => void): () => void;
}

export interface HttpRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly header: Readonly<Record<string, string>>;
  /** JSON. */
  readonly data?: string;
}
