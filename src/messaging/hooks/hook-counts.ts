import { HOOK_LOSSES, type HookLoss } from '../../model/hook.js';
import { Tally } from '../../model/tally.js';
import { labelled, type MetricFamily, single } from '../ports/metrics.js';
import type { HookQueueState } from '../ports/store-hooks.js';

const OUTCOMES = ['delivered', 'retried', 'dead', 'dropped', 'forgotten'] as const;
const LOSSES = [...HOOK_LOSSES, 'busy'] as const;

/** What became of the events that a node told, or did not. */
export class HookCounts {
  readonly outcomes = new Tally<(typeof OUTCOMES)[number]>(OUTCOMES);
  readonly lost = new Tally<(typeof LOSSES)[number]>(LOSSES);
  /** As it was last read. */
  queue: HookQueueState = { queued: 0, dead: 0 };

  constructor(
    private readonly now: () => number,
    /** Told of a loss. */
    private readonly onLoss: (loss: HookLoss) => void,
  ) {}

  noteLoss(loss: HookLoss): void {
    this.lost.add(loss);
    this.onLoss(loss);
  }

  families(): readonly MetricFamily[] {
    return [
      single('gauge', 'minim_hooks_queued', 'Events that wait to be told to the hook.', () => this.queue.queued),
      single('gauge', 'minim_hooks_dead', 'Events that were given up, and wait for a replay.', () => this.queue.dead),
      single('gauge', 'minim_hooks_oldest_seconds', 'Age of the event that was queued first.', () => this.oldestS()),
      labelled('counter', 'minim_hooks_total', 'Attempts to tell an event, by what became of it.', 'outcome', () =>
        this.outcomes.entries(),
      ),
      labelled(
        'counter',
        'minim_hooks_lost_total',
        'Events that were not queued, or not any more, by why.',
        'why',
        () => this.lost.entries(),
      ),
    ];
  }

  private oldestS(): number {
    const { oldestAt } = this.queue;
    return oldestAt === undefined ? 0 : Math.max(0, this.now() - oldestAt) / 1_000;
  }
}
