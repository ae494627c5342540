/**
 * Minim beside a raw uWebSockets.js router, every figure from one run. README.md says what is measured and how to read
 * it: `node bench/run.mjs [--rounds 5] [--save] [--stamping] [--limits] [--build name=path/to/main.js] [--peer name]
 * [--hurry] [scenario …]`
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkPeer } from './support/check-peer.mjs';
import { median, medianRange, spread } from './support/figures.mjs';
import { buildLoad, generateDurable, generateLoad } from './support/generator.mjs';
import { machine } from './support/machine.mjs';
import { IDLE_SESSIONS, idleBytesPerSession } from './support/memory.mjs';
import { SCENARIOS } from './support/scenarios.mjs';
import { LIMITED, peers, ROUTER, startServer, UNLIMITED } from './support/server.mjs';
import { othersTook, percent, undisturbed } from './support/undisturbed.mjs';

const DURATION = { warmUpMs: 1_200, measureMs: 1_500 };
/** Long enough for several waves of index building. */
const DURABLE_DURATION = { warmUpMs: 2_000, measureMs: 6_000 };
/** So often at most a measurement is done that other programs disturb. */
const MOST_ATTEMPTS = 4;
/** What an idle session of Minim may cost more than one of the router. */
const MEMORY_TARGET = 2_048;
/** What Minim with every limit on should reach of Minim without, by CPU. */
const LIMITS_TARGET = 0.95;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    save: { type: 'boolean', default: false },
    build: { type: 'string', multiple: true, default: [] },
    stamping: { type: 'boolean', default: false },
    limits: { type: 'boolean', default: false },
    peer: { type: 'string', multiple: true, default: [] },
    hurry: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const care = { attempts: values.hurry ? 1 : MOST_ATTEMPTS, hurry: values.hurry };
const wanted = positionals.length > 0 ? positionals : [...Object.keys(SCENARIOS), 'memory'];
const builds = Object.fromEntries(values.build.map((text) => text.split('=')));
const known = peers({ builds, stamping: values.stamping, limits: values.limits });
const all = values.peer.length > 0 ? values.peer.map(peerNamed) : known;
const [first] = all;
const firstName = first.name === ROUTER ? 'the router' : first.name;
const lines = [];
let missed = 0;

const stranger = wanted.find((name) => name !== 'memory' && !(name in SCENARIOS));
if (stranger !== undefined) fail(`there is no scenario ${stranger}; expected ${Object.keys(SCENARIOS)} or memory`);
if (!Number.isInteger(rounds) || rounds < 1) fail(`--rounds must be a number from 1, got ${values.rounds}`);

for (const program of ['generator', 'durable']) buildLoad(program);
for (const peer of all) await checkPeer(peer);
print(`# ${new Date().toISOString().slice(0, 10)}\n\n${machine()}. Medians of ${rounds} rounds.`);
for (const name of wanted) {
  if (name === 'memory') await compareMemory();
  else await compare(name, SCENARIOS[name]);
}
print(missed === 0 ? '\nEvery target is met.' : `\nTargets missed: ${missed}.`);
if (values.save) save();
process.exit(missed === 0 ? 0 : 1);

function peerNamed(name) {
  const peer = known.find((each) => each.name === name);
  return peer ?? fail(`there is no peer ${name}; expected ${known.map((each) => each.name).join('; ')}`);
}

/** One scenario: what every peer did in each round, in a table. */
async function compare(name, scenario) {
  const { sessions, inFlight, target, unit, durable, atHalf } = scenario;
  const compared = durable ? all.filter((peer) => peer.name !== 'minim on ws') : all;
  const results = await measureInRounds(compared, scenario);
  const goal = compared.map((peer) => targetOf(peer, target)).find((each) => each !== undefined);
  print(`\n## ${name}: ${sessions} sessions, ${inFlight} in flight${goal === undefined ? '' : `, target ${goal}`}\n`);
  print(`| peer | ${unit}/s | of ${firstName} | server µs each | of ${firstName}, by CPU | server busy | load busy |`);
  print('|---|--:|--:|--:|--:|--:|--:|');
  for (const [at, peer] of compared.entries()) {
    const own = results[at];
    const byRate = ofTheFirst(results, at, rate);
    const byCpu = ofTheFirst(results, at, perServerSecond);
    const cells = [
      peer.name,
      Math.round(median(own.map(rate))).toLocaleString('en'),
      judged(byRate, durable),
      median(own.map((result) => 1e6 / perServerSecond(result))).toFixed(2),
      judged(byCpu, !durable),
      percent(own.map(({ serverS, seconds }) => serverS / seconds)),
      percent(own.map(({ loadS, seconds }) => loadS / seconds)),
    ];
    print(`| ${cells.join(' | ')} |`);
    if (median(durable ? byRate : byCpu) < targetOf(peer, target)) missed += 1;
  }
  printOthers(results.flat());
  if (atHalf) await measureAtHalf(name, scenario, compared, results);
}

