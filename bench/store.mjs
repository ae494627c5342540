// The store alone: messages a second, durable (fsync included), by how many are in flight, and how long an fsync takes.
//
//   npm run build && node bench/store.mjs [--users 5000,200000] [--inflight 64,800,3200] [--seconds 8] [--tail 65536,0] [--rate 12000]
//
// Senders and recipients are random users, every message has an id and 100 bytes of text. `--tail` is how many log
// entries the indexes may lag behind: 0 writes them with each commit. Before each run every user has sent one message.
// With `--rate` so many messages a second are handed over, a batch every 5 ms, instead of so many in flight.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSqliteStore } from '../dist/store/sqlite/sqlite-store.js';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '5000,200000' },
    inflight: { type: 'string', default: '64,800,3200' },
    seconds: { type: 'string', default: '8' },
    tail: { type: 'string', default: '65536,0' },
    rate: { type: 'string', default: '' },
    directory: { type: 'string', default: tmpdir() },
  },
});
const list = (text) => text.split(',').map(Number);
/** Batches that are under way at a time: as if so many event-loop turns had brought something. */
const BATCHES = 8;
const TEXT = JSON.stringify('x'.repeat(100));

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** Milliseconds that appending 64 KiB and fdatasync take here. */
function fsyncTimes(directory, count = 200) {
  const file = join(directory, 'fsync');
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(65_536, 1);
  const times = [];
  for (let index = 0; index < count; index += 1) {
    writeSync(handle, block);
    const start = performance.now();
    fdatasyncSync(handle);
    times.push(performance.now() - start);
  }
  closeSync(handle);
  rmSync(file);
  return times.sort((one, other) => one - other);
}

let sent = 0;
const random = (users) => Math.floor(Math.random() * users);
function message(users, from = random(users)) {
  sent += 1;
  const id = `${from.toString(36)}-${sent.toString(36)}-0123456789ab`;
  return {
    kind: 'message',
    fromUserId: `user-${from}`,
    toUserId: `user-${random(users)}`,
    id,
    content: TEXT,
    sentAt: Date.now(),
  };
}

async function measure(store, users, inflight, seconds) {
  const size = Math.max(1, Math.floor(inflight / BATCHES));
  const end = performance.now() + seconds * 1000;
  const times = [];
  let stored = 0;
  const lane = async () => {
    while (performance.now() < end) {
      const batch = Array.from({ length: size }, () => message(users));
      const start = performance.now();
      const outcomes = await store.write(batch);
      times.push(performance.now() - start);
      stored += outcomes.filter(({ kind }) => kind === 'stored').length;
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: Math.min(BATCHES, inflight) }, lane));
  times.sort((one, other) => one - other);
  return { perSecond: stored / ((performance.now() - start) / 1000), stored, times };
}

/** A batch every 5 ms, whatever the store does: how long the answers take when there is load and no more. */
async function measureAtRate(store, users, rate, seconds) {
  const size = Math.max(1, Math.round(rate / 200));
  const start = performance.now();
  const times = [];
  const answers = [];
  for (let index = 0; index < seconds * 200; index += 1) {
    const due = start + index * 5;
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 1));
    answers.push(
      store.write(Array.from({ length: size }, () => message(users))).then(() => times.push(performance.now() - due)),
    );
  }
  await Promise.all(answers);
  times.sort((one, other) => one - other);
  return {
    perSecond: (times.length * size) / ((performance.now() - start) / 1000),
    stored: times.length * size,
    times,
  };
}

for (const users of list(values.users)) {
  for (const tailEntries of list(values.tail)) {
    const directory = mkdtempSync(join(values.directory, 'minim-bench-'));
    const store = await openSqliteStore({ directory, tailEntries, maxDevices: 10, maxQueuedWrites: 100_000 });
    for (let from = 0; from < users; from += 4000) {
      await store.write(
        Array.from({ length: Math.min(4000, users - from) }, (_, index) => message(users, from + index)),
      );
    }
    const loads =
      values.rate === ''
        ? list(values.inflight).map((inflight) => ({ inflight }))
        : list(values.rate).map((rate) => ({ rate }));
    for (const { inflight, rate } of loads) {
      const fsync = fsyncTimes(directory);
      const run =
        rate === undefined
          ? measure(store, users, inflight, Number(values.seconds))
          : measureAtRate(store, users, rate, Number(values.seconds));
      const { perSecond, stored, times } = await run;
      const [p50, p99, most] = [0.5, 0.99, 1].map((share) => percentile(times, share).toFixed(1));
      console.log(
        `users ${users}  tail ${tailEntries}  ${rate === undefined ? `in flight ${inflight}` : `at ${rate}/s`}: ${Math.round(perSecond)} messages/s (${stored} stored), ` +
          `answered in p50 ${p50} p99 ${p99} max ${most} ms; fdatasync p50 ${percentile(fsync, 0.5).toFixed(2)} ` +
          `p99 ${percentile(fsync, 0.99).toFixed(2)} ms`,
      );
    }
    await store.close();
    rmSync(directory, { recursive: true });
  }
}
