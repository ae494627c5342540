import type { MiniProgramHost, SocketTask } from './mini-program-host.js';
import { ignore, NO_SOCKET, type Socket, type SocketEvents, type Transport } from './transport.js';
import { callbacksFor, field, isThenable, settle } from './wx-events.js';

/**
 * Sockets of a mini-program platform: pass `wx`, `tt`, `my`, `swan`, `qq`, `uni` or `Taro`.
 * At most five sockets can be open in one mini-program; this client uses one at a time.
 */
export function wxTransport(host: MiniProgramHost): Transport {
  return {
    open(url, events, connectTimeoutMs) {
      const { fail } = callbacksFor(events);
      const options = { url, timeout: connectTimeoutMs, tcpNoDelay: true, multiple: true, success: ignore, fail };
      const given = host.connectSocket(options);
      return isThenable(given) ? promisedSocket(given, events) : taskSocket(given, events);
    },
  };
}

function taskSocket(task: unknown, events: SocketEvents): Socket {
  const { message, close, fail } = callbacksFor(events);
  if (!isSocketTask(task)) {
    fail({ reason: 'no SocketTask' });
    return NO_SOCKET;
  }
  let closed = false;
  const hangUp = () => {
    closed = true;
    settle(task.close({ code: 1000, fail: ignore }));
  };
  // A close before the socket is open may be ignored: the socket would stay open for ever, and there are only five.
  task.onOpen(() => (closed ? hangUp() : events.opened()));
  task.onMessage(message);
  task.onError(fail);
  task.onClose(close);
  // Sending is often the first that hears of a socket that went in the background.
  return { send: (data) => settle(task.send({ data, fail })), close: hangUp };
}

/** Taro gives the `SocketTask` a moment later. */
function promisedSocket(given: PromiseLike<unknown>, events: SocketEvents): Socket {
  let closed = false;
  let socket = NO_SOCKET;
  given.then((task) => {
    socket = taskSocket(task, events);
    if (closed) socket.close();
  }, callbacksFor(events).fail);
  return {
    send: (text) => socket.send(text),
    close: () => {
      closed = true;
      socket.close();
    },
  };
}

function isSocketTask(value: unknown): value is SocketTask {
  return !!field(value, 'onOpen');
}
