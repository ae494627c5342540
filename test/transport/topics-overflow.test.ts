import { describe, expect, it, onTestFinished } from 'vitest';
import type { WsClient } from '../support/ws-client.js';
import { type RigSocket, TRANSPORTS } from './rig.js';
import { numbered, open, type Publish, told, UWS_TEXT_BYTES, UWS_TEXTS } from './subscribers.js';

const BOUND = 256 * 1024;
/** More than the operating system takes for one connection that nobody reads from. */
const MOST_TEXTS = 5_000;

function stopReading(client: WsClient): void {
  client.pause();
  // It would not notice the end.
  onTestFinished(() => client.resume());
}

/** Publishes until no more goes into the buffer of `slow`; `quick` reads it all. */
async function fillBuffer(publish: Publish, slow: RigSocket, quick: WsClient): Promise<void> {
  for (let count = 0; count < MOST_TEXTS && slow.bufferedBytes <= BOUND; count += 1) {
    publish('tea', '.'.repeat(UWS_TEXT_BYTES - 1_024));
    await quick.nextText();
  }
  expect(slow.bufferedBytes).toBeGreaterThan(BOUND);
}

describe.each(TRANSPORTS)('the %s transport: topics and slow readers', (name) => {
  it('publishes past a subscriber that does not read: it overflows, the others get everything', async () => {
    const { rig, client, publish } = await open(name, {
      paths: ['/slow', '/quick'],
      events: () => ({ overflowed: (socket) => socket.terminate() }),
    });
    stopReading(client('/slow'));
    for (const path of ['/slow', '/quick']) rig.socket(path).subscribe('tea');
    await fillBuffer(publish, rig.socket('/slow'), client('/quick'));
    publish('tea', 'one too many');
    await rig.saw('closed /slow 1006');
    publish('tea', 'end');
    expect(await told(client('/quick'))).toEqual(['one too many']);
  });

  it('keeps a subscriber that overflowed and reads on: it misses what did not fit, and gets what follows', async () => {
    const { rig, client, publish } = await open(name, { paths: ['/slow', '/quick'] });
    stopReading(client('/slow'));
    for (const path of ['/slow', '/quick']) rig.socket(path).subscribe('tea');
    await fillBuffer(publish, rig.socket('/slow'), client('/quick'));
    publish('tea', 'missed');
    await rig.saw('overflowed /slow');
    client('/slow').resume();
    await rig.saw('drained /slow');
    publish('tea', 'got');
    publish('tea', 'end');
    expect(await told(client('/quick'))).toEqual(['missed', 'got']);
    const got = await told(client('/slow'));
    expect(got.at(-1)).toBe('got');
    expect(got).not.toContain('missed');
  });

  it.each([
    ['short', 10],
    ['long', UWS_TEXT_BYTES],
  ])('lets sockets leave while %s texts overflow another', async (_length, bytes) => {
    const texts = numbered('text', UWS_TEXTS + 8).map((text) => text.padEnd(bytes, '.'));
    const { rig, client, publish } = await open(name, {
      paths: ['/slow', '/slower', '/leaving', '/quick'],
      options: { maxBufferedBytes: BOUND },
      events: (publish) => ({
        text: (socket) => {
          for (const text of texts) publish('tea', text);
          rig.socket('/slow').unsubscribe('tea');
          socket.unsubscribe('tea');
          publish('tea', 'left');
          rig.socket('/slow').subscribe('tea');
          rig.socket('/slower').terminate();
          publish('tea', 'gone');
        },
        overflowed: (socket) => {
          publish('tea', `${socket.state} overflowed`);
          socket.unsubscribe('tea');
          socket.close(4408, 'slow');
          publish('tea', 'end');
        },
      }),
    });
    for (const path of ['/slow', '/slower']) {
      stopReading(client(path));
      rig.socket(path).subscribe('tea');
    }
    rig.socket('/quick').subscribe('tea');
    await fillBuffer(publish, rig.socket('/slow'), client('/quick'));
    rig.socket('/leaving').subscribe('tea');
    client('/leaving').send('leave');
    expect(await told(client('/quick'))).toEqual([...texts, 'left', 'gone', '/slow overflowed']);
    rig.socket('/leaving').send('end');
    expect(await told(client('/leaving'))).toEqual(texts);
    expect(rig.errors).toEqual([]);
  });
});
