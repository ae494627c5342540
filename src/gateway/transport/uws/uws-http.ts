import type { HttpRequest, HttpResponse } from 'uWebSockets.js';
import { type HeaderLines, REASON_PHRASES, REFUSAL_HEADERS, refusalBody } from '../handshake.js';
import type { UpgradeRefusal } from '../transport.js';

/** The header lines of a request. To be read before the handler returns: the request is dead after it. */
export function headerLines(req: HttpRequest): HeaderLines {
  const lines: [string, string][] = [];
  req.forEach((name, value) => {
    lines.push([name, value]);
  });
  return lines;
}

/** The query without its `?`; the declaration hides that there may be none. */
export function queryOf(req: HttpRequest): string {
  const query: string | undefined = req.getQuery();
  return query ?? '';
}

export function remoteAddress(res: HttpResponse): string {
  return Buffer.from(res.getRemoteAddressAsText()).toString();
}

/** Answers with the refusal as JSON and closes the connection. */
export function answerRefusal(res: HttpResponse, refusal: UpgradeRefusal): void {
  res.cork(() => {
    res.writeStatus(`${refusal.status} ${REASON_PHRASES[refusal.status] ?? ''}`);
    for (const [name, value] of Object.entries({ ...REFUSAL_HEADERS, ...refusal.headers }))
      res.writeHeader(name, value);
    res.end(refusalBody(refusal), true);
  });
}
