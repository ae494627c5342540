import { describe, expect, it } from 'vitest';
import { RawSocket } from '../support/raw-socket.js';
import { WsClient } from '../support/ws-client.js';
import { Rig, TRANSPORTS } from './rig.js';

describe.each(TRANSPORTS)('the %s transport: sockets', (name) => {
  it('opens a socket with what its handshake was admitted as', async () => {
    const rig = await Rig.open(name, {
      events: {
        upgrade: ({ path, query, remoteAddress, header }) => {
          return { admitted: [path, query, remoteAddress, header('user-agent'), header('x-none')].join(' ') };
        },
      },
    });
    await WsClient.open(`ws://${rig.url}/a%2Fb?x=1&x=%32`, { headers: { 'User-Agent': 'foreign' } });
    expect(rig.log).toEqual(['opened /a%2Fb x=1&x=%32 127.0.0.1 foreign ']);
  });

  it('closes connections beyond maxConnections as they come, and takes new ones when some have gone', async () => {
    const rig = await Rig.open(name, {
      options: { maxConnections: 3 },
      events: { text: (socket, text) => void socket.send(text) },
    });
    const client = await WsClient.open(`ws://${rig.url}/A`);
    const silent = [await RawSocket.open(rig.port), await RawSocket.open(rig.port)];
    for (let cut = 1; cut <= 20; cut += 1) {
      const late = await RawSocket.open(rig.port);
      await late.end();
      expect(rig.transport.counters).toMatchObject({ connections: 2, open: 1, connectionsCut: cut });
    }
    expect(silent.map(({ isEnded }) => isEnded)).toEqual([false, false]);
    client.send('here');
    expect(await client.nextText()).toBe('here');

    silent[0]?.destroy();
    await expect.poll(() => rig.transport.counters.connections).toBe(1);
    await WsClient.open(`ws://${rig.url}/B`);
    await client.leave();
    await expect.poll(() => rig.transport.counters.open).toBe(1);
    await WsClient.open(`ws://${rig.url}/C`);
    await (await RawSocket.open(rig.port)).end();
  });

  it('closes connections beyond maxConnections that come all at once, and their requests go unanswered', async () => {
    const rig = await Rig.open(name, { options: { maxConnections: 10 } });
    const many = await Promise.all(Array.from({ length: 200 }, () => RawSocket.open(rig.port)));
    const held = () => many.filter(({ isEnded }) => !isEnded);
    for (const socket of many) socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    await expect.poll(() => held().length).toBe(10);
    for (const socket of held()) expect((await socket.answer()).status).toBe(200);
    expect(rig.transport.counters).toMatchObject({ connections: 10, connectionsCut: 190 });
  });

  it('carries texts in order, both ways, whatever their size', async () => {
    const rig = await Rig.open(name, { events: { text: (socket, text) => void socket.send(text) } });
    const client = await WsClient.open(`ws://${rig.url}/A`);
    const texts = Array.from({ length: 300 }, (_, i) => `${i} ${'x'.repeat((i * i) % 9_000)}`);
    for (const text of texts) client.send(text);
    for (const text of texts) expect(await client.nextText()).toBe(text);
    expect(rig.log).toEqual(['opened /A', ...texts.map((text) => `text /A ${text}`)]);
  });

  it('gives a text with its size in bytes of UTF-8', async () => {
    const sizes: number[] = [];
    const rig = await Rig.open(name, { events: { text: (_socket, _text, byteLength) => void sizes.push(byteLength) } });
    const client = await WsClient.open(`ws://${rig.url}/A`);
    for (const text of ['', 'a', 'é', '你', '😀']) client.send(text);
    await rig.saw('text /A 😀');
    expect(sizes).toEqual([0, 1, 2, 3, 4]);
    expect(rig.log.slice(1)).toEqual(['text /A ', 'text /A a', 'text /A é', 'text /A 你', 'text /A 😀']);
  });

  it('tells binary from text', async () => {
    const rig = await Rig.open(name);
    const client = await WsClient.open(`ws://${rig.url}/A`);
    client.sendBytes(Buffer.from('hello'));
    client.send('after');
    await rig.saw('text /A after');
    expect(rig.log).toEqual(['opened /A', 'binary /A', 'text /A after']);
  });

  it.each([
    ['with a code', (client: WsClient) => client.leave(4001), 4001],
    ['without a word', (client: WsClient) => client.terminate(), 1006],
  ])('calls closed once when the peer leaves %s', async (_how, leave, code) => {
    const rig = await Rig.open(name);
    const client = await WsClient.open(`ws://${rig.url}/A`);
    await leave(client);
    await rig.saw(`closed /A ${code}`);
    expect(rig.socket('/A').open).toBe(false);
    await rig.close();
    expect(rig.log).toEqual(['opened /A', `closed /A ${code}`]);
  });

  it('closes with a code and a reason, behind what was sent', async () => {
    const rig = await Rig.open(name);
    const client = await WsClient.open(`ws://${rig.url}/A`);
    const socket = rig.socket('/A');
    socket.send('last words');
    socket.close(4408, 'slow');
    expect(socket.open).toBe(false);
    expect(await client.nextText()).toBe('last words');
    expect(await client.ended).toEqual({ code: 4408, reason: 'slow' });
    await rig.saw('closed /A 4408');
    expect(rig.log).toEqual(['opened /A', 'closed /A 4408']);
  });

  it('gives no text that comes after close was called', async () => {
    const rig = await Rig.open(name, { events: { text: (socket) => socket.close(4000, 'enough') } });
    const client = await WsClient.open(`ws://${rig.url}/A`);
    for (const text of ['1', '2', '3']) client.send(text);
    await rig.saw('closed /A 4000');
    expect(rig.log).toEqual(['opened /A', 'text /A 1', 'closed /A 4000']);
  });

  it('terminates without a word', async () => {
    const rig = await Rig.open(name);
    const client = await WsClient.open(`ws://${rig.url}/A`);
    rig.socket('/A').terminate();
    expect(rig.socket('/A').open).toBe(false);
    expect(await client.ended).toEqual({ code: 1006, reason: '' });
    await rig.saw('closed /A 1006');
  });

  it('lets every method be called on a socket that is closed, to no effect', async () => {
    const rig = await Rig.open(name);
    const client = await WsClient.open(`ws://${rig.url}/A`);
    await client.leave();
    await rig.saw('closed /A 1000');
    const socket = rig.socket('/A');
    expect(socket.send('late')).toBe('dropped');
    let written = false;
    socket.cork(() => {
      written = socket.send('late') !== 'dropped';
    });
    socket.ping('7');
    socket.subscribe('late');
    rig.transport.publish('late', 'late');
    socket.unsubscribe('late');
    socket.close(1000, '');
    socket.terminate();
    expect(written).toBe(false);
    expect(socket.bufferedBytes).toBe(0);
    expect(rig.log).toEqual(['opened /A', 'closed /A 1000']);
    expect(rig.errors).toEqual([]);
  });

  it('lets a socket be closed and terminated while it opens', async () => {
    const rig = await Rig.open(name, {
      events: { opened: (socket, path) => (path === '/closed' ? socket.close(4000, 'no') : socket.terminate()) },
    });
    const closed = await WsClient.open(`ws://${rig.url}/closed`);
    expect(await closed.ended).toEqual({ code: 4000, reason: 'no' });
    await WsClient.open(`ws://${rig.url}/gone`).catch(() => {});
    await rig.saw('closed /gone 1006');
    expect(rig.log.filter((line) => line.startsWith('closed'))).toEqual(['closed /closed 4000', 'closed /gone 1006']);
  });

  it('sends corked texts in order, in few pieces', async () => {
    const rig = await Rig.open(name);
    const client = await WsClient.open(`ws://${rig.url}/A`);
    const texts = Array.from({ length: 200 }, (_, i) => `text ${i}`);
    rig.socket('/A').cork(() => {
      for (const text of texts) rig.socket('/A').send(text);
    });
    for (const text of texts) expect(await client.nextText()).toBe(text);
  });

  it('asks for a sign of life and hears the answer, and hears the pings of the peer', async () => {
    const rig = await Rig.open(name);
    const client = await WsClient.open(`ws://${rig.url}/A`);
    rig.socket('/A').ping('7');
    await rig.saw('ponged /A 7');
    await client.ping();
    await rig.saw('heard /A');
    expect(rig.log).toEqual(['opened /A', 'ponged /A 7', 'heard /A']);
  });

  it('keeps sockets apart: what one peer does, others do not notice', async () => {
    const rig = await Rig.open(name, {
      events: { text: (socket, text) => void socket.send(`${socket.state} ${text}`) },
    });
    const [a, b] = [await WsClient.open(`ws://${rig.url}/A`), await WsClient.open(`ws://${rig.url}/B`)];
    a.send('1');
    b.send('2');
    a.terminate();
    await rig.saw('closed /A 1006');
    b.send('3');
    expect([await b.nextText(), await b.nextText()]).toEqual(['/B 2', '/B 3']);
  });
});
