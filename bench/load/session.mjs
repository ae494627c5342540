import { connect } from 'node:net';
import { clientFrame, handshake, OPCODE, readFrame } from './wire.mjs';

const NOTHING = Buffer.alloc(0);

/** A WebSocket session on a raw socket, light enough that one process holds many thousands. */
class LoadSession {
  /** Called with each text; set it before anything can come. */
  onText = () => {};
  /** Called when the server has ended the session, with what it said. */
  onEnd = () => {};
  /** Bytes of a frame that is not whole yet. */
  pending = NOTHING;
  ended = false;

  constructor(socket) {
    this.socket = socket;
  }

  /** Resolves when the handshake is done. `localAddress` is any of 127.0.0.0/8: each has ports of its own. */
  static open({ port, path, localAddress }) {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true });
      const session = new LoadSession(socket);
      let answer = NOTHING;
      const onHandshake = (bytes) => {
        answer = Buffer.concat([answer, bytes]);
        const end = answer.indexOf('\r\n\r\n');
        if (end < 0) return;
        socket.off('data', onHandshake);
        const [status] = answer.toString('latin1', 0, end).split('\r\n');
        if (!status.startsWith('HTTP/1.1 101')) {
          socket.destroy();
          reject(new Error(`${path} was answered ${status}`));
          return;
        }
        resolve(session);
        socket.on('data', (more) => session.receive(more));
        if (answer.length > end + 4) session.receive(answer.subarray(end + 4));
      };
      socket.on('data', onHandshake);
      socket.on('error', (error) => {
        reject(error);
        session.end(error.message);
      });
      socket.on('close', () => session.end('the connection ended'));
      socket.write(handshake(path));
    });
  }

  send(text) {
    this.socket.write(clientFrame(OPCODE.text, text));
  }

  /** Goes without a word. */
  close() {
    this.ended = true;
    this.socket.destroy();
  }

  receive(more) {
    let bytes = this.pending.length === 0 ? more : Buffer.concat([this.pending, more]);
    for (let frame = readFrame(bytes); frame !== undefined; frame = readFrame(bytes)) {
      bytes = bytes.subarray(frame.size);
      if (frame.opcode === OPCODE.text) this.onText(frame.text);
      else if (frame.opcode === OPCODE.ping) this.socket.write(clientFrame(OPCODE.pong, frame.text));
      else if (frame.opcode === OPCODE.close) this.end(`closed with ${frame.text.slice(2)}`);
    }
    this.pending = bytes.length === 0 ? NOTHING : bytes;
  }

  end(because) {
    if (this.ended) return;
    this.ended = true;
    this.onEnd(because);
  }
}

/** Opens so many sessions, `atOnce` of them under way at any moment; `requestOf` says where and from where. */
export async function openSessions(count, atOnce, requestOf) {
  const sessions = new Array(count);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const at = next;
      next += 1;
      sessions[at] = await LoadSession.open(requestOf(at));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return sessions;
}
