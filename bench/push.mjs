/**
 * Sending over HTTP: single messages and batches beside a bare Fastify that keeps them in memory, and what direct messages on
 * sockets notice of it. README.md says what is measured: `node bench/push.mjs [--rounds 5] [--smoke] [--hurry]
 * [--build name=path/to/main.js]
 * [--singles 200] [--batches 2] [single | batch | direct …]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, medianRange } from './support/figures.mjs';
import { buildLoad, generateDurable, generateLoad } from './support/generator.mjs';
import { machine } from './support/machine.mjs';
import { pinned } from './support/pinned.mjs';
import { pushPeers, startServer } from './support/server.mjs';
import { othersTook, percent, undisturbed } from './support/undisturbed.mjs';

const LOAD = fileURLToPath(new URL('load/push.mjs', import.meta.url));
const BATCH = 500;
/** As fast as answers come. */
const MOST = {
  single: { size: 1, connections: 16, rate: 0 },
  batch: { size: BATCH, connections: 2, rate: 0 },
};
/** Direct messages: stored ones by the clock, and ephemeral ones as fast as they come. */
const STORED = { sessions: 200, inFlight: 16, rate: 2_000 };
const EPHEMERAL = { load: 'crowd', sessions: 200, inFlight: 16 };
/** What direct messages should keep of their rate, and of what a second of the event loop does for them. */
const TARGET = 0.9;
const DURATION = { warmUpMs: 1_500, measureMs: 4_000 };
const SMALL_DURATION = { warmUpMs: 300, measureMs: 700 };
/** So often at most a measurement is done that other programs disturb. */
const MOST_ATTEMPTS = 2;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    singles: { type: 'string', default: '200' },
    batches: { type: 'string', default: '2' },
    smoke: { type: 'boolean', default: false },
    hurry: { type: 'boolean', default: false },
    build: { type: 'string', multiple: true, default: [] },
  },
});
/** Beside direct messages, requests a second: a shop that is busy, and tells 1 000 users of something every second. */
const BESIDE = [
  { size: 1, connections: 16, rate: Number(values.singles) },
  { size: BATCH, connections: 2, rate: Number(values.batches) },
].filter(({ rate }) => rate > 0);
const duration = values.smoke ? SMALL_DURATION : DURATION;
const rounds = Number(values.rounds ?? (values.smoke ? 1 : 5));
const care = { attempts: values.hurry || values.smoke ? 1 : MOST_ATTEMPTS, hurry: values.hurry || values.smoke };
const [bare, ...minims] = pushPeers({ builds: Object.fromEntries(values.build.map((text) => text.split('='))) });
let missed = 0;

