/**
 * What to reckon with for one node: memory of a session and of being in a room, and how fast a backend is told what it is
 * to be told. `node bench/sizes.mjs [--sessions 10000] [--events 20000]`
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { openSessions } from './load/session.mjs';
import { machine } from './support/machine.mjs';
import { collectedBytes, whichCollects } from './support/memory.mjs';
import { peers, startServer, UNLIMITED } from './support/server.mjs';

const PER_ROOM = 50;
const DIALS_AT_ONCE = 100;
const WAITING_USERS = 1_000;

const { values } = parseArgs({
  options: { sessions: { type: 'string', default: '10000' }, events: { type: 'string', default: '20000' } },
});
const count = Number(values.sessions);
const events = Number(values.events);
const peer = peers().find(({ name }) => name === UNLIMITED);

console.log(`${machine()}. ${peer.name}.\n`);
console.log(`| of ${count} idle sessions each | bytes |\n|---|--:|`);
const plain = await bytesEach({ query: '', rooms: 0 });
console.log(`| plain | ${plain.toFixed(0)} |`);
const full = await bytesEach({ query: '?v=1', rooms: 0 });
console.log(`| full | ${full.toFixed(0)} |`);
for (const rooms of [1, 10]) {
  const each = await bytesEach({ query: '?v=1', rooms });
  const membership = ((each - full) / rooms).toFixed(0);
  console.log(`| full, in ${rooms} of the rooms of ${PER_ROOM} | ${each.toFixed(0)}: ${membership} a room |`);
}
console.log('\n| users told of at the same time | events/s | server ms each | server busy |\n|---|--:|--:|--:|');
for (const concurrency of [8, 64]) {
  const { seconds, cpuS } = await timeToTell(concurrency);
  const busy = ((100 * cpuS) / seconds).toFixed(0);
  const each = ((1_000 * cpuS) / events).toFixed(2);
  console.log(`| ${concurrency} | ${Math.round(events / seconds).toLocaleString('en')} | ${each} | ${busy} % |`);
}
process.exit(0);

/** Resident memory of one session more, its garbage collected; each is in `rooms` rooms. */
async function bytesEach({ query, rooms }) {
  const server = await startServer(peer, whichCollects());
  try {
    const open = (many, name) =>
      openSessions(many, DIALS_AT_ONCE, (at) => ({ port: server.port, path: `/websocket/${name}${at}${query}` }));
    // What the first ones cost is not what one costs.
    await enter(await open(100, 'early'), rooms, 'early');
    const before = await collectedBytes(server);
    await enter(await open(count, 'user'), rooms, 'room');
    return ((await collectedBytes(server)) - before) / count;
  } finally {
    await server.stop();
  }
}

/** Resolves when every session was told that it is in its rooms. */
async function enter(sessions, rooms, name) {
  for (const [at, session] of sessions.entries()) {
    const joined = new Promise((resolve) => {
      let left = rooms;
      session.onText = (text) => {
        if (text.startsWith('{"type":"joined"')) left -= 1;
        if (left === 0) resolve();
      };
    });
    for (let room = 0; room < rooms; room += 1) {
      session.send(JSON.stringify({ type: 'join', room: `${name}-${room}-${Math.floor(at / PER_ROOM)}` }));
    }
    if (rooms > 0) await joined;
  }
}

/** From the first of so many messages for users who are away until a backend, which answers at once, was told of all. */
async function timeToTell(concurrency) {
  let told = 0;
  let finish;
  const all = new Promise((resolve) => {
    finish = resolve;
  });
  const receiver = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(204).end();
      told += 1;
      // The sender's own coming is an event, too.
      if (told === events + 1) finish();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const environment = {
    ...peer.environment,
    MINIM_HOOK_URL: `http://127.0.0.1:${receiver.address().port}/`,
    MINIM_HOOK_SECRET: 'a-secret-of-the-benchmark-0123456789',
    MINIM_HOOK_CONCURRENCY: String(concurrency),
  };
  const server = await startServer({ ...peer, environment }, { mayRoam: true });
  try {
    const [sender] = await openSessions(1, 1, () => ({ port: server.port, path: '/websocket/sender' }));
    const [start, cpuBefore] = [performance.now(), server.cpuSeconds()];
    for (let at = 0; at < events; at += 1) {
      sender.send(JSON.stringify({ toUserId: `away${at % WAITING_USERS}`, message: `message ${at}` }));
    }
    await all;
    return { seconds: (performance.now() - start) / 1_000, cpuS: server.cpuSeconds() - cpuBefore };
  } finally {
    await server.stop();
    receiver.close();
    receiver.closeAllConnections();
  }
}
