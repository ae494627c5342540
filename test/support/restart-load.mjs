// Many apps on the client library that write to one another all the time, whatever becomes of their server.
//   node restart-load.mjs <server> <apps> <messages a second> [longest backoff, ms]
// Says `ready` on standard output when all are there. On `report` at standard input it sends no more, waits until everything
// has arrived and all are back, or nothing arrives any more, and says in one line of JSON what it saw.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { createBrowserClient } from '../../mini-program-client/dist/minim.mjs';

const [url, apps, perSecond, backoffCapMs = '30000'] = process.argv.slice(2);
const AT_ONCE = 200;
const TICK_MS = 10;
const QUIET_MS = 15_000;

/** By the number of a message. */
const sentAt = [];
const told = [];
const toldToSender = [];
const gapsMs = [];
const acked = { count: 0, longestMs: 0 };
let [sessionsLost, redials] = [0, 0];
let [failed, outOfOrder, arrived, lastArrival] = [0, 0, 0, 0];

/** Of this process: what the clients themselves add to every figure. */
const delays = monitorEventLoopDelay({ resolution: 10 });

const clients = Array.from({ length: Number(apps) }, (_, index) => makeClient(`app-${index}`));
let [dialled, synced] = [0, 0];
let sending;

function makeClient(userId) {
  const timing = { backoffCapMs: Number(backoffCapMs) };
  const client = createBrowserClient({ url, userId, device: 'phone', WebSocket, timing });
  const latest = new Map();
  let [isThere, lostAt] = [false, undefined];
  client.on('state', ({ phase }) => {
    if (isThere && phase === 'connecting') redials += 1;
    if (!isThere || phase === 'connected' || lostAt !== undefined) return;
    sessionsLost += 1;
    lostAt = performance.now();
  });
  client.on('synced', () => {
    if (!isThere) arrive();
    isThere = true;
    if (lostAt === undefined) return;
    gapsMs.push(performance.now() - lostAt);
    lostAt = undefined;
  });
  client.on('message', ({ fromUserId, message: { number } }) => {
    // An own one, whose ack came out of its turn [MP-3.4].
    if (fromUserId === userId) {
      toldToSender[number] = (toldToSender[number] ?? 0) + 1;
      return;
    }
    told[number] = (told[number] ?? 0) + 1;
    if (number <= (latest.get(fromUserId) ?? -1)) outOfOrder += 1;
    latest.set(fromUserId, number);
    arrived += 1;
    lastArrival = performance.now();
  });
  return client;
}

function arrive() {
  synced += 1;
  if (dialled < clients.length) clients[dialled++].connect();
  if (synced === clients.length) begin();
}

function begin() {
  console.log('ready');
  delays.enable();
  const began = performance.now();
  sending = setInterval(() => {
    const due = Math.floor(((performance.now() - began) * Number(perSecond)) / 1_000);
    while (sentAt.length < due) send();
  }, TICK_MS);
}

function send() {
  const number = sentAt.length;
  const at = performance.now();
  sentAt.push(at);
  const from = Math.floor(Math.random() * clients.length);
  const to = (from + 1 + Math.floor(Math.random() * (clients.length - 1))) % clients.length;
  clients[from].send(`app-${to}`, { number }).then(
    () => {
      acked.count += 1;
      acked.longestMs = Math.max(acked.longestMs, performance.now() - at);
    },
    () => {
      failed += 1;
    },
  );
}

createInterface({ input: process.stdin }).on('line', () => {
  clearInterval(sending);
  lastArrival = performance.now();
  setInterval(() => {
    const haveArrived = acked.count + failed === sentAt.length && arrived >= sentAt.length;
    const isDone = haveArrived && gapsMs.length >= sessionsLost;
    if (isDone || performance.now() - lastArrival > QUIET_MS) report();
  }, TICK_MS);
});

function report() {
  gapsMs.sort((a, b) => a - b);
  const counts = sentAt.map((_, number) => told[number] ?? 0);
  console.log(
    JSON.stringify({
      sent: sentAt.length,
      acked: acked.count,
      failed,
      lost: counts.filter((count) => count === 0).length,
      twice: [...counts, ...toldToSender].filter((count) => count > 1).length,
      outOfOrder,
      sessionsLost,
      sessionsBack: gapsMs.length,
      redials,
      medianGapMs: Math.round(gapsMs[Math.floor(gapsMs.length / 2)]),
      longestGapMs: Math.round(gapsMs.at(-1)),
      longestAckMs: Math.round(acked.longestMs),
      longestStallMs: Math.round(delays.max / 1e6),
    }),
  );
  process.exit(0);
}

while (dialled < Math.min(AT_ONCE, clients.length)) clients[dialled++].connect();
