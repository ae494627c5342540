import { afterAll, beforeAll, describe } from 'vitest';
import { type RunningServer, startServer } from './server.js';
import { WsClient } from './ws-client.js';

/** One Minim for a whole suite, and the ways in that its tests need. */
export interface Node {
  readonly server: RunningServer;
  /** Opens a session that passes over `synced`; `target` is what stands behind `/websocket/`. */
  open(target: string): Promise<WsClient>;
  /** The HTTP answer to a handshake that is refused. */
  refusal(target: string): ReturnType<typeof WsClient.refusal>;
  /**
   * Proves that nothing else waits for these sessions: a broadcast goes to all of them, and it is the next thing that
   * each one sees.
   */
  nothingElseCame(...sessions: readonly WsClient[]): Promise<void>;
}

/** Runs `suite` once over each transport, each time on a node of its own; over one where what it shows has nothing to do with it. */
export function describeNode(
  name: string,
  suite: (node: Node) => void,
  env: Readonly<Record<string, string>> = {},
  transports: readonly string[] = ['uws', 'ws'],
): void {
  const nodes = new Map<string, Promise<RunningServer>>();
  const stopping: Promise<unknown>[] = [];

  describe.each(transports)(`${name} (%s)`, (transport) => {
    let server: RunningServer;

    // All start at once, since a start keeps one core busy, and nobody waits for one to stop but the last.
    beforeAll(async () => {
      for (const each of nodes.size === 0 ? transports : []) {
        const node = startServer({ env: { MINIM_TRANSPORT: each, ...env } });
        node.catch(() => undefined);
        nodes.set(each, node);
      }
      server = await (nodes.get(transport) ?? Promise.reject(new Error(`no node for ${transport}`)));
    });

    afterAll(async () => {
      stopping.push(server.stop());
      if (stopping.length === transports.length) await Promise.all(stopping);
    });

    const open = (target: string) => WsClient.open(`${server.ws}/websocket/${target}`, { ignored: 'synced' });
    let marks = 0;
    suite({
      get server() {
        return server;
      },
      open,
      refusal: (target) => WsClient.refusal(`${server.ws}/websocket/${target}`),
      nothingElseCame: async (...sessions) => {
        marks += 1;
        const mark = `nothing else came ${marks}`;
        // A user of its own each time, so that it takes nobody's place.
        const marker = await open(`marker-${marks}`);
        marker.send({ type: 'broadcast', message: mark });
        for (const session of sessions) {
          const frame = await session.next();
          if (frame.message !== mark) throw new Error(`expected nothing, got ${JSON.stringify(frame)}`);
        }
        await marker.leave();
      },
    });
  });
}
