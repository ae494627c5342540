import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket as Connection } from 'node:net';
import { type HeaderLines, REASON_PHRASES, REFUSAL_HEADERS, refusalBody } from '../handshake.js';
import type { UpgradeRefusal } from '../transport.js';

/** The header lines of a request as they came. */
export function headerLines({ rawHeaders }: IncomingMessage): HeaderLines {
  const lines: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    lines.push([String(rawHeaders[i]).toLowerCase(), String(rawHeaders[i + 1])]);
  }
  return lines;
}

export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.trim().toLowerCase() === 'websocket';
}

/** The head of a request as bytes again, without one of its headers. */
export function headWithout(request: IncomingMessage, without: string): Buffer {
  const lines = headerLines(request).filter(([name]) => name !== without);
  const text = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`${request.method} ${request.url} HTTP/${request.httpVersion}\r\n${text}\r\n`, 'latin1');
}

/** Answers with the refusal as JSON and closes the connection. Node gives an upgrade's connection bare. */
export function answerRefusal(to: ServerResponse | Connection, refusal: UpgradeRefusal): void {
  const { status } = refusal;
  const body = refusalBody(refusal);
  const headers = {
    ...REFUSAL_HEADERS,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...refusal.headers,
  };
  if (to instanceof ServerResponse) {
    if (to.headersSent) to.destroy();
    else to.writeHead(status, headers).end(body);
    return;
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // A peer that never closes its own side must not hold the connection.
  to.once('finish', () => to.destroy());
  to.end(`HTTP/1.1 ${status} ${REASON_PHRASES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}
