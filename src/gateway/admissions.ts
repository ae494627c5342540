import type { Clock } from '../messaging/ports/clock.js';
import type { Tally } from '../model/tally.js';
import { type ConnectRequest, isUpgradeRefusal, parseConnectRequest } from './connect-request.js';
import type { ConnectRefusal } from './gateway-counts.js';
import type { ClientAddresses } from './limits/client-address.js';
import type { ConnectLimits } from './limits/connect-limits.js';
import type { Origins } from './limits/origins.js';
import type { TransportCounters, UpgradeRefusal, UpgradeRequest } from './transport/transport.js';

/** After this a client that was refused for lack of room may try again. */
const RETRY_AFTER_S = 5;

export interface AdmissionParts {
  readonly transport: Readonly<TransportCounters>;
  readonly refusals: Tally<ConnectRefusal>;
  readonly maxSessions: number;
  /** Sessions must show who they are, so there are no guests. */
  readonly asksForTokens: boolean;
  readonly addresses: ClientAddresses;
  readonly origins: Origins;
  readonly limits: ConnectLimits;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Decides on every handshake, before anything is open. */
export class Admissions {
  private closed = false;

  constructor(private readonly parts: AdmissionParts) {}

  /** `ok` while there is room for newcomers, or why there is none. */
  readonly state = (): string => {
    if (this.closed) return 'going down';
    return this.isFull ? `full, with ${this.parts.transport.open} sessions` : 'ok';
  };

  /** From now on everyone is refused with 503 [MP-1.10]. */
  close(): void {
    this.closed = true;
  }

  judge(request: UpgradeRequest): { admitted: ConnectRequest } | { refused: UpgradeRefusal } {
    if (this.closed) return this.refused('going_down', noRoom('this node is going down'));
    const parsed = parseConnectRequest(request, this.addressOf(request));
    if (isUpgradeRefusal(parsed)) return this.refused(parsed.status === 404 ? 'wrong_path' : 'bad_request', parsed);
    return this.refuse(request, parsed) ?? { admitted: parsed };
  }

  /** Where a handshake comes from, behind proxies that are trusted. */
  addressOf(request: UpgradeRequest): string {
    return this.parts.addresses.of(request.remoteAddress, request.header('x-forwarded-for'));
  }

  /** A session from this address is open. */
  entered(address: string): void {
    this.parts.limits.entered(address);
  }

  /** A session from this address has gone. */
  left(address: string): void {
    this.parts.limits.left(address);
  }

  private get isFull(): boolean {
    return this.parts.transport.open >= this.parts.maxSessions;
  }

  private refuse(request: UpgradeRequest, parsed: ConnectRequest): { refused: UpgradeRefusal } | undefined {
    const { transport, asksForTokens, origins, limits, clock } = this.parts;
    const foreign = origins.refuse(request.header('origin'), request.header('referer'), request.header('host'));
    if (foreign !== undefined) return this.refused('foreign_origin', { status: 403, because: foreign });
    if (asksForTokens && parsed.userId === undefined) {
      const because = 'this server knows no guests; expected /websocket/:userId';
      return this.refused('bad_request', { status: 400, because });
    }
    if (this.isFull) return this.refused('full', noRoom(`this node is full, with ${transport.open} sessions`));
    const excess = limits.refuse(parsed.remoteAddress, asksForTokens, clock.monotonicMs());
    return excess && this.refused(excess.limit, excess.refusal);
  }

  private refused(why: ConnectRefusal, refused: UpgradeRefusal): { refused: UpgradeRefusal } {
    this.parts.refusals.add(why);
    return { refused };
  }
}

function noRoom(because: string): UpgradeRefusal {
  return { status: 503, because: `${because}; try again`, headers: { 'retry-after': String(RETRY_AFTER_S) } };
}
