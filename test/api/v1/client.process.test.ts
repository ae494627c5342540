import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiNode, KEYS } from '../../support/api-node.js';
import { GeneratedClient } from '../../support/generated-client.js';

const [, OF_THE_DOCS = ''] = /^```ts\n(.*?)^```$/ms.exec(readFileSync('docs/api.md', 'utf8')) ?? [];

/** Calls operations as a shop's backend would; prints what each answered. */
const BACKEND = `
import { client } from './minim/client.gen.js'
import { messageStatus, onlineUsers, sendBatch, sendMessage, userHistory } from './minim/index.js'
import type { ProblemAnswer } from './minim/index.js'

client.setConfig({ baseUrl: process.env.URL ?? '', headers: { 'x-api-key': process.env.KEY } })

const path = { id: 'id with / ? and #' }
const sent = await sendMessage({ path, body: { toUserId: 'B', message: { order: 17 } } })
const again = await sendMessage({ path, body: { toUserId: 'B', message: { order: 17 } } })
const other = await sendMessage({ path, body: { toUserId: 'B', message: 'else' } })
const problem: ProblemAnswer | undefined = other.error
// @ts-expect-error a body has to say whom it is for
const nobody = await sendMessage({ path, body: { message: 'x' } })
const stranger = await sendMessage({ path, body: { toUserId: 'B', message: 'x' }, headers: { 'x-api-key': 'none' } })
const batch = await sendBatch({
  body: { items: [{ id: 'n1', toUserId: 'B', message: 'one' }, { id: 'n2', toUserId: 'no spaces', message: 'two' }] },
})
const messageId = sent.data && 'messageId' in sent.data ? sent.data.messageId : ''
const state = await messageStatus({ path: { id: messageId } })
const history = await userHistory({ path: { userId: 'B', peerId: '@shop' }, query: { limit: 1 } })
const online = await onlineUsers({ throwOnError: true })
console.log(JSON.stringify({
  sent: [sent.response?.status, messageId],
  again: [again.response?.status, again.data],
  conflict: problem && [problem.status, problem.code, problem.detail],
  nobody: nobody.error?.errors?.map(({ field }) => field),
  stranger: stranger.error?.code,
  batch: batch.data?.items.map(({ status, id, problem }) => [status, id, problem?.code]),
  state: [state.data?.toUserId, state.data?.delivered, state.data?.devices.length],
  history: [history.data?.items.map(({ message }) => message), history.data?.more],
  online: online.data.count,
}))
`;

/** The compiler alone takes some of it on a busy machine. */
const COMPILED_WITHIN_MS = 60_000;

describe('a client that is generated from the OpenAPI document', () => {
  const node = apiNode();
  let client: GeneratedClient;

  beforeAll(async () => {
    const ofTheDocs = OF_THE_DOCS.replace('http://localhost:3000', node.server.url);
    client = await GeneratedClient.from(`${node.server.url}/docs-json`, { backend: BACKEND, docs: ofTheDocs });
  });

  afterAll(() => client?.remove());

  it(
    'compiles with strict TypeScript, and sends, asks and is declined as it is typed',
    async () => {
      expect(await client.compile()).toBe('');
      const said = JSON.parse(await client.run('backend', { URL: node.server.url, KEY: KEYS.shop }));
      const [, messageId] = said.sent;
      expect(said).toEqual({
        sent: [201, expect.stringMatching(/^[0-9a-f]{10}-[0-9a-z]+$/)],
        again: [200, expect.objectContaining({ messageId, duplicate: true })],
        conflict: [409, 'conflict', 'this id was used for another message; expected a new one'],
        nobody: ['toUserId'],
        stranger: 'unauthorized',
        batch: [
          [201, 'n1', null],
          [400, 'n2', 'bad_frame'],
        ],
        state: ['B', false, 0],
        history: [['one'], true],
        online: 0,
      });
      expect(await client.run('docs', { KEY: KEYS.shop })).toMatch(/^[0-9a-f]{10}-[0-9a-z]+\n$/);
    },
    COMPILED_WITHIN_MS,
  );
});
