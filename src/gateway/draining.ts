import type { Log } from '../messaging/ports/log.js';
import type { WriteQueue } from '../messaging/write-queue.js';
import { CLOSE } from '../protocol/codes.js';
import { encode } from '../protocol/encode.js';
import type { Outflow } from './outflow.js';
import type { Session } from './session.js';

/** Sends that are under way may take so long to be answered; then the sessions are closed without. */
const ANSWER_WITHIN_MS = 1_500;
/** How long sessions that were told to go may take over their closing handshake. */
const CLOSE_WITHIN_MS = 2_000;
/**
 * For so long after their close no connection is cut off, though the transport may count none any more: what a peer has
 * sent meanwhile would make the system take back what was sent to it, the acks and the goaway included.
 */
const LINGER_MS = 500;

export interface DrainingParts {
  /** Every session of this node. */
  readonly sessions: () => Iterable<Session>;
  /** Sockets that are not gone yet. */
  readonly sockets: () => number;
  readonly writes: Pick<WriteQueue, 'answered'>;
  readonly outflow: Pick<Outflow, 'publish'>;
  /** Clients are asked to come back over so long a time. */
  readonly spreadMs: number;
  readonly log: Log;
}

/** How a node lets its sessions go, so that none loses anything and not all come back at once [MP-6.4]. */
export class Draining {
  /** From now on nothing that sessions send is taken: what is not acked yet, they send again to the next node. */
  isUnderWay = false;

  constructor(private readonly parts: DrainingParts) {}

  /** Resolves when the sessions have gone, or have had their time. No new ones may come any more. */
  async run(): Promise<void> {
    const { writes, outflow, sessions, sockets, spreadMs, log } = this.parts;
    this.isUnderWay = true;
    const told = this.sayGoodbye();
    log.info({ sessions: sockets(), told, spreadMs }, 'draining');
    await within(ANSWER_WITHIN_MS, writes.answered());
    outflow.publish();
    const closed = [...sessions()];
    for (const session of closed) session.close(CLOSE.restart);
    const lingerMs = closed.length === 0 ? 0 : LINGER_MS;
    const closedAt = performance.now();
    const isOver = (ms: number) => performance.now() - closedAt >= ms;
    while (!isOver(CLOSE_WITHIN_MS) && (sockets() > 0 || !isOver(lingerMs))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    log.info({ left: sockets() }, 'drained');
  }

  /** Who has not had its `welcome` yet understands nothing else. Returns how many were told. */
  private sayGoodbye(): number {
    const told = [...this.parts.sessions()].filter((session) => session.full && !session.isOpening);
    for (const [place, session] of told.entries()) {
      const retryAfterMs = Math.floor((this.parts.spreadMs * place) / told.length);
      session.send(encode({ type: 'goaway', retryAfterMs }));
    }
    return told.length;
  }
}

async function within(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
