import type { BusNote } from '../messaging/ports/bus.js';
import type { UserId } from '../model/ids.js';
import { CLOSE } from '../protocol/codes.js';
import type { Session } from './session.js';

/** Ends the sessions of this node that the operator wants gone [MP-6.2]. */
export class Disconnects {
  constructor(private readonly sessionsOf: (userId: UserId) => Iterable<Session>) {}

  readonly hear = (note: BusNote): void => {
    if (note.kind !== 'disconnect') return;
    const { userId, deviceId, reason } = note;
    const close = reason === undefined ? CLOSE.disconnected : { ...CLOSE.disconnected, because: reason };
    for (const session of [...this.sessionsOf(userId)]) {
      if (deviceId === undefined || session.device === deviceId) session.close(close);
    }
  };
}
