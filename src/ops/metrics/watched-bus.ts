import type { Bus, BusNote } from '../../messaging/ports/bus.js';
import { labelled, type MetricFamily } from '../../messaging/ports/metrics.js';
import { Tally } from '../../model/tally.js';

const KINDS: Readonly<Record<BusNote['kind'], true>> = {
  inbox: true,
  broadcast: true,
  room: true,
  receipt: true,
  typing: true,
  revoked: true,
  card: true,
  attendance: true,
  probe: true,
  disconnect: true,
  erased: true,
};
const NOTES = Object.keys(KINDS) as BusNote['kind'][];

/** A bus, and how many notes of each kind went out on it. */
export class WatchedBus implements Bus {
  private readonly notes = new Tally<BusNote['kind']>(NOTES);

  constructor(private readonly bus: Bus) {}

  publish(note: BusNote): void {
    this.notes.add(note.kind);
    this.bus.publish(note);
  }

  subscribe(listener: (note: BusNote) => void): () => void {
    return this.bus.subscribe(listener);
  }

  families(): readonly MetricFamily[] {
    return [
      labelled('counter', 'minim_bus_notes_total', 'Notes that this node put on the bus, by kind.', 'kind', () =>
        this.notes.entries(),
      ),
    ];
  }
}
