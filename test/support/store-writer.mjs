// Writes to a store under load until it is killed, and says on standard output what was reported as stored, a line a
// message: sender, recipient, id, messageId, seq, cursor, recipientCursor.
//   node store-writer.mjs <compiled store> <directory> <number of this run>
import { writeSync } from 'node:fs';

const [file, directory, run] = process.argv.slice(2);
const { openSqliteStore } = await import(file);
const store = await openSqliteStore({ directory, tailEntries: 500, maxDevices: 3, maxQueuedWrites: 10_000 });
const random = (count) => Math.floor(Math.random() * count);
let sent = 0;

function next() {
  sent += 1;
  const [fromUserId, toUserId] = [`user-${random(12)}`, `user-${random(12)}`];
  return { kind: 'message', fromUserId, toUserId, id: `${run}-${sent}`, content: `"${sent}"`, sentAt: Date.now() };
}

async function lane() {
  for (;;) {
    // Some are repeated under their id, within the batch and in the next one.
    const batch = Array.from({ length: 1 + random(40) }, next);
    const outcomes = await store.write([...batch, ...batch.slice(0, 3)]);
    const lines = batch.map(({ fromUserId, toUserId, id }, index) => {
      const { messageId, seq, cursor, recipientCursor } = outcomes[index];
      return [fromUserId, toUserId, id, messageId, seq, cursor, recipientCursor].join(' ');
    });
    writeSync(1, `${lines.join('\n')}\n`);
    await store.write(batch.slice(-3));
  }
}

writeSync(1, 'ready\n');
await Promise.all([lane(), lane(), lane()]);
