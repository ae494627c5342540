import type { DeviceId, UserId } from '../model/ids.js';

/** What the pool needs to know of a session. The two links are the pool's own. */
export interface Pooled<Self> {
  readonly userId: UserId;
  readonly device: DeviceId;
  readonly echo: boolean;
  older: Self | undefined;
  newer: Self | undefined;
}

/**
 * All sessions of this node, by user and device. The newest session of a device is its current one; older ones that are
 * still open stand behind it, newest first, and get its place back in that order [MP-1.11 to MP-1.13]. Adding, finding
 * and removing cost the same however many sessions there are, of one user or of all.
 */
export class SessionPool<S extends Pooled<S>> {
  private readonly users = new Map<UserId, Map<DeviceId, S>>();
  private sessions = 0;
  private echoing = 0;

  /** All open sessions. */
  get size(): number {
    return this.sessions;
  }

  /** Users with an open session. */
  get userCount(): number {
    return this.users.size;
  }

  /** Whether any session wants back what its user sends; most nodes have none, and need not look for it. */
  get hasEcho(): boolean {
    return this.echoing > 0;
  }

  /** Makes `session` the current one of its device. Returns the one that was it until now. */
  add(session: S): S | undefined {
    let devices = this.users.get(session.userId);
    if (devices === undefined) {
      devices = new Map();
      this.users.set(session.userId, devices);
    }
    const displaced = devices.get(session.device);
    devices.set(session.device, session);
    this.sessions += 1;
    if (session.echo) this.echoing += 1;
    if (displaced === undefined) return undefined;
    session.older = displaced;
    displaced.newer = session;
    return displaced;
  }

  /**
   * Takes `session` out. Returns the one that thereby is the current one of its device again. Does nothing to a session
   * that is not in the pool.
   */
  remove(session: S): S | undefined {
    const { newer, older } = session;
    const devices = this.users.get(session.userId);
    const isCurrent = devices?.get(session.device) === session;
    if (devices === undefined || (!isCurrent && newer === undefined)) return undefined;

    this.sessions -= 1;
    if (session.echo) this.echoing -= 1;
    session.older = undefined;
    session.newer = undefined;
    if (older !== undefined) older.newer = newer;
    if (newer !== undefined) newer.older = older;
    if (!isCurrent) return undefined;

    if (older !== undefined) {
      devices.set(session.device, older);
      return older;
    }
    devices.delete(session.device);
    if (devices.size === 0) this.users.delete(session.userId);
    return undefined;
  }

  isOnline(userId: UserId): boolean {
    return this.users.has(userId);
  }

  /** The sessions that this user's messages are delivered to, one for each device; `undefined` when there is none. */
  currentOf(userId: UserId): Iterable<S> | undefined {
    return this.users.get(userId)?.values();
  }

  /** Every session of a user, set aside or not. */
  *allOf(userId: UserId): Iterable<S> {
    for (const current of this.currentOf(userId) ?? []) yield* chain(current);
  }

  /** Every session of the node. The one just given may be removed on the way. */
  *all(): Iterable<S> {
    for (const devices of this.users.values()) {
      for (const current of devices.values()) yield* chain(current);
    }
  }
}

function* chain<S extends Pooled<S>>(newest: S): Iterable<S> {
  let next: S | undefined = newest;
  while (next !== undefined) {
    const session: S = next;
    next = session.older;
    yield session;
  }
}
