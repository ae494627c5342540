import type { Bus, BusNote } from '../messaging/ports/bus.js';
import type { Clock } from '../messaging/ports/clock.js';
import type { StoreOutcome, StoreWrite } from '../messaging/ports/store-writes.js';
import type { UserId } from '../model/ids.js';
import type { Health } from './health.js';

const TICK_MS = 1_000;
const PROBE_EVERY_MS = 10_000;
/** A part whose last answer is older than this is not well. */
const STALE_AFTER_MS = 25_000;

/** Whom probes are stored for; nobody can have this id, which has a letter that ids don't have. */
const NOBODY = '~' as UserId;

/**
 * Whether the store commits and the bus carries, found out by doing both: a small write of the node's own, on the way that
 * messages take, and a note that has to come back.
 */
export class Probes {
  private readonly store: Probe;
  private readonly bus: Probe;
  private number = 0;

  constructor(
    private readonly nodeId: string,
    private readonly writes: { add(write: StoreWrite, done: (outcome: StoreOutcome) => void): void },
    private readonly notes: Bus,
    private readonly clock: Clock,
  ) {
    this.store = new Probe(clock, 'no probe was committed');
    this.bus = new Probe(clock, 'no probe came back');
  }

  /** Resolves when the store has said yes or no to the first one; the bus may take longer. */
  async start(): Promise<void> {
    this.notes.subscribe(this.hear);
    this.probeBus();
    await new Promise<void>((resolve) => this.probeStore(resolve));
  }

  /** To be called once a second. */
  tick(): void {
    if (this.bus.isDue) this.probeBus();
    if (this.store.isDue) this.probeStore();
  }

  /** `ok`, or why not. */
  readonly storeState = (): string => this.store.state();
  readonly busState = (): string => this.bus.state();

  private probeBus(): void {
    this.number += 1;
    this.notes.publish({ kind: 'probe', nodeId: this.nodeId, number: this.number });
  }

  private probeStore(answered?: () => void): void {
    this.store.isUnderWay = true;
    this.writes.add({ kind: 'seen', userId: NOBODY, seenAt: this.clock.now() }, ({ kind }) => {
      this.store.isUnderWay = false;
      if (kind === 'noted') this.store.succeeded();
      answered?.();
    });
  }

  /** Any of this node's own, however late: the age of the last one tells. */
  private readonly hear = (note: BusNote): void => {
    if (note.kind === 'probe' && note.nodeId === this.nodeId) this.bus.succeeded();
  };
}

/** Resolves after the first probe; from then on probes, and looks at all parts, until it is stopped. */
export async function startProbing(probes: Probes, health: Pick<Health, 'look'>): Promise<{ stop(): void }> {
  await probes.start();
  const timer = setInterval(() => {
    probes.tick();
    health.look();
  }, TICK_MS);
  return { stop: () => clearInterval(timer) };
}

class Probe {
  /** One that has no answer yet is not followed by another. */
  isUnderWay = false;
  private succeededAt: number | undefined;

  constructor(
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly failure: string,
  ) {}

  get isDue(): boolean {
    return !this.isUnderWay && this.age() >= PROBE_EVERY_MS;
  }

  succeeded(): void {
    this.succeededAt = this.clock.monotonicMs();
  }

  state(): string {
    const age = this.age();
    if (age < STALE_AFTER_MS) return 'ok';
    return age === Number.POSITIVE_INFINITY
      ? `${this.failure} yet`
      : `${this.failure} for ${Math.floor(age / 1_000)} s`;
  }

  private age(): number {
    return this.succeededAt === undefined ? Number.POSITIVE_INFINITY : this.clock.monotonicMs() - this.succeededAt;
  }
}
