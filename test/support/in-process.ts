import { onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/config.js';
import type { MessageStore } from '../../src/messaging/ports/message-store.js';
import { createNode } from '../../src/node.js';
import { createLogger, standardError } from '../../src/ops/logging.js';
import { Exposition } from '../../src/ops/metrics/exposition.js';
import { StoreWatch } from '../../src/ops/metrics/watched-store.js';
import { MemoryStore } from '../../src/store/memory/memory-store.js';

/** A node in this process, on a store in memory. Gone when the test is over. */
export interface NodeInProcess {
  readonly url: string;
  readonly ws: string;
  readonly exposition: Exposition;
  /** The value of a metric as it is shown, as in `minim_users` or `minim_sessions{kind="plain",state="live"}`. */
  metric(shown: string): Promise<number>;
}

export function memoryStore(limits: Partial<ConstructorParameters<typeof MemoryStore>[1]> = {}): MemoryStore {
  return new MemoryStore('epoch', { maxDevices: 10, maxQueuedWrites: 10_000, ...limits });
}

export async function nodeInProcess(
  env: Readonly<Record<string, string>> = {},
  store: MessageStore = memoryStore(),
): Promise<NodeInProcess> {
  const config = readConfig({ LOG_LEVEL: 'silent', ...env });
  const app = await createNode(config, createLogger(config, await standardError(config)), store, new StoreWatch());
  await app.listen(0, '127.0.0.1');
  onTestFinished(() => app.close());
  const bound = app.getHttpServer().address();
  const at = `127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
  const exposition = app.get(Exposition);
  return {
    url: `http://${at}`,
    ws: `ws://${at}/websocket`,
    exposition,
    metric: async (shown) => {
      const line = (await exposition.text()).split('\n').find((each) => each.startsWith(`${shown} `));
      if (line === undefined) throw new Error(`there is no metric ${shown}`);
      return Number(line.slice(shown.length + 1));
    },
  };
}
