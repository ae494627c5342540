import type { Clock } from '../messaging/ports/clock.js';
import type { MessageStore } from '../messaging/ports/message-store.js';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 60_000;
/** Removed at once: few, so that writers wait for it no longer than for one another. */
const AT_ONCE = 500;

/** Removes what is older than `days`, a little at a time. */
export function startRetention(
  store: Pick<MessageStore, 'removeSentBefore'>,
  clock: Clock,
  days: number,
  onError: (error: unknown) => void,
): { stop(): void } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async () => {
    try {
      const removed = await store.removeSentBefore(clock.now() - days * DAY_MS, AT_ONCE);
      plan(removed < AT_ONCE ? LOOK_EVERY_MS : 0);
    } catch (error) {
      if (!stopped) onError(error);
      plan(LOOK_EVERY_MS);
    }
  };
  const plan = (afterMs: number) => {
    if (!stopped) timer = setTimeout(look, afterMs);
  };

  plan(LOOK_EVERY_MS);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
