import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { atEnd } from './meanwhile.js';

/** A way to a server that can die without telling either side, as mobile networks do. */
export interface Way {
  /** Like the server's own, through here. */
  readonly ws: string;
  /** How many connections were opened through here. */
  readonly opened: number;
  /** From now on nothing gets through any more on the connections there are; later ones work. */
  freeze(): void;
}

/** Opens a way to a port of 127.0.0.1; it is gone when the test is over. */
export async function openWay(port: number): Promise<Way> {
  const pairs: { readonly near: Socket; readonly far: Socket }[] = [];
  const gate = createServer((near) => {
    const far = createConnection({ port, host: '127.0.0.1' });
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.setNoDelay(true).on('error', () => {});
    pairs.push({ near, far });
  });
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  atEnd(() => {
    for (const { near, far } of pairs) {
      near.destroy();
      far.destroy();
    }
    gate.close();
  });
  const { port: own } = gate.address() as AddressInfo;
  return {
    ws: `ws://127.0.0.1:${own}`,
    get opened() {
      return pairs.length;
    },
    freeze: () => {
      for (const { near, far } of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
  };
}
