import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { need } from '../support/apt.js';
import { Load } from '../support/load.js';
import { NO_LOSSES } from '../support/losses.js';
import { type RunningServer, startServerForTest } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const HOUR_S = 3600;
const IDLE_S = 12;
const faketime = need('faketime', 'faketime') ?? '';

describe.skipIf(faketime === '')('a clock that jumps', () => {
  const directory = mkdtempSync(join(tmpdir(), 'minim-clock-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const offset = join(directory, 'offset');
  const setClock = (seconds: number) => writeFileSync(offset, `${seconds < 0 ? '' : '+'}${seconds}\n`);

  /** Only the time of day jumps: the monotonic clock does so on no machine. */
  async function startWithClock(): Promise<RunningServer> {
    const library = execFileSync(faketime, ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).trim();
    return startServerForTest({
      env: {
        LD_PRELOAD: library,
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        FAKETIME_NO_CACHE: '1',
        FAKETIME_TIMESTAMP_FILE: offset,
        MINIM_DATA_DIR: join(directory, 'data'),
        MINIM_IDLE_TIMEOUT_S: String(IDLE_S),
      },
    });
  }

  it('[MP-3.3] by an hour either way: numbers stay whole, sessions stay, heartbeats and repeats go on', async () => {
    setClock(0);
    const server = await startWithClock();
    const load = new Load(server, { window: 5, pauseMs: 2 });
    const reader = await WsClient.open(`${server.ws}/websocket/reader-0?v=1&cursor=0`, { ignored: 'synced' });
    expect(await reader.next()).toMatchObject({ type: 'welcome' });
    const listener = await WsClient.open(`${server.ws}/websocket/listener?heartbeat=server`);
    const quiet = await WsClient.open(`${server.ws}/websocket/quiet`);
    await load.acks(200);
    let read = 0;
    for (const seconds of [HOUR_S, -HOUR_S, 0]) {
      setClock(seconds);
      const jumped = performance.now();
      // Longer than a silent session would be left alone.
      expect(await listener.nextText({ withinMs: 25_000 })).toBe('{"type":"pong"}');
      expect((performance.now() - jumped) / 1000).toBeLessThan(22.5);
      await load.acks(200);
      const { sentAt = 0 } = load.senders[0]?.acked.at(-1) ?? {};
      expect(Math.abs(sentAt - Date.now() - seconds * 1000)).toBeLessThan(60_000);
      expect(await quiet.ask('ping')).toEqual({ type: 'pong' });
      const { head } = await pong(reader, (cursor) => {
        read += 1;
        expect(cursor).toBe(read);
      });
      expect(read).toBeGreaterThan(200);
      expect(head).toBeGreaterThanOrEqual(read);
    }
    await load.finish();
    expect(await load.losses()).toEqual(NO_LOSSES);
    process.stdout.write(`clock jumps: ${load.acked()} acked, ${read} followed live\n`);
    await server.stop();
  });
});

/** Reads up to the answer to a ping. */
async function pong(session: WsClient, onMessage: (cursor: number) => void): Promise<{ head: number }> {
  session.send('ping');
  for (;;) {
    const { type, cursor, head } = await session.next();
    if (type === 'pong') return { head: Number(head) };
    expect(type).toBe('message');
    onMessage(Number(cursor));
  }
}
