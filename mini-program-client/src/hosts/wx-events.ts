import { isFields, isText } from '../json.js';
import { ABNORMAL, ignore, type SocketEvents } from './transport.js';

/** The edge to the platforms: what their callbacks are given differs, and little of it can be relied on. */

export function field(value: unknown, name: string): unknown {
  return isFields(value) ? value[name] : undefined;
}

/** my wraps what the others give directly: `{ data: { data: 'text', isBuffer: false } }`. */
function textOf(event: unknown): unknown {
  const outer = field(event, 'data');
  const holder = isText(outer) ? event : outer;
  // my gives binary as base64 text, and says so.
  return field(holder, 'isBuffer') === true ? null : field(holder, 'data');
}

/** What the callbacks of one socket are to tell. */
export function callbacksFor(events: SocketEvents) {
  return {
    message: (event: unknown) => {
      const text = textOf(event);
      if (isText(text)) events.received(text);
    },
    /** tt gives the code as text, and my gives none. */
    close: (event: unknown) => events.lost(Number(field(event, 'code')) || ABNORMAL, reasonOf(event)),
    fail: (error: unknown) => events.lost(ABNORMAL, reasonOf(error)),
  };
}

export function reasonOf(event: unknown): string {
  return String(field(event, 'reason') || field(event, 'errMsg') || field(event, 'errorMessage') || '');
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof field(value, 'then') === 'function';
}

/** Some hosts give a promise besides calling back: nobody else waits for it, so its failure must not go unheard. */
export function settle(result: unknown): void {
  if (isThenable(result)) result.then(ignore, ignore);
}
