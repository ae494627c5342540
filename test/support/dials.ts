import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { closeFrame } from './raw-frames.js';
import { handshake } from './raw-socket.js';

/** A connection by the thousand: what comes after the first bytes of an answer is thrown away. Broken requests may have none. */
export async function dial(
  port: number,
  bytes: string | Buffer,
  { withinMs = 5_000 } = {},
): Promise<{ socket: Socket; status: number; answer: string }> {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(bytes);
  const patience = AbortSignal.timeout(withinMs);
  const [head = ''] = await Promise.race([
    once(socket, 'data'),
    once(socket, 'close'),
    once(patience, 'abort').then(() => []),
  ]).catch(() => []);
  socket.resume();
  const answer = String(head);
  // 0: no answer.
  return { socket, answer, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0) };
}

/** Opens that many sessions and leaves them, some without a word, sixteen at a time. */
export async function comeAndGo(port: number, count: number): Promise<void> {
  let begun = 0;
  const one = async () => {
    while (begun < count) {
      begun += 1;
      const target = begun % 2 === 0 ? `/websocket/u${begun}` : `/websocket/u${begun}?v=1`;
      const { socket, status } = await dial(port, handshake(target));
      if (status !== 101) throw new Error(`expected a WebSocket, got ${status}`);
      const closed = once(socket, 'close');
      if (begun % 3 === 0) socket.write(closeFrame(1000));
      if (begun % 5 === 0) socket.resetAndDestroy();
      else socket.end();
      await closed;
    }
  };
  await Promise.all(Array.from({ length: 16 }, one));
}
