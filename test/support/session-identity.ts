import type { SessionIdentity } from '../../src/gateway/session.js';
import type { DeviceId, UserId } from '../../src/model/ids.js';

/** What a plain session of A is, for sessions that no connection made. */
export function plainSession(changes: Partial<SessionIdentity> = {}): SessionIdentity {
  return {
    id: 's',
    ordinal: 1,
    userId: 'A' as UserId,
    device: 'plain' as DeviceId,
    keepsDevice: true,
    claim: { cursor: undefined, epoch: undefined, broadcast: undefined },
    full: false,
    echo: false,
    serverHeartbeat: false,
    remoteAddress: '127.0.0.1',
    since: 0,
    ...changes,
  };
}
