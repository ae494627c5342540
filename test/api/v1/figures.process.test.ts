import { expect, it } from 'vitest';
import { apiNode, KEYS } from '../../support/api-node.js';

const node = apiNode();

interface Figure {
  readonly name: string;
  readonly values?: readonly { readonly value: number; readonly labels: Readonly<Record<string, string>> }[];
  readonly counts?: readonly number[];
}

async function figures(): Promise<ReadonlyMap<string, Figure>> {
  const { body } = await node.ask('get', '/api/v1/node/figures');
  return new Map(body.figures.map((figure: Figure) => [figure.name, figure]));
}

const sum = (numbers: readonly number[] = []) => numbers.reduce((a, b) => a + b, 0);

it('GET /api/v1/node/figures tells what the node counts: sessions, acks and deliveries, its event loop and its queues', async () => {
  const before = await figures();
  const [a, b] = [await node.open('figA'), await node.open('figB')];
  await a.ask({ type: 'message', id: 'f1', toUserId: 'figB', message: 'hello' });
  await b.next();
  const live = (of: ReadonlyMap<string, Figure>) =>
    of.get('minim_sessions')?.values?.find(({ labels }) => labels.kind === 'full' && labels.state === 'live')?.value;
  await expect.poll(async () => live(await figures())).toBe((live(before) ?? 0) + 2);
  const after = await figures();
  for (const name of ['minim_ack_seconds', 'minim_delivery_seconds']) {
    expect(sum(after.get(name)?.counts), name).toBe(sum(before.get(name)?.counts) + 1);
  }
  const lags = (of: ReadonlyMap<string, Figure>) => sum(of.get('minim_event_loop_lag_seconds')?.counts);
  // It is looked at every 20 ms, and all of the above may take less.
  await expect.poll(async () => lags(await figures())).toBeGreaterThan(lags(before));
  for (const name of ['minim_store_queued_writes', 'minim_store_queued_reads', 'minim_hooks_queued']) {
    expect(after.get(name)?.values, name).toEqual([{ value: expect.any(Number), labels: {} }]);
  }
  expect((await node.ask('get', '/api/v1/node/figures', undefined, KEYS.eye)).status).toBe(403);
});
