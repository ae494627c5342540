import type { Transport } from '../gateway/transport/transport.js';
import type { Log } from '../messaging/ports/log.js';
import type { MessageStore } from '../messaging/ports/message-store.js';
import type { Auth } from '../open-auth.js';
import type { Faults } from '../ops/metrics/faults.js';
import type { StoreWatch } from '../ops/metrics/watched-store.js';

/** What a node is made of that was opened before it. */
export interface NodeParts {
  readonly transport: Transport;
  readonly store: MessageStore;
  readonly storeWatch: StoreWatch;
  readonly auth: Auth;
  readonly log: Log;
  /** Told of our own faults. */
  readonly faults: Faults;
  /** Told, in a sentence, what an operator should look at. */
  readonly onTrouble: (sentence: string) => void;
}
