import type { AskFirst, CheckCounts, Ruling } from '../messaging/ask-first.js';
import type { Addressee } from '../messaging/ports/content-check.js';
import type { ContentJson } from '../model/content.js';
import { Refusal } from '../model/refusal.js';
import { BUSY, type SendGate } from './limits/send-gate.js';
import type { Session } from './session.js';

/** Sends of one session that may wait for their checks. */
const MAX_WAITING_PER_SESSION = 64;

/** Sends a message that may be sent: as it was given, or what stands in its place. */
export type Go = (content: ContentJson, given?: ContentJson) => void;

interface Waiting {
  readonly session: Session;
  readonly id: string | undefined;
  readonly go: Go;
  /** Of `session.busySends`, when it came. */
  readonly busySends: number;
  ruling: Ruling | undefined;
}

export interface SendCheckParts {
  readonly ask: AskFirst;
  readonly gate: Pick<SendGate, 'holdBusy'>;
  readonly counts: CheckCounts;
  readonly onError: (error: unknown) => void;
}

/** Has every send of a session checked before anything is done with it. Those of one session go on in the order they came. */
export class SendChecks {
  private readonly lanes = new Map<Session, Waiting[]>();

  constructor(private readonly parts: SendCheckParts) {}

  /** Throws a `Refusal` when too much waits. */
  before(session: Session, id: string | undefined, to: Addressee, content: ContentJson, go: Go): void {
    const { ask, gate, counts, onError } = this.parts;
    const lane = this.lanes.get(session) ?? [];
    if (lane.length >= MAX_WAITING_PER_SESSION || ask.isFull) {
      counts.tooMany += 1;
      throw new Refusal('busy', BUSY, gate.holdBusy(session, id, true));
    }
    const waiting: Waiting = { session, id, go, busySends: session.busySends, ruling: undefined };
    lane.push(waiting);
    this.lanes.set(session, lane);
    counts.waiting += 1;
    ask
      .about({ fromUserId: session.userId, to, content })
      .then((ruling) => {
        waiting.ruling = ruling;
        this.goOn(session, lane);
      })
      .catch(onError);
  }

  private goOn(session: Session, lane: Waiting[]): void {
    for (let [first] = lane; first?.ruling !== undefined; [first] = lane) {
      lane.shift();
      if (lane.length === 0) this.lanes.delete(session);
      this.parts.counts.waiting -= 1;
      try {
        this.act(first, first.ruling);
      } catch (error) {
        this.refuse(first, error);
      }
    }
  }

  private act({ session, id, go, busySends }: Waiting, ruling: Ruling): void {
    // One before it was not stored: this one must not be stored before that [MP-3.7].
    if (session.busySends !== busySends) return this.refuseBusy(session, id);
    if (ruling.kind === 'refused') return session.refuse('forbidden', ruling.reason, { id });
    if (ruling.kind === 'busy') {
      session.busySends += 1;
      return this.refuseBusy(session, id);
    }
    go(ruling.allowed.content, ruling.allowed.given);
  }

  private refuseBusy(session: Session, id: string | undefined): void {
    session.refuse('busy', BUSY, { id, retryAfterMs: this.parts.gate.holdBusy(session, id) });
  }

  private refuse({ session, id }: Waiting, error: unknown): void {
    if (!(error instanceof Refusal)) return this.parts.onError(error);
    session.refuse(error.code, error.message, { id, retryAfterMs: error.retryAfterMs });
  }
}
