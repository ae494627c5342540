import type { Clock } from '../hosts/clock.js';
import type { Http, HttpRequest } from '../hosts/http.js';
import { ignore } from '../hosts/transport.js';
import { type Fields, fieldsOf, isText } from '../json.js';
import { CALL_TIMEOUT_MS } from '../limits.js';

/** The status is 0 when there is no answer. */
export type Done = (status: number, body: Fields) => void;

/** Asks once. `done` is called once at most: with the answer, or when there is none in time; never after a give-up. */
export function call(http: Http, clock: Clock, request: HttpRequest, done: Done): () => void {
  let over = false;
  let abort = ignore;
  const stop = () => {
    over = true;
    stopTimer();
    abort();
  };
  const end = (status: number, body: unknown) => {
    if (over) return;
    stop();
    // Mini-programs have parsed it already.
    done(status, Object(isText(body) ? fieldsOf(body) : body));
  };
  const stopTimer = clock.after(CALL_TIMEOUT_MS, () => end(0, ''));
  abort = http.request(request, end);
  return stop;
}
