/** Not of any one platform: every host of this library has it. */
declare const console: { error(...values: readonly unknown[]): void };

type Listener<Value> = (value: Value) => void;

/** Who wants to hear what. */
export interface Listeners<Events> {
  /** The function that comes back removes the listener; calling it twice does no harm. */
  add<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void;
  /** A listener that throws is reported on the console, and keeps nothing from the others nor from the caller. */
  tell<Name extends keyof Events>(name: Name, value: Events[Name]): void;
}

export function createListeners<Events>(): Listeners<Events> {
  const lists: { [Name in keyof Events]?: ReadonlyArray<Listener<Events[Name]>> } = {};
  const listOf = <Name extends keyof Events>(name: Name): ReadonlyArray<Listener<Events[Name]>> => lists[name] || [];
  return {
    add: (name, listener) => {
      // Its own function, so that a listener given twice is two; new lists, so that none changes while it is being told.
      const own: typeof listener = (value) => listener(value);
      lists[name] = listOf(name).concat(own);
      return () => {
        lists[name] = listOf(name).filter((other) => other !== own);
      };
    },
    tell: (name, value) => {
      for (const listener of listOf(name)) {
        try {
          listener(value);
        } catch (error) {
          console.error('minim: a listener threw', error);
        }
      }
    },
  };
}
