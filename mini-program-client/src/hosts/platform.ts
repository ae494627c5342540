/** What the world around the app tells the client. */
export interface Platform {
  /** Tells `listener` from now on, until the function that comes back is called. */
  listen(listener: (signal: PlatformSignal) => void): () => void;
}

/**
 * - `background`: the app cannot be seen any more, and may be stopped soon; `drop` when its connection must not be kept;
 * - `foreground`: the app can be seen again; may be told at any time, also without a `background` before it;
 * - `network`: it came or changed (`up`), or it went.
 */
export type PlatformSignal =
  | { readonly type: 'background'; readonly drop: boolean }
  | { readonly type: 'foreground' }
  | { readonly type: 'network'; readonly up: boolean };
