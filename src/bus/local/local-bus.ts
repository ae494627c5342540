import type { Bus, BusNote } from '../../messaging/ports/bus.js';

type Listener = (note: BusNote) => void;

/** The bus of a cluster of one: whoever listens hears a note before `publish` returns, once and in order. */
export class LocalBus implements Bus {
  private listeners: readonly Listener[] = [];

  /** `onError` is told what a listener let go. */
  constructor(private readonly onError: (error: unknown) => void) {}

  publish(note: BusNote): void {
    for (const listener of this.listeners) {
      try {
        listener(note);
      } catch (error) {
        this.onError(error);
      }
    }
  }

  subscribe(listener: Listener): () => void {
    const own: Listener = (note) => listener(note);
    this.listeners = [...this.listeners, own];
    return () => {
      this.listeners = this.listeners.filter((other) => other !== own);
    };
  }
}
