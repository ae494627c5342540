import type { Clock } from '../ports/clock.js';

/**
 * `pushed`: an entry of a user's inbox went to a session. `slow`: the network did not take all that a session had in that
 * turn; `drained`: now it has. `confirmed`: a device has everything up to a number. `published`: something for many went
 * out. `told`: what became of telling a message's event to the hook.
 */
const KINDS = ['pushed', 'slow', 'drained', 'opened', 'closed', 'confirmed', 'published', 'told'] as const;
export type TraceKind = (typeof KINDS)[number];

const PUSHED = KINDS.indexOf('pushed');

/** Of whom a line of the trace tells. */
export interface Traced {
  readonly id: string;
  readonly userId: string;
  readonly device: string;
}

/** One line of the trace. */
export interface TraceLine {
  readonly kind: TraceKind;
  /** Milliseconds since 1970; 0 of a push that has not gone out yet. */
  readonly at: number;
  /** Whose; of what was published: its topic. */
  readonly userId: string;
  readonly device: string;
  readonly sessionId: string;
  /** Of a push and a confirmation the number in the inbox, of `closed` the code, of `published` the seq. */
  readonly number: number;
  /** Of `published`: sessions. */
  readonly count: number;
}

/**
 * The last things that a node did with messages, in memory: so many and no more, 50 bytes each and the names in them. A
 * push costs five stores and no look at the clock: it is timed with all others of its turn, when they go out.
 */
export class TraceRing {
  private readonly kinds: Uint8Array;
  private readonly ats: Float64Array;
  private readonly numbers: Float64Array;
  private readonly counts: Uint32Array;
  private readonly users: string[];
  private readonly devices: string[];
  private readonly sessions: string[];
  private readonly startedAt: number;
  /** Where the next line goes. */
  private next = 0;
  private isFull = false;
  /** Lines since the last `written`, of which pushes wait for their time. */
  private fresh = 0;

  /** `size`: lines, at least 1. */
  constructor(
    readonly size: number,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.kinds = new Uint8Array(size);
    this.ats = new Float64Array(size);
    this.numbers = new Float64Array(size);
    this.counts = new Uint32Array(size);
    this.users = new Array<string>(size).fill('');
    this.devices = new Array<string>(size).fill('');
    this.sessions = new Array<string>(size).fill('');
    this.startedAt = clock.now();
  }

  /** What happened since then is here. */
  get since(): number {
    if (!this.isFull) return this.startedAt;
    return this.ats[this.next] || this.clock.now();
  }

  /** An entry of the inbox of the session's user is about to go out to it. */
  push({ userId, device, id }: Traced, number: number): void {
    const at = this.next;
    this.kinds[at] = PUSHED;
    this.ats[at] = 0;
    this.numbers[at] = number;
    this.users[at] = userId;
    this.devices[at] = device;
    this.sessions[at] = id;
    this.advance();
  }

  /** Anything else, now. */
  note(kind: TraceKind, { userId, device, id }: Traced, number = 0, count = 0): void {
    const at = this.next;
    this.kinds[at] = KINDS.indexOf(kind);
    this.ats[at] = this.clock.now();
    this.numbers[at] = number;
    this.counts[at] = count;
    this.users[at] = userId;
    this.devices[at] = device;
    this.sessions[at] = id;
    this.advance();
  }

  /** What was about to go out has been handed to the network. */
  written(): void {
    if (this.fresh === 0) return;
    const now = this.clock.now();
    const { size } = this;
    let at = this.next;
    for (let left = Math.min(this.fresh, size); left > 0; left -= 1) {
      at = at === 0 ? size - 1 : at - 1;
      if (this.ats[at] === 0) this.ats[at] = now;
    }
    this.fresh = 0;
  }

  /** Oldest first. To be read at once. */
  *lines(): Iterable<TraceLine> {
    const { size, next } = this;
    const first = this.isFull ? next : 0;
    const length = this.isFull ? size : next;
    for (let index = 0; index < length; index += 1) yield this.line((first + index) % size);
  }

  private line(at: number): TraceLine {
    return {
      kind: KINDS[this.kinds[at] ?? PUSHED] ?? 'pushed',
      at: this.ats[at] ?? 0,
      userId: this.users[at] ?? '',
      device: this.devices[at] ?? '',
      sessionId: this.sessions[at] ?? '',
      number: this.numbers[at] ?? 0,
      count: this.counts[at] ?? 0,
    };
  }

  private advance(): void {
    this.fresh += 1;
    this.next += 1;
    if (this.next < this.size) return;
    this.next = 0;
    this.isFull = true;
  }
}
