import type { UserId } from '../model/ids.js';
import type { Session } from './session.js';

/** What an operator may know of the sessions of this node. */
export class SessionList {
  constructor(private readonly sessionsOf: (userId: UserId) => Iterable<Session>) {}

  readonly of = (userId: UserId) =>
    Array.from(this.sessionsOf(userId), (session) => ({
      sessionId: session.id,
      device: session.device,
      full: session.full,
      current: session.newer === undefined,
      since: session.since,
      remoteAddress: session.remoteAddress,
      bufferedBytes: session.bufferedBytes,
      ...(session.inbox && { written: session.inbox.written, head: session.inbox.head }),
    }));
}
