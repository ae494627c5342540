/**
 * Rooms beside raw uWebSockets.js topics: one room of 10 000, many of 50, direct messages while a room talks, and joining
 * all at once. README.md says what is measured: `node bench/rooms.mjs [--rounds 5] [--smoke] [--hurry]
 * [--build name=path/to/main.js] [scenario …]`
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { median, medianRange, spread } from './support/figures.mjs';
import { buildLoad, generateRooms } from './support/generator.mjs';
import { machine } from './support/machine.mjs';
import { roomPeers, startServer, UNLIMITED } from './support/server.mjs';
import { othersTook, percent, undisturbed } from './support/undisturbed.mjs';

/** `target`: what Minim should reach of the raw program's deliveries a second. `directs`: direct messages a second. */
const SCENARIOS = {
  crowd: { rooms: 1, perRoom: 10_000, inFlight: 8, target: 0.9, directs: 500 },
  crowd2: { rooms: 1, perRoom: 10_000, inFlight: 2 },
  rooms: { rooms: 200, perRoom: 50, inFlight: 4, target: 0.9 },
  rooms1: { rooms: 200, perRoom: 50, inFlight: 1 },
};
const SMALL = {
  crowd: { rooms: 1, perRoom: 1_000, inFlight: 8, directs: 500 },
  rooms: { rooms: 20, perRoom: 50, inFlight: 4 },
};
const DURATION = { warmUpMs: 1_200, measureMs: 3_000 };
const SMALL_DURATION = { warmUpMs: 300, measureMs: 700 };
/** So often at most a measurement is done that other programs disturb. */
const MOST_ATTEMPTS = 2;
/** Frames that differ by more bytes than that in the mean are not compared. */
const SAME_SIZE = 3;
/** What a server and the load have open besides sessions. */
const SPARE_FILES = 300;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    smoke: { type: 'boolean', default: false },
    hurry: { type: 'boolean', default: false },
    build: { type: 'string', multiple: true, default: [] },
  },
});
const scenarios = values.smoke ? SMALL : SCENARIOS;
const duration = values.smoke ? SMALL_DURATION : DURATION;
const rounds = Number(values.rounds ?? (values.smoke ? 1 : 5));
const care = { attempts: values.hurry || values.smoke ? 1 : MOST_ATTEMPTS, hurry: values.hurry || values.smoke };
const all = roomPeers({ builds: Object.fromEntries(values.build.map((text) => text.split('='))) });
const wanted = positionals.length > 0 ? positionals : Object.keys(scenarios);
let missed = 0;

const stranger = wanted.find((name) => !(name in scenarios));
if (stranger !== undefined) throw new Error(`there is no scenario ${stranger}; expected ${Object.keys(scenarios)}`);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a number from 1, got ${values.rounds}`);
checkOpenFiles();
buildLoad('rooms');
console.log(`${machine()}. Medians of ${rounds} rounds.`);
for (const name of wanted) await compare(name, scenarios[name]);
console.log('\nEach session got each message of its room once, in the order of the others.');
if (missed > 0) console.log(`Targets missed: ${missed}.`);
process.exit(missed === 0 ? 0 : 1);

/** Each round measures every peer once, one right after the other, every other round in the opposite order. */
async function compare(name, scenario) {
  const results = all.map(() => []);
  const order = [...all.keys()];
  for (let round = 0; round < rounds; round += 1) {
    for (const at of order) results[at].push(await undisturbed(care, (quiet) => measure(all[at], scenario, quiet)));
    order.reverse();
  }
  const { rooms, perRoom, inFlight, target } = scenario;
  const sizes = results.map((own) => median(own.map(({ frameBytes }) => frameBytes)));
  const bytes = sizes.map((size) => size.toFixed(0)).join(' and ');
  console.log(
    `\n## ${name}: ${rooms} × ${perRoom} sessions, ${inFlight} in flight in each room, frames of ${bytes} bytes` +
      `${target === undefined ? '' : `, target ${target}`}\n`,
  );
  printMost(results, target);
  if (scenario.directs !== undefined) printDirects(scenario, results);
  printJoining(scenario, results);
  console.log(`\n${othersTook(results.flat())}`);
  if (sizes.some((size) => Math.abs(size - sizes[0]) > SAME_SIZE)) throw new Error('the frames differ in size');
}

