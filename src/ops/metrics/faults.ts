import { labelled, type MetricFamily } from '../../messaging/ports/metrics.js';
import { Tally } from '../../model/tally.js';

const PARTS = [
  'auth',
  'broadcasts',
  'bus',
  'hooks',
  'http',
  'receipts',
  'rooms',
  'sessions',
  'store',
  'transport',
] as const;
type Part = (typeof PARTS)[number];

/** Counts our own faults by the part of the node that met them, and passes them on. */
export class Faults {
  private readonly counts = new Tally<Part>(PARTS);

  constructor(private readonly onError: (error: unknown) => void) {}

  note(part: Part): void {
    this.counts.add(part);
  }

  of(part: Part): (error: unknown) => void {
    return (error) => {
      this.note(part);
      this.onError(error);
    };
  }

  families(): readonly MetricFamily[] {
    return [
      labelled('counter', 'minim_faults_total', 'Exceptions in our own code, by the part that met them.', 'part', () =>
        this.counts.entries(),
      ),
    ];
  }
}
