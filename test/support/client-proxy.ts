import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to a server through which WebSockets may not go: as proxies of companies and hotels do, it answers for itself. */
export interface BlockingProxy {
  /** Like the server's own, through here. */
  readonly url: string;
  /** Dials of WebSockets that were refused. */
  readonly refused: number;
  letsWebSocketsThrough: boolean;
  /** All connections that there are go without a word. */
  cut(): void;
}

const REFUSAL = 'HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno';

/** In front of a port of 127.0.0.1; it is gone when the test is over. */
export async function openProxy(port: number): Promise<BlockingProxy> {
  const sockets = new Set<Socket>();
  let refused = 0;
  const gate = createServer((near) => {
    hold(near);
    near.once('data', (first) => {
      if (!proxy.letsWebSocketsThrough && /\r\nupgrade:/i.test(first.toString('latin1'))) {
        refused += 1;
        near.end(REFUSAL);
        return;
      }
      const far = hold(createConnection({ port, host: '127.0.0.1' }));
      far.write(first);
      near.pipe(far).pipe(near);
    });
  });
  const proxy = {
    url: '',
    get refused() {
      return refused;
    },
    letsWebSocketsThrough: false,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };

  function hold(socket: Socket): Socket {
    sockets.add(socket);
    socket.setNoDelay(true).on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    return socket;
  }

  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  onTestFinished(() => {
    proxy.cut();
    gate.close();
  });
  const { port: own } = gate.address() as AddressInfo;
  proxy.url = `http://127.0.0.1:${own}`;
  return proxy;
}
