import { afterAll, beforeAll } from 'vitest';
import { type HandshakeChanges, handshake, type RawAnswer, RawSocket } from './raw-socket.js';
import { type RunningServer, startServer } from './server.js';
import { type Refusal, WsClient } from './ws-client.js';

export const TRANSPORTS = ['uws', 'ws'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** One running Minim for all tests of the enclosing `describe`, as seen by clients that know nothing of it. */
export class ForeignServer {
  private running: RunningServer | undefined;

  constructor(env: Readonly<Record<string, string>>) {
    beforeAll(async () => {
      this.running = await startServer({ env });
    });
    afterAll(async () => {
      await this.running?.stop();
    });
  }

  get server(): RunningServer {
    if (this.running === undefined) throw new Error('the server runs only within tests');
    return this.running;
  }

  /** Connects by the `ws` package, at a path or, for short, as a user: `A?v=1`. */
  connect(target: string): Promise<WsClient> {
    return WsClient.open(this.server.ws + pathOf(target));
  }

  refusal(target: string): Promise<Refusal> {
    return WsClient.refusal(this.server.ws + pathOf(target));
  }

  /** Connects by raw bytes; its session is open. */
  raw(target: string): Promise<RawSocket> {
    return RawSocket.upgraded(this.server.port, pathOf(target));
  }

  /** Connects and says nothing. */
  tcp(): Promise<RawSocket> {
    return RawSocket.open(this.server.port);
  }

  /** The answer to a handshake in raw bytes. */
  async answerTo(target: string, changes?: HandshakeChanges): Promise<RawAnswer> {
    const socket = await this.tcp();
    socket.write(handshake(pathOf(target), changes));
    return socket.answer();
  }
}

function pathOf(target: string): string {
  return target.startsWith('/') ? target : `/websocket/${target}`;
}

let made = 0;

/** User ids that no other test has. */
export function freshUsers<const N extends readonly string[]>(...names: N): { [K in keyof N]: string } {
  made += 1;
  return names.map((name) => `${name}-${made}`) as { [K in keyof N]: string };
}