if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a number from 1, got ${values.rounds}`);
for (const name of ['durable', 'generator']) buildLoad(name);
console.log(`${machine()}. Medians of ${rounds} rounds.`);
if (isWanted('single')) await compareMost('single', 'messages');
if (isWanted('batch')) await compareMost('batch', 'users');
if (isWanted('direct')) for (const peer of minims) await compareDirects(peer);
if (missed > 0) console.log(`\nTargets missed: ${missed}.`);
process.exit(missed === 0 ? 0 : 1);

function isWanted(part) {
  return positionals.length === 0 || positionals.includes(part);
}

/** Each round measures every peer once, one right after the other, every other round in the opposite order. */
async function compareMost(name, unit) {
  const peers = [bare, ...minims];
  const { size, connections } = MOST[name];
  const results = await inRounds(peers.map((peer) => () => measurePush(peer, MOST[name])));
  const what = size === 1 ? 'single messages' : `batches of ${size}`;
  console.log(`\n## ${what}, ${connections} keep-alive connections\n`);
  const of = `of ${bare.name}`;
  console.log(
    `| peer | ${unit}/s | ${of} | p50, p99 ms a request | server µs each | event loop µs each | ${of} | server busy |`,
  );
  console.log('|---|--:|--:|--:|--:|--:|--:|--:|');
  for (const [at, peer] of peers.entries()) {
    const own = results[at];
    const ratios = own.map((result, round) => result.perSecond / results[0][round].perSecond);
    const cells = [
      peer.name,
      Math.round(median(own.map(({ perSecond }) => perSecond))).toLocaleString('en'),
      ratioOf(ratios),
      timesOf(own.map(({ ms }) => ms)),
      median(own.map(({ serverS, count }) => (serverS * 1e6) / count)).toFixed(1),
      median(own.map(loopMicros)).toFixed(1),
      ratioOf(own.map((result, round) => loopMicros(result) / loopMicros(results[0][round]))),
      percent(own.map(({ serverS, seconds }) => serverS / seconds)),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

async function compareDirects(peer) {
  const measures = [false, true].flatMap((pushes) => [
    () => measureDirects(peer, pushes, (server) => generateDurable(STORED, server, duration)),
    () => measureDirects(peer, pushes, (server) => generateLoad(EPHEMERAL, server, duration)),
  ]);
  const [stored, most, storedBeside, mostBeside] = await inRounds(measures);
  const beside = BESIDE.map(({ size, rate }) =>
    size === 1 ? `${rate} single messages` : `${rate} batches of ${size}`,
  );
  console.log(`\n## direct messages on ${peer.name}, beside ${beside.join(' and ')} a second\n`);
  console.log(
    `| | ${STORED.rate} stored a second: delivered, p50, p99 ms | acked, p50, p99 ms | ephemeral/s | event loop µs each |`,
  );
  console.log('|---|--:|--:|--:|--:|');
  for (const [name, clocked, fast] of [
    ['alone', stored, most],
    ['beside', storedBeside, mostBeside],
  ]) {
    const rate = Math.round(median(fast.map(perSecond))).toLocaleString('en');
    const times = [timesOf(clocked.map(({ deliveryMs }) => deliveryMs)), timesOf(clocked.map(({ ackMs }) => ackMs))];
    const micros = median(fast.map(({ loopS, frames }) => (loopS * 1e6) / frames)).toFixed(2);
    console.log(`| ${[name, ...times, rate, micros].join(' | ')} |`);
  }
  const kept = mostBeside.map((each, round) => perSecond(each) / perSecond(most[round]));
  const byLoop = mostBeside.map((each, round) => perLoopSecond(each) / perLoopSecond(most[round]));
  const done = storedBeside.map((each, round) => perSecond(each) / perSecond(stored[round]));
  const slower = storedBeside.map((each, round) => each.deliveryMs[0] / stored[round].deliveryMs[0]);
  console.log(
    `| of alone | rate ${ratioOf(done)}, p50 ${ratioOf(slower)} | | ${ratioOf(kept)} | **${ratioOf(byLoop)}** |`,
  );
  const pushed = storedBeside.flatMap(({ push }) => push);
  for (const [at, { size }] of BESIDE.entries()) {
    const ms = pushed.filter((lane) => lane.size === size).map((lane) => lane.ms);
    console.log(
      `${at === 0 ? '\n' : ''}${size === 1 ? 'Single messages' : 'Batches'} beside it: p50, p99 ${timesOf(ms)} ms.`,
    );
  }
  console.log(othersTook([...stored, ...most, ...storedBeside, ...mostBeside]));
  if (median(byLoop) < TARGET || median(done) < TARGET) missed += 1;
}

/** What each of some measurements finds, round by round; every other round in the opposite order. */
async function inRounds(measures) {
  const results = measures.map(() => []);
  const order = [...measures.keys()];
  for (let round = 0; round < rounds; round += 1) {
    for (const at of order) results[at].push(await measures[at]());
    order.reverse();
  }
  return results;
}

async function measurePush(peer, lane) {
  const server = await startServer(peer, { mayRoam: true });
  try {
    const { seconds, serverS, loopS, lanes } = await startPush(server, [lane]).result;
    const [{ requests, ms }] = lanes;
    const count = requests * lane.size;
    return { seconds, serverS, loopS, count, perSecond: count / seconds, ms };
  } finally {
    await server.stop();
  }
}

function measureDirects(peer, pushes, generate) {
  return undisturbed(care, async (quiet) => {
    const server = await startServer(peer, { mayRoam: true });
    try {
      await quiet();
      const push = pushes ? startPush(server, BESIDE, 60_000) : undefined;
      const found = await Promise.race([generate(server), push?.result ?? new Promise(() => {})]);
      push?.end();
      return { ...found, push: (await push?.result)?.lanes };
    } finally {
      await server.stop();
    }
  });
}

/** The load in a process of its own, on core 1. */
function startPush(server, lanes, measureMs = duration.measureMs) {
  const told = JSON.stringify({ port: server.port, pid: server.pid, ...duration, measureMs, lanes });
  const [command, ...args] = pinned(1, [process.execPath, LOAD, told]);
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...bare.environment },
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const result = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`the load on ${server.name} ended with ${code}`);
    return JSON.parse(output);
  });
  return { result, end: () => child.stdin.end() };
}

function loopMicros({ loopS, count }) {
  return (loopS * 1e6) / count;
}

function perSecond({ frames, seconds }) {
  return frames / seconds;
}

function perLoopSecond({ frames, loopS }) {
  return frames / loopS;
}

function timesOf(pairs) {
  return [0, 1].map((which) => median(pairs.map((pair) => pair[which])).toFixed(1)).join(', ');
}

function ratioOf(ratios) {
  return `${median(ratios).toFixed(2)} (${medianRange(ratios, 2)})`;
}
