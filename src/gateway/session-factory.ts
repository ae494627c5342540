import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from '../messaging/ports/clock.js';
import type { DeviceId, UserId } from '../model/ids.js';
import type { ConnectRequest } from './connect-request.js';
import type { Outflow } from './outflow.js';
import { Session } from './session.js';
import type { SessionPool } from './session-pool.js';
import type { Socket } from './transport/transport.js';

const GUEST_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const GUEST_LENGTH = 8;

/** Makes a session of an admitted handshake. */
export class SessionFactory {
  /** Tells this process from every other one, in the ids of its sessions. */
  private readonly process = randomBytes(6).toString('hex');
  private made = 0;

  constructor(
    private readonly pool: SessionPool<Session>,
    private readonly outflow: Outflow,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  make(socket: Socket<Session>, request: ConnectRequest): Session {
    this.made += 1;
    const id = `${this.process}-${this.made.toString(36)}`;
    const identity = {
      id,
      ordinal: this.made,
      userId: request.userId ?? this.newGuestId(),
      device: request.device ?? (id as DeviceId),
      keepsDevice: request.full && request.device !== undefined,
      claim: request.claim,
      full: request.full,
      echo: request.echo,
      serverHeartbeat: request.serverHeartbeat,
      remoteAddress: request.remoteAddress,
      since: this.clock.now(),
    };
    return new Session(identity, socket, this.outflow);
  }

  /** A guest id that nobody online has [MP-1.3]. */
  private newGuestId(): UserId {
    for (;;) {
      const letters = Array.from({ length: GUEST_LENGTH }, () => GUEST_ALPHABET[randomInt(GUEST_ALPHABET.length)]);
      const userId = `guest-${letters.join('')}` as UserId;
      if (!this.pool.isOnline(userId)) return userId;
    }
  }
}
