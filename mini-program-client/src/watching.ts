import { isUserId, USER_ID_FORM } from '../../src/model/ids.js';
import type { PresenceFrame } from '../../src/protocol/frames.js';
import { MAX_WATCHED } from '../../src/protocol/limits.js';
import { isBusy, MinimError } from './errors.js';
import type { Draft } from './frames.js';

/** Whose coming and going this client wants to know, and what it was told of it. */
export interface Watching {
  /** @throws MinimError `bad_argument` when the server would not take it: it would refuse all of them on every connection */
  watch(userIds: readonly string[]): void;
  unwatch(userIds: readonly string[]): void;
  /** A new connection watches nobody. */
  forget(): void;
  /** Asks for those who were not asked for. */
  askAll(): void;
  /** Whether it is anything new. */
  hear(frame: PresenceFrame): boolean;
  /** False when it is about something else. */
  fail(error: MinimError): boolean;
}

export interface WatchingOptions {
  newId(): string;
  isOpen(): boolean;
  tellServer(frame: Draft): void;
  /** Something may be sent that had to wait. */
  goOn(): void;
  /** The server had no time; it may be asked again after so many ms. */
  waitFor(ms: number | undefined): void;
}

export function createWatching({ newId, isOpen, tellServer, goOn, waitFor }: WatchingOptions): Watching {
  const id = newId();
  /** What was told of each last. */
  const last = new Map<string, string>();
  let unasked: readonly string[] = [];

  function forget(): void {
    unasked = Array.from(last.keys());
  }

  return {
    watch: (userIds) => {
      const added = userIds.filter((userId) => !last.has(userId));
      if (!added.every(isUserId) || last.size + added.length > MAX_WATCHED) {
        throw new MinimError('bad_argument', `at most ${MAX_WATCHED} users, each ${USER_ID_FORM}`);
      }
      for (const userId of added) last.set(userId, '');
      unasked = unasked.concat(added);
      goOn();
    },
    unwatch: (userIds) => {
      for (const userId of userIds) last.delete(userId);
      unasked = unasked.filter((userId) => last.has(userId));
      if (isOpen()) tellServer({ type: 'unwatch', userIds });
    },
    forget,
    askAll: () => {
      if (unasked[0]) tellServer({ type: 'watch', id, userIds: unasked });
      unasked = [];
    },
    hear: ({ userId, online, lastSeenAt }) => {
      const now = `${online} ${lastSeenAt}`;
      const isNews = last.has(userId) && last.get(userId) !== now;
      if (isNews) last.set(userId, now);
      return isNews;
    },
    fail: (error) => {
      if (error.id !== id || !isBusy(error)) return false;
      forget();
      waitFor(error.retryAfterMs);
      return true;
    },
  };
}
