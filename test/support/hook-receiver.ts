import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from './meanwhile.js';
import { Changes } from './raw-changes.js';

export const HOOK_SECRET = 'a-secret-of-the-hook-tests-0123456789';

/** What a receiver was told, as it came. */
export interface Told {
  readonly event: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

type Answer = (told: Told, response: ServerResponse) => void;

export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (_told, response) => void response.writeHead(code, headers).end();
}

export const never: Answer = () => undefined;

/** A shop's backend on loopback, that answers as the test says. Gone when the test is over. */
export class HookReceiver {
  readonly told: Told[] = [];
  private readonly changes = new Changes();

  private constructor(
    readonly url: string,
    public answer: Answer,
  ) {}

  static async start(answer: Answer = status(204)): Promise<HookReceiver> {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString();
      const told = { event: JSON.parse(body), body, headers: request.headers };
      receiver.told.push(told);
      receiver.answer(told, response);
      receiver.changes.notify();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    atEnd(() => void server.close().closeAllConnections());
    const receiver = new HookReceiver(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, answer);
    return receiver;
  }

  /** Of a node that tells this receiver, and does not wait long with what was not taken. */
  get env(): Readonly<Record<string, string>> {
    return { MINIM_HOOK_URL: this.url, MINIM_HOOK_SECRET: HOOK_SECRET, MINIM_HOOK_RETRY_MS: '10' };
  }

  of(type: string): Told[] {
    return this.told.filter(({ event }) => event.type === type);
  }

  /** When so many of this type have come. */
  until(type: string, count: number): Promise<Told[]> {
    return this.changes.until(
      () => (this.of(type).length >= count ? this.of(type) : undefined),
      () => `expected ${count} of ${type}, got ${this.of(type).length}`,
      10_000,
    );
  }
}
