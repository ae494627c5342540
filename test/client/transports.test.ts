import { describe, expect, it } from 'vitest';
import { browserTransport } from '../../mini-program-client/src/hosts/browser-transport.js';
import type { ConnectSocketOptions } from '../../mini-program-client/src/hosts/mini-program-host.js';
import { wxTransport } from '../../mini-program-client/src/hosts/wx-transport.js';
import { ScriptedTask, Told } from '../support/wx-hosts.js';

const URL = 'ws://localhost:3000/websocket/A?v=1';

/** Dials on a platform that gives what `answer` makes of the `SocketTask`. */
function dial(answer: (task: ScriptedTask) => unknown = (task) => task) {
  const tasks: ScriptedTask[] = [];
  const told = new Told();
  const connectSocket = (options: ConnectSocketOptions) => {
    const task = new ScriptedTask(options);
    tasks.push(task);
    return answer(task);
  };
  const socket = wxTransport({ connectSocket }).open(URL, told, 10_000);
  const [task] = tasks;
  if (!task) throw new Error('nothing was dialled');
  return { task, told, socket };
}

describe('wx, swan, qq', () => {
  it('dials with the timeout it is given, in a way that every platform gives a SocketTask for', () => {
    expect(dial().task.options).toEqual({
      url: URL,
      timeout: 10_000,
      tcpNoDelay: true,
      multiple: true,
      success: expect.any(Function),
      fail: expect.any(Function),
    });
  });

  it('tells what happens to the socket', () => {
    const { task, told } = dial();
    task.tell('open', { header: {} });
    task.tell('message', { data: 'hello' });
    task.tell('message', { data: new ArrayBuffer(3) });
    task.tell('error', { errMsg: 'connection reset' });
    task.tell('close', { code: 4509, reason: 'replaced' });
    expect(told.events).toEqual(['opened', 'hello', [1006, 'connection reset'], [4509, 'replaced']]);
  });

  it('sends and closes', () => {
    const { task, socket } = dial();
    task.tell('open');
    socket.send('hello');
    socket.close();
    expect(task.asked).toEqual([
      ['send', 'hello'],
      ['close', 1000],
    ]);
  });

  it('tells why a dial cannot even begin', () => {
    const { task, told } = dial();
    task.options.fail({ errMsg: 'connectSocket:fail url not in domain list' });
    expect(told.events).toEqual([[1006, 'connectSocket:fail url not in domain list']]);
  });

  it('closes a socket again that opens after it was given up', () => {
    const { task, told, socket } = dial();
    socket.close();
    task.tell('open');
    expect(told.events).toEqual([]);
    expect(task.asked).toEqual([
      ['close', 1000],
      ['close', 1000],
    ]);
  });

  it('takes a failed send for a lost connection', () => {
    const { task, told, socket } = dial();
    task.send = (options) => {
      if ('fail' in options && typeof options.fail === 'function') options.fail({ errMsg: 'sendSocketMessage:fail' });
    };
    socket.send('hello');
    expect(told.events).toEqual([[1006, 'sendSocketMessage:fail']]);
  });

  it('is lost where there is no SocketTask', () => {
    const { told, socket } = dial(() => undefined);
    expect(told.events).toEqual([[1006, 'no SocketTask']]);
    socket.close();
  });
});

describe('tt', () => {
  it('gives the close code as text', () => {
    const { task, told } = dial();
    task.tell('close', { code: '4509', reason: 'replaced', protocolType: 'http1.1' });
    expect(told.events).toEqual([[4509, 'replaced']]);
  });
});

describe('my', () => {
  it('wraps texts once more, and gives binary as text that is none', () => {
    const { task, told } = dial();
    task.tell('message', { data: { socketTaskID: '1', data: 'hello', isBuffer: false } });
    task.tell('message', { data: { socketTaskID: '1', data: 'aGVsbG8=', isBuffer: true } });
    task.tell('message', { data: 'aGVsbG8=', isBuffer: true });
    expect(told.events).toEqual(['hello']);
  });

  it('gives no close code', () => {
    const { task, told } = dial();
    task.tell('close', { data: { socketTaskID: '1' } });
    task.tell('error', { error: 6, errorMessage: 'timed out' });
    task.tell('close');
    expect(told.events).toEqual([
      [1006, ''],
      [1006, 'timed out'],
      [1006, ''],
    ]);
  });
});

describe('Taro', () => {
  it('gives the promise of a SocketTask', async () => {
    const { task, told, socket } = dial((made) => Promise.resolve(made));
    await Promise.resolve();
    task.tell('open');
    socket.send('hello');
    expect(told.events).toEqual(['opened']);
    expect(task.asked).toEqual([['send', 'hello']]);
  });

  it('closes the socket that comes after it was given up', async () => {
    const { task, socket } = dial((made) => Promise.resolve(made));
    socket.close();
    await Promise.resolve();
    expect(task.asked).toEqual([['close', 1000]]);
  });

  it('tells why a dial cannot even begin', async () => {
    const { told } = dial(() => Promise.reject({ errMsg: 'connectSocket:fail' }));
    await new Promise(setImmediate);
    expect(told.events).toEqual([[1006, 'connectSocket:fail']]);
  });

  it('leaves no rejected promise behind when sending and closing give one', async () => {
    const { task, socket } = dial();
    task.send = () => Promise.reject(new Error('not open'));
    task.close = () => Promise.reject(new Error('not open'));
    socket.send('hello');
    socket.close();
    // An unhandled rejection would fail the run.
    await new Promise(setImmediate);
  });
});

describe('uni', () => {
  it('gives a SocketTask only to who passes a callback', () => {
    const { told } = dial((task) => ('success' in task.options ? task : Promise.resolve([null, {}])));
    expect(told.events).toEqual([]);
  });
});

describe('a browser', () => {
  class ScriptedWebSocket {
    static last: ScriptedWebSocket;
    onopen: unknown = null;
    onmessage: unknown = null;
    onclose: unknown = null;
    onerror: unknown = null;
    readonly asked: unknown[] = [];

    constructor(readonly url: string) {
      ScriptedWebSocket.last = this;
    }

    send(text: string): void {
      this.asked.push(['send', text]);
    }

    close(code?: number): void {
      this.asked.push(['close', code]);
    }

    tell(kind: 'onopen' | 'onmessage' | 'onclose' | 'onerror', event: unknown): void {
      const listener = this[kind];
      if (typeof listener === 'function') listener(event);
    }
  }

  function dialBrowser() {
    const told = new Told();
    const socket = browserTransport(ScriptedWebSocket).open(URL, told, 10_000);
    return { told, socket, host: ScriptedWebSocket.last };
  }

  it('tells what happens to the socket', () => {
    const { told, host } = dialBrowser();
    expect(host.url).toBe(URL);
    host.tell('onopen', {});
    host.tell('onmessage', { data: 'hello' });
    host.tell('onmessage', { data: new ArrayBuffer(3) });
    host.tell('onerror', {});
    host.tell('onclose', { code: 4408, reason: 'slow' });
    expect(told.events).toEqual(['opened', 'hello', [4408, 'slow']]);
  });

  it('hears nothing more of a socket that was closed, whose closing handshake may take minutes', () => {
    const { told, socket, host } = dialBrowser();
    socket.send('hello');
    socket.close();
    host.tell('onopen', {});
    host.tell('onerror', {});
    host.tell('onclose', { code: 1000, reason: '' });
    expect(told.events).toEqual([]);
    expect(host.asked).toEqual([
      ['send', 'hello'],
      ['close', 1000],
    ]);
  });
});
