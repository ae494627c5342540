import type { BusNote } from '../messaging/ports/bus.js';
import type { StoreRead } from '../messaging/ports/store-reads.js';
import type { StoredBroadcast } from '../model/stored.js';
import { encodeBroadcast } from '../protocol/encode.js';
import type { Outflow } from './outflow.js';
import type { Session } from './session.js';
import { SharedTimeline } from './shared-timeline.js';
import { EVERYONE } from './topics.js';

/** The timeline of the broadcasts [MP-4.1]. */
export class BroadcastTimeline extends SharedTimeline<StoredBroadcast> {
  constructor(store: Pick<StoreRead, 'broadcasts'>, outflow: Outflow, onError: (error: unknown) => void) {
    super({ topic: EVERYONE, read: (query) => store.broadcasts(query), encode: encodeBroadcast, onError }, outflow);
  }

  readonly hear = (note: BusNote): void => {
    if (note.kind === 'broadcast') this.offer(note.broadcast);
    else if (note.kind === 'erased') this.forget(note.userId);
  };

  /** From now on the session gets every broadcast above `head`. */
  admit(session: Session): void {
    session.subscribe(EVERYONE);
  }
}