async function measure(peer, scenario, quiet) {
  const server = await startServer(peer, { mayRoam: true });
  try {
    await quiet();
    const found = await generateRooms(scenario, server, duration);
    return { ...found, othersS: found.most.othersS, seconds: found.most.seconds };
  } finally {
    await server.stop();
  }
}

function printMost(results, target) {
  console.log(
    '| peer | deliveries/s | of raw | server µs each | of raw | event loop µs each | of raw | server busy | load busy |',
  );
  console.log('|---|--:|--:|--:|--:|--:|--:|--:|--:|');
  for (const [at, peer] of all.entries()) {
    const own = results[at].map(({ most }) => most);
    const [byRate, byCpu, byLoop] = [rate, perServerSecond, perLoopSecond].map((each) => ofRaw(results, at, each));
    const cells = [
      peer.name,
      rateOf(own),
      ratio(byRate),
      median(own.map((most) => 1e6 / perServerSecond(most))).toFixed(2),
      ratio(byCpu),
      median(own.map((most) => 1e6 / perLoopSecond(most))).toFixed(2),
      `**${ratio(byLoop)}**`,
      percent(own.map(({ serverS, seconds }) => serverS / seconds)),
      percent(own.map(({ loadS, seconds }) => loadS / seconds)),
    ];
    console.log(`| ${cells.join(' | ')} |`);
    if (peer.name === UNLIMITED && median(byLoop) < target) missed += 1;
  }
}

function printDirects({ directs }, results) {
  console.log(
    `\n${directs} direct messages a second, from due to received, without the room and at half of its rate:\n`,
  );
  console.log('| peer | without, p50, p99 ms | deliveries/s | p50, p99 ms | server busy |');
  console.log('|---|--:|--:|--:|--:|');
  for (const [at, peer] of all.entries()) {
    const own = results[at];
    const times = (phase) => [0, 1].map((which) => median(own.map((found) => found[phase].directMs[which])).toFixed(1));
    const halves = own.map(({ half }) => half);
    const cells = [
      peer.name,
      times('alone').join(', '),
      rateOf(halves),
      times('half').join(', '),
      percent(halves.map(({ serverS, seconds }) => serverS / seconds)),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function printJoining({ rooms, perRoom }, results) {
  console.log(`\nAll ${rooms * perRoom} join at once:\n`);
  console.log(`| peer | all joined, s | all told that ${perRoom} are there, s | server µs a session |`);
  console.log('|---|--:|--:|--:|');
  for (const [at, peer] of all.entries()) {
    const joins = results[at].map(({ join }) => join);
    const seconds = (which) => `${median(joins.map(which)).toFixed(2)} (${spread(joins.map(which), 2)})`;
    const micros = median(joins.map(({ serverS }) => (serverS * 1e6) / (rooms * perRoom)));
    const told = at === 0 ? '' : seconds(countedS);
    console.log(`| ${peer.name} | ${seconds(joinedS)} | ${told} | ${micros.toFixed(1)} |`);
  }
}

function joinedS(join) {
  return join.joinedS;
}

function countedS(join) {
  return join.countedS;
}

function rate({ frames, seconds }) {
  return frames / seconds;
}

function rateOf(phases) {
  return Math.round(median(phases.map(rate))).toLocaleString('en');
}

function perServerSecond({ frames, serverS }) {
  return frames / serverS;
}

function perLoopSecond({ frames, loopS }) {
  return frames / loopS;
}

function ratio(ratios) {
  return `${median(ratios).toFixed(2)} (${medianRange(ratios, 2)})`;
}

/** A peer's figure by the raw program's, round by round. */
function ofRaw(results, at, figure) {
  const [raw] = results;
  return results[at].map(({ most }, round) => figure(most) / figure(raw[round].most));
}

function checkOpenFiles() {
  const limit = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  const needed = Math.max(...wanted.map((name) => scenarios[name].rooms * scenarios[name].perRoom)) + SPARE_FILES;
  if (limit < needed) throw new Error(`expected an open-file limit of ${needed} (ulimit -Hn), got ${limit}`);
}
