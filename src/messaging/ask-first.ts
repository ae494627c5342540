import type { ContentJson } from '../model/content.js';
import { Refusal } from '../model/refusal.js';
import { Tally } from '../model/tally.js';
import type { CheckVerdict, ContentCheck, UncheckedSend } from './ports/content-check.js';
import { labelled, type MetricFamily, single } from './ports/metrics.js';

/** Sends of a node that may wait for their checks. */
const MAX_WAITING = 2_000;
/** A check that fails is told in the log no more often. */
const TELL_EVERY_MS = 60_000;
const BUSY = 'the message was not stored; expected to be sent again under the same id';

const OUTCOMES = ['allowed', 'changed', 'refused', 'failed'] as const;

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

/** What is sent, and what the sender gave if that is something else. */
export interface Allowed {
  readonly content: ContentJson;
  readonly given?: ContentJson;
}

/** What is to become of a send: `busy` if it could not be found out, and is not to be sent unchecked. */
export type Ruling =
  | { readonly kind: 'go'; readonly allowed: Allowed }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'busy' };

export interface AskFirstParts {
  readonly check: ContentCheck;
  readonly counts: CheckCounts;
  /** What becomes of a send whose check failed. */
  readonly onFailure: 'allow' | 'refuse';
  readonly monotonicMs: () => number;
  /** Told, in a sentence, what an operator should look at. */
  readonly onTrouble: (sentence: string) => void;
}

/** Asks before a send whether it may be, and decides what becomes of it when nobody can say. */
export class AskFirst {
  private toldMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: AskFirstParts) {}

  /** So much waits that nothing more is to be asked. */
  get isFull(): boolean {
    return this.parts.counts.waiting >= MAX_WAITING;
  }

  async about(send: UncheckedSend): Promise<Ruling> {
    const verdict = await this.parts.check.check(send);
    this.note(verdict);
    if (verdict.kind === 'refused') return verdict;
    if (verdict.kind === 'failed' && this.parts.onFailure === 'refuse') return { kind: 'busy' };
    const { content: given } = send;
    const isChanged = verdict.kind === 'allowed' && verdict.content !== undefined;
    const allowed = isChanged ? { content: verdict.content ?? given, given } : { content: given };
    return { kind: 'go', allowed };
  }

  /** The same for a send that stands in nobody's way; rejects with a `Refusal` if it may not be. */
  async admit(send: UncheckedSend): Promise<Allowed> {
    const { counts } = this.parts;
    if (this.isFull) {
      counts.tooMany += 1;
      throw new Refusal('busy', BUSY);
    }
    counts.waiting += 1;
    try {
      const ruling = await this.about(send);
      if (ruling.kind === 'go') return ruling.allowed;
      throw ruling.kind === 'busy' ? new Refusal('busy', BUSY) : new Refusal('forbidden', ruling.reason);
    } finally {
      counts.waiting -= 1;
    }
  }

  private note(verdict: CheckVerdict): void {
    const isChanged = verdict.kind === 'allowed' && verdict.content !== undefined;
    this.parts.counts.outcomes.add(isChanged ? 'changed' : verdict.kind);
    if (verdict.kind === 'failed') this.tell(verdict.because);
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
