import { isBusy } from '../errors.js';
import { type HeardFrame, heardIn } from '../frames.js';
import { holdMs } from '../hold.js';
import type { Clock } from '../hosts/clock.js';
import type { Http } from '../hosts/http.js';
import { ABNORMAL, ignore, type Socket } from '../hosts/transport.js';
import { type Fields, isText } from '../json.js';
import { FASTEST_EMPTY_POLL_MS, FASTEST_POLL_MS, POLL_WAIT_S, UNAUTHORIZED } from '../limits.js';
import { call, type Done } from './call.js';
import { isPage, type Page } from './page.js';

/** What polls tell. Nothing counts that comes after `lost`, or after they were closed. */
export interface PollEvents {
  heard(frame: HeardFrame | null): void;
  lost(code: number, word: string): void;
}

/** What may have become of a message. Any other answer may be of something that stands between. */
const ANSWERS: readonly number[] = [200, 201, 400, 403, 409, 413, 429, 503];

/**
 * What stands for a socket where WebSockets die: asks for the inbox again and again, with a question that the server
 * holds until there is something, and puts what is sent to users. It is open when the first answer has come, which
 * `polled` tells. Each question says how far the inbox has come, so it confirms too.
 *
 * Of what it is given to send, it carries messages to users; a ping makes it ask at once; all else waits for a socket.
 *
 * @param url where a WebSocket would be dialled now: whose inbox it is, and where it goes on
 */
export function openPolls(
  http: Http,
  clock: Clock,
  url: () => string,
  token: string,
  { heard, lost }: PollEvents,
): Socket {
  let closed = false;
  let synced = false;
  let askedAt = 0;
  /** Ends the question, or the rest before it. */
  let stopPoll = ignore;
  /** Messages, of which the first is on its way: one after the other they keep their order. */
  let puts: readonly Parcel[] = [];
  let stopPut = ignore;

  function ask(path: string, body: Parcel | undefined, done: Done): () => void {
    const header = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const address = url().replace(/^ws(.*)\/websocket\/([^?]*)\?/, `http$1/api/v1/users/$2/${path}`);
    const how = body ? { method: 'PUT' as const, data: JSON.stringify(body) } : { method: 'GET' as const };
    return call(http, clock, Object.assign({ url: address, header }, how), done);
  }

  function poll(waitS: number): void {
    stopPoll();
    askedAt = clock.now();
    stopPoll = ask(`inbox?wait=${waitS}&`, undefined, (status, body) => {
      if (status === 200 && isPage(body)) tell(body, waitS);
      else if (isBusy(body)) pollAt(clock.now() + holdMs(Number(body.retryAfterMs) || undefined));
      else failed(status, body);
    });
  }

  /** A server that does not wait is not asked all the time. */
  function pollAt(time: number): void {
    stopPoll = clock.after(Math.max(0, time - clock.now()), () => poll(POLL_WAIT_S));
  }

  function tell({ epoch, head, cursor, frames }: Page, waitS: number): void {
    const count = frames.length;
    // Their numbers have no holes.
    heard({ type: 'polled', epoch, cursor: cursor - count, broadcast: null });
    for (const frame of frames) heard(heardIn(frame));
    const behind = count && cursor < head;
    if (!behind && !synced) {
      synced = true;
      heard({ type: 'synced', cursor });
    }
    const fastest = count ? FASTEST_POLL_MS : FASTEST_EMPTY_POLL_MS;
    if (!closed) pollAt(behind || !waitS ? 0 : askedAt + fastest);
  }

  function put(): void {
    const [first] = puts;
    if (!first) return;
    const { id } = first;
    stopPut = ask(`outbox/${encodeURIComponent(id)}?`, first, (status, body) => {
      // What follows one that was not taken is sent again after it, by the outbox.
      puts = isBusy(body) ? [] : puts.slice(1);
      const type = isText(body.messageId) ? 'ack' : 'error';
      // As on a socket, but for the cursor: it is of an epoch that this answer does not tell. The inbox brings it.
      const fields = Object.assign({}, body, { type, id, message: body.detail, cursor: undefined });
      const frame = ANSWERS.includes(status) && heardIn(fields);
      if (!frame) return failed(status, body);
      heard(frame);
      put();
    });
  }

  function failed(status: number, { detail }: Fields): void {
    close();
    lost(status === 401 ? UNAUTHORIZED : ABNORMAL, `HTTP: ${detail || status}`);
  }

  function close(): void {
    closed = true;
    puts = [];
    stopPoll();
    stopPut();
  }

  poll(0);
  return {
    send: (text) => {
      const frame: Parcel = JSON.parse(text);
      if (frame.type === 'ping') return poll(0);
      // In a path, `.` and `..` are no names.
      if (!frame.toUserId || /^\.\.?$/.test(frame.id)) return;
      puts = puts.concat(frame);
      if (!puts[1]) put();
    },
    close,
  };
}

/** What it is given to send. */
interface Parcel {
  readonly type: string;
  readonly id: string;
  /** Of messages to users alone. */
  readonly toUserId?: string;
}
