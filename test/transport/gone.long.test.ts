import { describe, expect, it } from 'vitest';
import { clientFrame, OPCODE } from '../support/raw-frames.js';
import { RawSocket } from '../support/raw-socket.js';
import { Rig, TRANSPORTS } from './rig.js';

const GONE_AFTER_S = 8;
/** How much later than promised a backstop may notice. */
const MARGIN_S = GONE_AFTER_S;

describe.each(TRANSPORTS)(`the %s transport, for which ${GONE_AFTER_S} s without a byte are the end`, (name) => {
  it('tears down who is silent, also if it is written to and if it is closing, and nobody else', async () => {
    const rig = await Rig.open(name, { options: { goneAfterS: GONE_AFTER_S } });
    const [silent, writtenTo, closing, pinging] = await Promise.all(
      ['/silent', '/written-to', '/closing', '/pinging'].map((path) => RawSocket.upgraded(rig.port, path)),
    );
    const opened = performance.now();
    rig.socket('/closing').close(4000, 'go');
    const alive = setInterval(() => {
      pinging?.write(clientFrame(OPCODE.ping));
      rig.socket('/written-to').send('hello');
    }, 1_000);
    for (const path of ['/silent', '/written-to']) await rig.saw(`closed ${path} 1006`, { withinMs: 30_000 });
    for (const socket of [silent, writtenTo, closing]) await socket?.resetByWriting({ withinMs: 40_000 });
    clearInterval(alive);
    const seconds = (performance.now() - opened) / 1000;
    expect(seconds).toBeGreaterThan(GONE_AFTER_S - 1);
    expect(seconds).toBeLessThan(GONE_AFTER_S + MARGIN_S);
    expect(rig.socket('/pinging').open).toBe(true);
  });
});
