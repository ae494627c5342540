/**
 * Sending over HTTP: single messages and batches beside a bare Fastify that keeps them in memory, and what direct messages on
 * sockets notice of it. README.md says what is measured: `node bench/push.mjs [--rounds 5] [--smoke] [--hurry]
 * [--build name=path/to/main.js]
 * [--singles 200] [--batches 2] [single | batch | direct …]`
 */
import { parseArgs } from 'node:util';
import { directsOf, meanOf, STORED } from './support/directs.mjs';
import { median, medianRange } from './support/figures.mjs';
import { buildLoad } from './support/generator.mjs';
import { machine } from './support/machine.mjs';
import { startPush } from './support/push-load.mjs';
import { pushPeers, startServer } from './support/server.mjs';
import { othersTook, percent, undisturbed } from './support/undisturbed.mjs';

const BATCH = 500;
/** As fast as answers come. */
const MOST = {
  single: { size: 1, connections: 16, rate: 0 },
  batch: { size: BATCH, connections: 2, rate: 0 },
};
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
  const found = [];
  for (let round = 0; round < rounds; round += 1)
    found.push(await undisturbed(care, (quiet) => directsOf(peer, { lanes: BESIDE, duration, quiet })));
  const [storedAlone, storedBeside] = [false, true].map((pushes) => found.map(({ stored }) => meanOf(stored, pushes)));
  const [alone, beside] = [false, true].map((pushes) => found.map(({ ephemeral }) => meanOf(ephemeral, pushes)));
  const push = BESIDE.map(({ size, rate }) => (size === 1 ? `${rate} single messages` : `${rate} batches of ${size}`));
  console.log(`\n## direct messages on ${peer.name}, beside ${push.join(' and ')} a second\n`);
  console.log(
    `| | ${STORED.rate} stored a second: delivered, p50, p99 ms | acked, p50, p99 ms | ephemeral/s | event loop µs each |`,
  );
  console.log('|---|--:|--:|--:|--:|');
  for (const [name, clocked, fast] of [
    ['alone', storedAlone, alone],
    ['beside', storedBeside, beside],
  ]) {
    const times = [timesOf(clocked.map(({ deliveryMs }) => deliveryMs)), timesOf(clocked.map(({ ackMs }) => ackMs))];
    const rate = Math.round(median(fast.map((each) => each.perSecond))).toLocaleString('en');
    const micros = median(fast.map(({ perLoopSecond }) => 1e6 / perLoopSecond)).toFixed(2);
    console.log(`| ${[name, ...times, rate, micros].join(' | ')} |`);
  }
  const ratios = (of, ones, others) => ones.map((one, round) => of(one) / of(others[round]));
  const done = ratios(({ perSecond }) => perSecond, storedBeside, storedAlone);
  const slower = ratios(({ deliveryMs }) => deliveryMs[0], storedBeside, storedAlone);
  const kept = ratios(({ perSecond }) => perSecond, beside, alone);
  const byLoop = ratios(({ perLoopSecond }) => perLoopSecond, beside, alone);
  console.log(
    `| of alone | rate ${ratioOf(done)}, p50 ${ratioOf(slower)} | | ${ratioOf(kept)} | **${ratioOf(byLoop)}** |\n`,
  );
  for (const [at, { size }] of BESIDE.entries()) {
    const ms = found.flatMap(({ stored }) =>
      stored.flatMap((each) => (each.push === undefined ? [] : [each.push[at].ms])),
    );
    console.log(`${size === 1 ? 'Single messages' : 'Batches'} beside the stored ones: p50, p99 ${timesOf(ms)} ms.`);
  }
  console.log(othersTook(found));
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
    const { seconds, serverS, loopS, lanes } = await startPush(server, [lane], duration).result;
    const [{ requests, ms }] = lanes;
    const count = requests * lane.size;
    return { seconds, serverS, loopS, count, perSecond: count / seconds, ms };
  } finally {
    await server.stop();
  }
}

function loopMicros({ loopS, count }) {
  return (loopS * 1e6) / count;
}

function timesOf(pairs) {
  return [0, 1].map((which) => median(pairs.map((pair) => pair[which])).toFixed(1)).join(', ');
}

function ratioOf(ratios) {
  return `${median(ratios).toFixed(2)} (${medianRange(ratios, 2)})`;
}
