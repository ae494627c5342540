import { setTimeout as after } from 'node:timers/promises';
import { type Losses, lossesOf } from './losses.js';
import { Sender } from './sender.js';
import { startServerForTest } from './server.js';

const READERS = ['reader-0', 'reader-1'];
const SENDERS = ['sender-0', 'sender-1', 'sender-2', 'sender-3'];
const LONGEST_MS = 300;
/** By every other kill at least so many have been acked: on a busy machine a random moment may always be too early. */
const ACKED_FIRST = 40;
const ACKED_WITHIN_MS = 20_000;

/** Kills a node under load again and again, each going on where the one before was killed, and compares in the end. */
export async function killServersAndCompare(
  directory: string,
  kills: number,
): Promise<Losses & { readonly acked: number }> {
  const env = { MINIM_DATA_DIR: directory };
  const senders = SENDERS.map((userId) => new Sender({ userId, recipients: [...READERS, userId] }));
  const acked = () => senders.reduce((sum, sender) => sum + sender.acked.length, 0);
  for (let kill = 0; kill < kills; kill += 1) {
    const server = await startServerForTest({ env });
    const enough = acked() + (kill % 2 === 0 ? ACKED_FIRST : 0);
    const ends = senders.map((sender) => sender.run(server.ws));
    const patience = AbortSignal.timeout(ACKED_WITHIN_MS);
    while (acked() < enough && !patience.aborted) await after(1);
    await after(Math.random() * LONGEST_MS);
    await server.stop('SIGKILL');
    await Promise.all(ends);
  }
  const server = await startServerForTest({ env });
  // Whatever the last kill left without an answer gets one now.
  await Promise.all(senders.map((sender) => sender.run(server.ws, AbortSignal.abort())));
  const losses = await lossesOf(server.ws, senders, [...READERS, ...SENDERS]);
  await server.stop();
  return { ...losses, acked: acked() };
}
