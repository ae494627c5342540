import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { expect, it } from 'vitest';
import { apiNode, expectDocumented, KEYS } from '../../support/api-node.js';
import type { ApiOperation } from '../../support/openapi.js';
import { startServer } from '../../support/server.js';

const node = apiNode();

/** As the document's own examples say. */
function call({ method, url, body }: ApiOperation, key = KEYS.shop) {
  const asked = request(node.server.url)[method](url).set('x-api-key', key);
  return body === undefined ? asked : asked.send(body.example as object);
}

it('the document has an example for every body and parameter, and each is as its schema says', () => {
  expect(node.api.operations.length).toBeGreaterThan(0);
  for (const { name, words, body } of node.api.operations) {
    if (body !== undefined) expect(node.api.faults(body.schema, body.example), name).toEqual([]);
    for (const { name: parameter, required, schema, example = schema.example } of words.parameters) {
      if (required) expect(example, `${name}: ${parameter}`).toBeDefined();
      if (example !== undefined) expect(node.api.faults(schema, example), `${name}: ${parameter}`).toEqual([]);
    }
  }
});

it('every example in a schema of the document is as its schema says', () => {
  for (const [name, schema] of node.api.schemas) {
    for (const [field, property] of Object.entries(
      (schema.properties ?? {}) as Record<string, { example?: unknown }>,
    )) {
      if (property.example !== undefined)
        expect(node.api.faults(property, property.example), `${name}.${field}`).toEqual([]);
    }
  }
});

it('every operation, called as its examples say, answers what the document says', async () => {
  for (const operation of node.api.operations) {
    const { status, headers, body } = await call(operation);
    expectDocumented(node.api, operation, { status, headers, body });
    expect(status, operation.name).toBeLessThan(500);
  }
});

it('every operation without a key, or with an unknown one, is refused with a problem document', async () => {
  for (const operation of node.api.operations) {
    const asked = operation.body === undefined ? undefined : (operation.body.example as object);
    const without = await request(node.server.url)[operation.method](operation.url).send(asked);
    const unknown = await call(operation, 'unknown-key-of-nobody-0123456789');
    for (const { status, headers, body } of [without, unknown]) {
      expect({ status, code: body.code }, operation.name).toEqual({ status: 401, code: 'unauthorized' });
      expect(headers['content-type']).toContain('application/problem+json');
      expect(headers['www-authenticate']).toBe('Bearer');
      expect(node.api.faults({ $ref: '#/components/schemas/ProblemAnswer' }, body)).toEqual([]);
    }
    const { security } = operation.words;
    expect(security[0], operation.name).toEqual({ 'x-api-key': [] });
    // Users may speak for themselves where they could on a WebSocket.
    expect(security.length > 1, operation.name).toBe(/\{userId\}\/(inbox|outbox\/\{id\})$/.test(operation.template));
  }
});

it('every operation is named in the title of a test of its own', () => {
  const titles = readdirSync(import.meta.dirname)
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .join('\n');
  expect(node.api.operations.map(({ name }) => name).filter((name) => !titles.includes(`${name} `))).toEqual([]);
});

it('an address under /api/v1 that is none is answered with a problem document, elsewhere as before', async () => {
  const { body, headers } = await request(node.server.url).get('/api/v1/nothing?token=x').expect(404);
  expect(headers['content-type']).toContain('application/problem+json');
  expect(body).toEqual({
    type: 'urn:minim:problem:not_found',
    title: 'Not Found',
    status: 404,
    detail: 'Cannot GET /api/v1/nothing',
    code: 'not_found',
  });
  expect((await request(node.server.url).get('/nothing').expect(404)).body).toEqual({
    statusCode: 404,
    error: 'Not Found',
    message: 'Cannot GET /nothing',
  });
});

it('a server without API keys says which setting is missing', async () => {
  const keyless = await startServer();
  try {
    for (const { method, url } of node.api.operations) {
      const { status, body } = await request(keyless.url)[method](url).set('x-api-key', KEYS.shop);
      expect(status).toBe(403);
      expect(body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining('MINIM_API_KEYS') });
    }
  } finally {
    await keyless.stop();
  }
});

it('/docs is a page of this server’s own files alone', async () => {
  const page = await request(node.server.url).get('/docs').expect(200).expect('content-type', /html/);
  const policy = page.headers['content-security-policy'] ?? '';
  expect(policy).toMatch(/^default-src 'none'; .*script-src 'self'/);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const wanted = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
  expect(wanted.length).toBeGreaterThan(2);
  for (const url of wanted.filter((each) => !each.startsWith('data:'))) {
    expect(url).toMatch(/^\/docs\/[\w.-]+$/);
    await request(node.server.url).get(url).expect(200).expect('x-content-type-options', 'nosniff');
  }
  expect(page.text).not.toMatch(/<script>|<style|style="/);
  await request(node.server.url).get('/docs/package.json').expect(404);
  await request(node.server.url).get('/docs/..%2fpackage.json').expect(404);
});
