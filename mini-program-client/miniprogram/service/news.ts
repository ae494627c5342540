/** Whoever wants to hear of something, until it does not any more. One that throws keeps nothing from the others. */
export interface News<Event> {
  on(listener: (event: Event) => void): () => void;
  tell(event: Event): void;
}

export function createNews<Event>(): News<Event> {
  const listeners = new Set<(event: Event) => void>();
  return {
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell: (event) => {
      for (const listener of Array.from(listeners)) {
        try {
          listener(event);
        } catch (error) {
          console.error(error);
        }
      }
    },
  };
}
