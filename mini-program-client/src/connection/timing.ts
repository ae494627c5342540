/** Every time span the client goes by, in milliseconds. The defaults are right for production. */
export interface Timing {
  /** Pings this long after the last frame received [MP-5.1]. Setting it overrides what the server's `welcome` says. */
  readonly pingEveryMs?: number;
  /** Takes the connection for dead this long after the last frame received [MP-5.1]. Overrides `welcome` too. */
  readonly deadAfterMs?: number;
  /** Gives a dial up. Mini-programs wait 60 s by themselves. */
  readonly connectTimeoutMs: number;
  /** Rejects an ephemeral send, a recall or a question that got no answer. */
  readonly sendTimeoutMs: number;
  /** Tells the server what came, this long after the first frame it was not told of. */
  readonly confirmAfterMs: number;
  /** Upper bound of the first random wait between two dials; it doubles with every failure. */
  readonly backoffBaseMs: number;
  /** Upper bound of every random wait between two dials. */
  readonly backoffCapMs: number;
  /** A connection that lived this long forgets the failures before it. */
  readonly stableAfterMs: number;
  /** A dial that fails right after the app came back is tried again once after this: phones refuse the first one. */
  readonly quickRetryMs: number;
  /** How long a socket that may have died unnoticed has to answer a ping. */
  readonly probeMs: number;
  /** While it polls, it tries a WebSocket this often. */
  readonly trialEveryMs: number;
}

export const DEFAULT_TIMING: Timing = {
  connectTimeoutMs: 10_000,
  sendTimeoutMs: 10_000,
  confirmAfterMs: 200,
  backoffBaseMs: 1000,
  backoffCapMs: 30_000,
  stableAfterMs: 10_000,
  quickRetryMs: 300,
  probeMs: 3000,
  trialEveryMs: 60_000,
};
