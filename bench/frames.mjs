/**
 * What one direct message costs on its way through the program, without sockets: from the text that came in to the two
 * texts that go out (the message, and the ack of its sender), in ns of CPU time. README.md says how to read it.
 */
import { parseArgs } from 'node:util';
import { median, spread } from './support/figures.mjs';
import { LIMITED, minimWay } from './ways/minim.mjs';
import { nestWay } from './ways/nest.mjs';
import { rawWay } from './ways/raw.mjs';

/** So many users, so that neither texts nor look-ups are always the same. */
const USERS = 200;
/** Messages a turn of the event loop: what is sent to one session within it leaves together. */
const TURN = 100;
const MESSAGE = 'Your order 20 417 has left the shop: two flat whites, one almond croissant; Ana brings it to you.';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    messages: { type: 'string', default: '50000' },
    dist: { type: 'string', multiple: true, default: ['../../dist'] },
  },
});
const rounds = Number(values.rounds);
const messages = Number(values.messages);

const users = Array.from({ length: USERS }, (_, at) => `user-${at}`);
const texts = users.map((_, at) =>
  JSON.stringify({
    type: 'message',
    id: 'm-1234',
    ephemeral: true,
    toUserId: users[(at * 7 + 1) % USERS],
    message: MESSAGE,
  }),
);
let bytesSent = 0;
const send = (text) => {
  bytesSent += text.length;
};

const ways = [
  { name: 'JSON.parse, a Map and two sends', run: rawWay(users, send) },
  { name: "Nest's WebSocket pipeline", run: await nestWay(users, send, { validated: false }) },
  { name: 'the same with ValidationPipe', run: await nestWay(users, send, { validated: true }) },
];
for (const dist of values.dist) {
  ways.push({ name: `Minim's frame path (${dist})`, run: await minimWay(users, send, { dist }) });
  ways.push({ name: 'the same with limits on', run: await minimWay(users, send, { dist, limits: LIMITED }) });
}

for (const way of ways) await cost(way);
const costs = ways.map(() => []);
for (let round = 0; round < rounds; round += 1) {
  for (const [at, way] of ways.entries()) costs[at].push(await cost(way));
}
console.log(`ns of CPU a message: median of ${rounds} rounds of ${messages} (least to most)\n`);
for (const [at, { name }] of ways.entries()) {
  console.log(`${name.padEnd(36)} ${median(costs[at]).toFixed(0).padStart(6)}  (${spread(costs[at], 0)})`);
}
process.exit(0);

/** Runs so many messages in turns, as a server would. Returns ns of CPU a message. */
async function cost({ name, run }) {
  const before = bytesSent;
  const start = process.cpuUsage();
  for (let at = 0; at < messages; at += TURN) {
    for (let frame = at; frame < at + TURN; frame += 1) run(frame % USERS, texts[frame % USERS]);
    await nextTurn();
  }
  const { user, system } = process.cpuUsage(start);
  if (bytesSent - before < messages * MESSAGE.length) throw new Error(`${name} did not send its messages`);
  return ((user + system) * 1000) / messages;
}

function nextTurn() {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
