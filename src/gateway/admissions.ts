import { type ConnectRequest, isUpgradeRefusal, parseConnectRequest } from './connect-request.js';
import type { TransportCounters, UpgradeRefusal, UpgradeRequest } from './transport/transport.js';

/** After this a client that was refused for lack of room may try again. */
const RETRY_AFTER_S = 5;

/** Decides on every handshake, before anything is open. */
export class Admissions {
  private closed = false;

  constructor(
    private readonly counters: Readonly<TransportCounters>,
    private readonly maxSessions: number,
  ) {}

  get areOpen(): boolean {
    return !this.closed;
  }

  /** From now on everyone is refused with 503 [MP-1.10]. */
  close(): void {
    this.closed = true;
  }

  judge(request: UpgradeRequest): { admitted: ConnectRequest } | { refused: UpgradeRefusal } {
    if (this.closed) return { refused: noRoom('this node is going down') };
    const parsed = parseConnectRequest(request);
    if (isUpgradeRefusal(parsed)) return { refused: parsed };
    if (this.counters.open >= this.maxSessions)
      return { refused: noRoom(`this node is full, with ${this.counters.open} sessions`) };
    return { admitted: parsed };
  }
}

function noRoom(because: string): UpgradeRefusal {
  return { status: 503, because: `${because}; try again`, headers: { 'retry-after': String(RETRY_AFTER_S) } };
}
