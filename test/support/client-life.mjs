// One life of an app on the client library, until it is killed: sends to its friend, and notes what it was told, a line
// each, before the library goes on.
//   node client-life.mjs <server> <user> <friend> <directory>
// Lines: `begin`, `sending <n>`, `sent <n> <cursor>`, `told <from> <cursor> <text>`, `failed <why>`.
// Anything on standard input: send no more, and exit when everything is answered and told.
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import WebSocket from 'ws';
import { createBrowserClient } from '../../mini-program-client/dist/minim.mjs';

const [url, userId, friend, directory] = process.argv.slice(2);
const log = join(directory, 'log');
const kept = join(directory, 'kept');
const SEND_EVERY_MS = 20;
const BURST = 5;
/** At first there is no network: what is sent stays in the outbox. */
const LONGEST_OFFLINE_MS = 500;
/** Small, so that lives too short to connect don't fill the outbox. */
const MOST_UNANSWERED = 10;
const QUIET_MS = 500;
let lastNoted = 0;

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function note(...words) {
  lastNoted = performance.now();
  appendFileSync(log, `${words.join(' ')}\n`);
}

/** Each change is whole or not there. */
const values = new Map(Object.entries(JSON.parse(read(kept) || '{}')));
function change(make) {
  make();
  writeFileSync(`${kept}.new`, JSON.stringify(Object.fromEntries(values)));
  renameSync(`${kept}.new`, kept);
}
const storage = {
  get: (key) => values.get(key),
  set: (key, value) => change(() => values.set(key, value)),
  remove: (key) => change(() => values.delete(key)),
};

const said = [...read(log).matchAll(/^sending (\d+)$/gm)].map(([, number]) => Number(number));
note('begin');
const timing = { backoffBaseMs: 50, backoffCapMs: 200 };
const client = createBrowserClient({ url, userId, device: 'phone', WebSocket, storage, timing });
let unanswered = 0;
let isSynced = false;
client.on('message', ({ fromUserId, cursor, message }) => note('told', fromUserId, cursor, message));
client.on('sent', ({ id, ack }) => note('sent', id, ack.cursor));
client.on('refused', ({ id, error }) => note('failed', id, error));
client.on('toolong', () => note('failed', 'toolong'));
client.on('synced', () => {
  isSynced = true;
});

function send(number) {
  unanswered += 1;
  client.send(friend, String(number), { id: String(number) }).then(
    () => {
      unanswered -= 1;
    },
    (error) => {
      unanswered -= 1;
      // It is in the outbox still, from the life before.
      if (!error.message.includes('is waiting for its answer')) note('failed', number, error);
    },
  );
}

// The app before this one may have died before the library had its last message: under its id it is stored once.
if (said.length > 0) send(said.at(-1));
let next = (said.at(-1) ?? 0) + 1;
const sending = setInterval(() => {
  for (let i = 0; i < BURST && unanswered < MOST_UNANSWERED; i += 1) {
    note('sending', next);
    send(next);
    next += 1;
  }
}, SEND_EVERY_MS);
setTimeout(() => client.connect(), Math.random() * LONGEST_OFFLINE_MS);

process.stdin.once('data', () => {
  clearInterval(sending);
  setInterval(() => {
    const isEmpty = ![...values.keys()].some((key) => key.startsWith('minim-outbox'));
    if (isSynced && isEmpty && performance.now() - lastNoted > QUIET_MS) process.exit(0);
  }, 20);
});
