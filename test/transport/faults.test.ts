import { describe, expect, it } from 'vitest';
import { RawSocket } from '../support/raw-socket.js';
import { WsClient } from '../support/ws-client.js';
import { Rig, type RigEvents, TRANSPORTS } from './rig.js';

/** An owner that fails in one callback for sockets at `/bad`, and does its work for others. */
function failingIn(where: keyof RigEvents): Partial<RigEvents> {
  const fail = ({ state }: { state: string | undefined }) => {
    if (state === '/bad') throw new Error(`bad ${where}`);
  };
  return {
    [where]: fail,
    ...(where === 'text' ? {} : { text: (socket, text) => void socket.send(`again ${text}`) }),
  };
}

describe.each(TRANSPORTS)('the %s transport: exceptions in its owner', (name) => {
  /** Brings one callback about on the socket at `/bad`. */
  const provocations: readonly [where: keyof RigEvents, provoke: (rig: Rig, client: WsClient) => unknown][] = [
    ['opened', () => {}],
    ['text', (_rig, client) => client.send('hello')],
    ['binary', (_rig, client) => client.sendBytes(Buffer.from('hello'))],
    ['ponged', (rig) => rig.socket('/bad').ping('')],
  ];

  it.each(provocations)('in %s: closes that socket 1011, tells of it, and others live', async (where, provoke) => {
    const rig = await Rig.open(name, { events: failingIn(where) });
    const other = await WsClient.open(`ws://${rig.url}/other`);
    const bad = await WsClient.open(`ws://${rig.url}/bad`);
    await provoke(rig, bad);
    expect(await bad.ended).toEqual({ code: 1011, reason: 'internal' });
    await rig.saw('closed /bad 1011');
    expect(rig.errors).toEqual([expect.stringMatching(`: bad ${where}$`)]);
    rig.socket('/other').send('still here');
    expect(await other.nextText()).toBe('still here');
  });

  it('tells whose socket it was', async () => {
    const states: unknown[] = [];
    const onError = (_error: unknown, _where: string, state?: unknown) => void states.push(state);
    const rig = await Rig.open(name, { events: failingIn('text'), options: { onError } });
    const bad = await WsClient.open(`ws://${rig.url}/bad`);
    bad.send('hello');
    await bad.ended;
    expect(states).toEqual(['/bad']);
  });

  it('in drained: the same', async () => {
    const rig = await Rig.open(name, { events: failingIn('drained') });
    const bad = await WsClient.open(`ws://${rig.url}/bad`);
    bad.pause();
    while (rig.socket('/bad').send('x'.repeat(32_768)) === 'sent');
    bad.resume();
    expect(await bad.ended).toEqual({ code: 1011, reason: 'internal' });
    expect(rig.errors).toEqual(['drained: bad drained']);
  });

  it('in overflowed: ends that socket, whose buffer may have no room for the reason', async () => {
    const rig = await Rig.open(name, { events: failingIn('overflowed') });
    const bad = await WsClient.open(`ws://${rig.url}/bad`);
    bad.pause();
    while (rig.socket('/bad').send('x'.repeat(32_768)) !== 'dropped');
    await rig.saw('overflowed /bad');
    bad.resume();
    expect([1006, 1011]).toContain((await bad.ended).code);
    expect(rig.errors).toEqual(['overflowed: bad overflowed']);
    expect(rig.socket('/bad').open).toBe(false);
  });

  it('in closed: tells of it, and others live', async () => {
    const rig = await Rig.open(name, { events: failingIn('closed') });
    const bad = await WsClient.open(`ws://${rig.url}/bad`);
    const other = await WsClient.open(`ws://${rig.url}/other`);
    bad.terminate();
    await rig.saw('closed /bad 1006');
    other.send('hello');
    expect(await other.nextText()).toBe('again hello');
    expect(rig.errors).toEqual(['closed: bad closed']);
  });

  it('in upgrade: answers 500, tells of it, and others live', async () => {
    const rig = await Rig.open(name, {
      events: {
        upgrade: ({ path }) => {
          if (path === '/bad') throw new Error('bad upgrade');
          return { admitted: path };
        },
      },
    });
    expect(await WsClient.refusal(`ws://${rig.url}/bad`)).toMatchObject({
      status: 500,
      body: { statusCode: 500, error: 'Internal Server Error' },
    });
    await WsClient.open(`ws://${rig.url}/other`);
    expect(rig.errors).toEqual(['upgrade: bad upgrade']);
  });

  it('in the HTTP handler: answers 500, and others live', async () => {
    const rig = await Rig.open(name, {
      handler: (request, response) => {
        if (request.url === '/bad') throw new Error('bad handler');
        response.end('fine');
      },
    });
    const socket = await RawSocket.open(rig.port);
    socket.write('GET /bad HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect((await socket.answer()).status).toBe(500);
    const other = await RawSocket.open(rig.port);
    other.write('GET /good HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await other.answer()).toMatchObject({ status: 200, body: 'fine' });
  });
});
