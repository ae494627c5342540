import request from 'supertest';
import { afterAll, beforeAll, expect } from 'vitest';
import { type ApiOperation, OpenApi, type OpenApiDocument } from './openapi.js';
import { type RunningServer, startServer } from './server.js';
import { WsClient } from './ws-client.js';

/** Keys of three servers: one may do everything, one only sends, one only reads. */
export const KEYS = {
  shop: 'shop-key-of-the-tests-0123456789',
  bell: 'bell-key-of-the-tests-0123456789',
  eye: 'eye-key-of-the-tests-01234567890',
};

const API_KEYS = `shop:send+broadcast+read+admin:${KEYS.shop},bell:send:${KEYS.bell},eye:read:${KEYS.eye}`;

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers that the document has just vouched for
  readonly body: any;
}

/** One Minim for the tests of a file, asked over HTTP. */
export interface ApiNode {
  readonly server: RunningServer;
  readonly api: OpenApi;
  /**
   * Asks for an operation of the document, whose answer must be as the document says. A text is sent as it is, as JSON.
   */
  ask(method: ApiOperation['method'], path: string, body?: object | string, key?: string): Promise<ApiAnswer>;
  /** A full session behind its `welcome`. */
  open(userId: string, query?: string): Promise<WsClient>;
}

export function apiNode(env: Readonly<Record<string, string>> = {}): ApiNode {
  let server: RunningServer;
  let api: OpenApi;

  beforeAll(async () => {
    server = await startServer({ env: { MINIM_API_KEYS: API_KEYS, ...env } });
    const { body } = await request(server.url).get('/docs-json').expect(200);
    api = new OpenApi(body as OpenApiDocument);
  });

  afterAll(async () => void (await server.stop()));

  return {
    get server() {
      return server;
    },
    get api() {
      return api;
    },
    ask: async (method, path, body, key = KEYS.shop) => {
      const operation = api.operationAt(method, path.replace(/\?.*$/, ''));
      const asked = request(server.url)[method](path).set('x-api-key', key);
      if (body !== undefined) asked.set('content-type', 'application/json').send(body);
      const { status, headers, body: answer } = await asked;
      expectDocumented(api, operation, { status, headers, body: answer });
      return { status, headers, body: answer };
    },
    open: async (userId, query = '') => {
      const session = await WsClient.open(`${server.ws}/websocket/${userId}?v=1${query}`, { ignored: 'synced' });
      await session.next();
      return session;
    },
  };
}

/** That an answer is one of those which the document names. */
export function expectDocumented(api: OpenApi, operation: ApiOperation, { status, headers, body }: ApiAnswer): void {
  expect(Object.keys(operation.words.responses), operation.name).toContain(String(status));
  const said = api.answer(operation, status);
  if (said === undefined) return;
  expect(headers['content-type'], operation.name).toContain(said.type);
  expect(api.faults(said.schema, body), `${operation.name}: ${JSON.stringify(body)}`).toEqual([]);
}
