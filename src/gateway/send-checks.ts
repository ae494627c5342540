import type { Addressee, CheckVerdict, ContentCheck } from '../messaging/ports/content-check.js';
import { labelled, type MetricFamily, single } from '../messaging/ports/metrics.js';
import type { ContentJson } from '../model/content.js';
import { Refusal } from '../model/refusal.js';
import { Tally } from '../model/tally.js';
import { BUSY, type SendGate } from './limits/send-gate.js';
import type { Session } from './session.js';

/** Sends of one session, and of all, that may wait for their checks. */
const MAX_WAITING_PER_SESSION = 64;
const MAX_WAITING = 2_000;
/** A check that fails is told in the log no more often. */
const TELL_EVERY_MS = 60_000;

const OUTCOMES = ['allowed', 'changed', 'refused', 'failed'] as const;

/** Sends a message that may be sent: as it was given, or what stands in its place. */
export type Go = (content: ContentJson, given?: ContentJson) => void;

interface Waiting {
  readonly session: Session;
  readonly id: string | undefined;
  readonly content: ContentJson;
  readonly go: Go;
  /** Of `session.busySends`, when it came. */
  readonly busySends: number;
  verdict: CheckVerdict | undefined;
}

/** What was asked of the checks, and what is waiting. They are counted where there is nothing to check, too. */
export class CheckCounts {
  readonly outcomes = new Tally<(typeof OUTCOMES)[number]>(OUTCOMES);
  waiting = 0;
  /** Sends that were `busy` because too many waited. */
  tooMany = 0;

  families(): readonly MetricFamily[] {
    return [
      single('gauge', 'minim_checks_waiting', 'Sends that wait for the check before a send.', () => this.waiting),
      labelled('counter', 'minim_checks_total', 'Checks before a send, by outcome.', 'outcome', () =>
        this.outcomes.entries(),
      ),
    ];
  }
}

export interface SendCheckParts {
  readonly check: ContentCheck;
  readonly gate: Pick<SendGate, 'holdBusy'>;
  readonly counts: CheckCounts;
  /** What becomes of a send whose check failed. */
  readonly onFailure: 'allow' | 'refuse';
  readonly monotonicMs: () => number;
  /** Told, in a sentence, what an operator should look at. */
  readonly onTrouble: (sentence: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Has every send of a session checked before anything is done with it. Those of one session go on in the order they came. */
export class SendChecks {
  private readonly lanes = new Map<Session, Waiting[]>();
  private toldMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: SendCheckParts) {}

  /** Throws a `Refusal` when too much waits. */
  before(session: Session, id: string | undefined, to: Addressee, content: ContentJson, go: Go): void {
    const { check, gate, counts, onError } = this.parts;
    const lane = this.lanes.get(session) ?? [];
    if (lane.length >= MAX_WAITING_PER_SESSION || counts.waiting >= MAX_WAITING) {
      counts.tooMany += 1;
      throw new Refusal('busy', BUSY, gate.holdBusy(session, id, true));
    }
    const waiting: Waiting = { session, id, content, go, busySends: session.busySends, verdict: undefined };
    lane.push(waiting);
    this.lanes.set(session, lane);
    counts.waiting += 1;
    check
      .check({ fromUserId: session.userId, to, content })
      .then((verdict) => {
        waiting.verdict = verdict;
        this.goOn(session, lane);
      })
      .catch(onError);
  }

  private goOn(session: Session, lane: Waiting[]): void {
    for (let [first] = lane; first?.verdict !== undefined; [first] = lane) {
      lane.shift();
      if (lane.length === 0) this.lanes.delete(session);
      this.parts.counts.waiting -= 1;
      try {
        this.act(first, first.verdict);
      } catch (error) {
        this.refuse(first, error);
      }
    }
  }

  private act({ session, id, content, go, busySends }: Waiting, verdict: CheckVerdict): void {
    const { counts, onFailure } = this.parts;
    const isChanged = verdict.kind === 'allowed' && verdict.content !== undefined;
    counts.outcomes.add(isChanged ? 'changed' : verdict.kind);
    if (verdict.kind === 'failed') this.tell(verdict.because);
    // One before it was not stored: this one must not be stored before that [MP-3.7].
    if (session.busySends !== busySends) return this.refuseBusy(session, id);
    if (verdict.kind === 'refused') return session.refuse('forbidden', verdict.reason, { id });
    if (verdict.kind === 'failed' && onFailure === 'refuse') {
      session.busySends += 1;
      return this.refuseBusy(session, id);
    }
    if (isChanged && verdict.content !== undefined) go(verdict.content, content);
    else go(content);
  }

  private refuseBusy(session: Session, id: string | undefined): void {
    session.refuse('busy', BUSY, { id, retryAfterMs: this.parts.gate.holdBusy(session, id) });
  }

  private refuse({ session, id }: Waiting, error: unknown): void {
    if (!(error instanceof Refusal)) return this.parts.onError(error);
    session.refuse(error.code, error.message, { id, retryAfterMs: error.retryAfterMs });
  }

  private tell(because: string): void {
    const { monotonicMs, onFailure, onTrouble } = this.parts;
    const now = monotonicMs();
    if (now - this.toldMs < TELL_EVERY_MS) return;
    this.toldMs = now;
    const what = onFailure === 'allow' ? 'sent unchecked' : 'refused with busy';
    onTrouble(`the check before a send failed: ${because}; messages are ${what} (MINIM_BEFORE_SEND_ON_FAILURE)`);
  }
}
