import type { Config } from './config/config.js';
import type { MessageStore } from './messaging/ports/message-store.js';
import type { Logger } from './ops/logging.js';
import { openSqliteStore } from './store/sqlite/sqlite-store.js';

/** Beyond so many writes without an answer, sends are `busy`: about half a second's work. */
const MAX_QUEUED_WRITES = 20_000;

/** The store of this node. Throws, with words for whoever starts the program, when it can't be used. */
export function openStore(
  config: Config,
  logger: Logger,
  onCommit: (writes: number, tookMs: number) => void,
): Promise<MessageStore> {
  return openSqliteStore({
    directory: config.dataDirectory,
    maxDevices: config.maxDevices,
    knownRecipientsOnly: config.recipients === 'known',
    maxQueuedWrites: MAX_QUEUED_WRITES,
    onCommit,
    onHealth: (health) => {
      if (health.state === 'ok') logger.info('the store takes messages again');
      else logger.error({ reason: health.reason }, 'the store takes no messages; sends are answered busy');
    },
  });
}