/**
 * Each round measures every peer once, one right after the other, each freshly started; every other round in the opposite
 * order, so that none of them always comes first.
 */
async function measureInRounds(compared, scenario) {
  const results = compared.map(() => []);
  const order = [...compared.keys()];
  for (let round = 0; round < rounds; round += 1) {
    for (const at of order) results[at].push(await measureUndisturbed(compared[at], scenario));
    order.reverse();
  }
  return results;
}

/** What a peer should reach of the first one, if there is such a target. */
function targetOf(peer, ofRouter) {
  if (first.name === ROUTER && peer.name === UNLIMITED) return ofRouter;
  if (first.name === UNLIMITED && peer.name === LIMITED) return LIMITS_TARGET;
  return undefined;
}

/** How long acks and deliveries take at half of the rate that was just found to be the most. */
async function measureAtHalf(name, scenario, compared, results) {
  print(`\n## ${name} at half of that rate\n`);
  print('| peer | messages/s | ack p50, p99 ms | delivery p50, p99 ms | server busy |');
  print('|---|--:|--:|--:|--:|');
  const found = [];
  for (const [at, peer] of compared.entries()) {
    const half = { ...scenario, rate: Math.round(median(results[at].map(rate)) / 2) };
    const own = [];
    for (let round = 0; round < rounds; round += 1) own.push(await measureUndisturbed(peer, half));
    const times = (kind) => [0, 1].map((which) => median(own.map((result) => result[kind][which])).toFixed(1));
    const cells = [
      peer.name,
      Math.round(median(own.map(rate))).toLocaleString('en'),
      at === 0 ? '' : times('ackMs').join(', '),
      times('deliveryMs').join(', '),
      percent(own.map(({ serverS, seconds }) => serverS / seconds)),
    ];
    print(`| ${cells.join(' | ')} |`);
    found.push(...own);
  }
  printOthers(found);
}

function judged(ratios, isJudged) {
  const text = median(ratios).toFixed(2);
  return `${isJudged ? `**${text}**` : text} (${medianRange(ratios, 2)})`;
}

function printOthers(results) {
  print(`\n${othersTook(results)}`);
}

function measureUndisturbed(peer, scenario) {
  return undisturbed(care, (quiet) => measure(peer, scenario, quiet));
}

async function measure(peer, scenario, quiet) {
  const server = await startServer(peer, { mayRoam: scenario.durable });
  try {
    await quiet();
    if (scenario.durable) return await generateDurable(scenario, server, DURABLE_DURATION);
    return await generateLoad(scenario, server, DURATION);
  } finally {
    await server.stop();
  }
}

async function compareMemory() {
  print(
    `\n## memory: ${IDLE_SESSIONS.toLocaleString('en')} idle sessions, target at most ${MEMORY_TARGET} bytes more\n`,
  );
  print(`| peer | bytes a session | more than ${firstName} |`);
  print('|---|--:|--:|');
  const costs = all.map(() => []);
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    for (const [at, peer] of all.entries()) costs[at].push(await idleBytesPerSession(peer));
  }
  const least = median(costs[0]);
  for (const [at, peer] of all.entries()) {
    const more = median(costs[at]) - least;
    print(`| ${peer.name} | ${median(costs[at]).toFixed(0)} (${spread(costs[at], 0)}) | **${more.toFixed(0)}** |`);
    if (first.name === ROUTER && peer.name === UNLIMITED && more > MEMORY_TARGET) missed += 1;
  }
}

function rate({ frames, seconds }) {
  return frames / seconds;
}

/** Frames for each second of CPU time of the server: steadier than `rate`, and the same where the server is busy. */
function perServerSecond({ frames, serverS }) {
  return frames / serverS;
}

/** A peer's figure by the first one's, round by round. */
function ofTheFirst(results, at, figure) {
  return results[at].map((result, round) => figure(result) / figure(results[0][round]));
}

function print(line) {
  lines.push(line);
  console.log(line);
}

function save() {
  const file = new URL(`results/${new Date().toISOString().slice(0, 10)}.md`, import.meta.url);
  writeFileSync(file, `${lines.join('\n')}\n`);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
