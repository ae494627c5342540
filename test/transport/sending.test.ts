import { describe, expect, it } from 'vitest';
import type { SendResult } from '../../src/gateway/transport/transport.js';
import { RawSocket } from '../support/raw-socket.js';
import { WsClient } from '../support/ws-client.js';
import { Rig, type RigSocket, TRANSPORTS } from './rig.js';

const BOUND = 256 * 1024;
const TEXT_BYTES = 32 * 1024;
/** More than the operating system takes for one connection that nobody reads from. */
const MOST_SENDS = 2_000;

/** Texts of one size, each with its number, so that order and holes can be seen. */
function numbered(number: number): string {
  return String(number).padEnd(TEXT_BYTES, '.');
}

function numberOf(text: string): number {
  return Number.parseInt(text, 10);
}

/** Sends until something is dropped; the results in order. */
function fill(socket: RigSocket): SendResult[] {
  const results: SendResult[] = [];
  while (results.length < MOST_SENDS && results.at(-1) !== 'dropped')
    results.push(socket.send(numbered(results.length)));
  return results;
}

describe.each(TRANSPORTS)('the %s transport: sending', (name) => {
  it('tells sent, buffered and dropped apart', async () => {
    const rig = await Rig.open(name);
    const reader = await RawSocket.upgraded(rig.port, '/A');
    reader.pause();
    const socket = rig.socket('/A');
    expect(socket.send('hello')).toBe('sent');
    const results = fill(socket);
    const firstBuffered = results.indexOf('buffered');
    expect(firstBuffered).toBeGreaterThan(0);
    expect(new Set(results.slice(0, firstBuffered))).toEqual(new Set(['sent']));
    expect(new Set(results.slice(firstBuffered, -1))).toEqual(new Set(['buffered']));
    expect(results.at(-1)).toBe('dropped');
    expect(socket.bufferedBytes).toBeGreaterThan(BOUND);
    expect(socket.bufferedBytes).toBeLessThan(BOUND + 3 * TEXT_BYTES);
  });

  it('says overflowed after something was dropped, and drained once all that waited has gone out, in order', async () => {
    const rig = await Rig.open(name);
    const reader = await WsClient.open(`ws://${rig.url}/A`);
    reader.pause();
    const socket = rig.socket('/A');
    const taken = fill(socket).filter((result) => result !== 'dropped').length;
    await rig.saw('overflowed /A');
    expect(rig.log).not.toContain('drained /A');

    reader.resume();
    await rig.saw('drained /A');
    expect(socket.bufferedBytes).toBe(0);
    expect(socket.send('after')).toBe('sent');
    for (let number = 0; number < taken; number += 1) expect(numberOf(await reader.nextText())).toBe(number);
    expect(await reader.nextText()).toBe('after');
  });

  it('closes behind what is buffered', async () => {
    const rig = await Rig.open(name, { options: { maxBufferedBytes: 1024 * 1024 } });
    const reader = await WsClient.open(`ws://${rig.url}/A`);
    reader.pause();
    const socket = rig.socket('/A');
    let sent = 0;
    while (socket.bufferedBytes < BOUND && sent < MOST_SENDS) socket.send(numbered(sent++));
    socket.close(4408, 'slow');
    reader.resume();
    for (let number = 0; number < sent; number += 1) expect(numberOf(await reader.nextText())).toBe(number);
    expect(await reader.ended).toEqual({ code: 4408, reason: 'slow' });
  });

  it('says nothing more of a socket after closed', async () => {
    const rig = await Rig.open(name, { events: { overflowed: (socket) => socket.terminate() } });
    const reader = await RawSocket.upgraded(rig.port, '/A');
    reader.pause();
    const socket = rig.socket('/A');
    fill(socket);
    for (let i = 0; i < 3; i += 1) socket.send('also dropped');
    await rig.saw('closed /A 1006');
    await rig.close();
    expect(rig.log.at(-1)).toBe('closed /A 1006');
  });

  it('counts', async () => {
    const rig = await Rig.open(name, {
      events: {
        upgrade: ({ path }) => (path === '/no' ? { refused: { status: 403, because: 'no' } } : { admitted: path }),
      },
    });
    const a = await WsClient.open(`ws://${rig.url}/A`);
    const b = await WsClient.open(`ws://${rig.url}/B`);
    await WsClient.refusal(`ws://${rig.url}/no`);
    rig.socket('/A').subscribe('everyone');
    rig.socket('/B').subscribe('everyone');
    a.send('1');
    a.sendBytes(Buffer.from('2'));
    await rig.saw('binary /A');
    rig.socket('/A').send('3');
    rig.transport.publish('everyone', '4');
    expect([await a.nextText(), await a.nextText(), await b.nextText()]).toEqual(['3', '4', '4']);
    await b.leave();
    await rig.saw('closed /B 1000');
    expect(rig.transport.counters).toEqual({
      connections: 0,
      connectionsCut: 0,
      open: 1,
      opened: 2,
      refused: 1,
      framesIn: 2,
      framesCut: 0,
      framesOut: 1,
      buffered: 0,
      dropped: 0,
      bodiesCut: 0,
    });
  });

  it('counts what was buffered and dropped, and what was dropped not as sent', async () => {
    const rig = await Rig.open(name);
    const reader = await RawSocket.upgraded(rig.port, '/A');
    reader.pause();
    const results = fill(rig.socket('/A'));
    const count = (wanted: SendResult) => results.filter((result) => result === wanted).length;
    expect(rig.transport.counters).toMatchObject({
      framesOut: count('sent') + count('buffered'),
      buffered: count('buffered'),
      dropped: 1,
    });
  });
});
