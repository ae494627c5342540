import { generateDurable, generateLoad } from './generator.mjs';
import { startPush } from './push-load.mjs';
import { startServer } from './server.mjs';

/** Stored messages by the clock, and ephemeral ones as fast as they come. */
export const STORED = { sessions: 200, inFlight: 16, rate: 2_000 };
const EPHEMERAL = { load: 'crowd', sessions: 200, inFlight: 16 };
/** How often as long as anything is measured each kind of push is made before, as fast as it goes. */
const WARM_UP_TIMES = 1.5;
const LONGEST_MS = 60_000;

/**
 * Direct messages on one server, alone and beside the pushes of `lanes`. Code that runs a few hundred times a second stays
 * unoptimized for minutes, so the pushes are warmed up at full speed first. Each kind is measured alone, twice beside
 * pushes, and alone again, ephemeral ones three times so, since what the machine does in a second swings by a tenth: what
 * changes over time falls on both.
 */
export async function directsOf(peer, { lanes, duration, quiet }) {
  const server = await startServer(peer, { mayRoam: true });
  try {
    await warmUp(server, lanes, duration);
    await quiet();
    const short = { warmUpMs: duration.warmUpMs / 2, measureMs: duration.measureMs / 2 };
    const ephemeral = await alternately(server, lanes, short, 3, () => generateLoad(EPHEMERAL, server, short));
    const stored = await alternately(server, lanes, duration, 1, (at) =>
      generateDurable({ ...STORED, initial: 'ABCD'[at] }, server, duration),
    );
    const all = [...ephemeral, ...stored];
    return {
      ephemeral,
      stored,
      othersS: sum(all.map((each) => each.othersS)),
      seconds: sum(all.map((each) => each.seconds)),
    };
  } finally {
    await server.stop();
  }
}

async function warmUp(server, lanes, duration) {
  await generateLoad(EPHEMERAL, server, duration);
  const longer = { ...duration, measureMs: WARM_UP_TIMES * duration.measureMs };
  for (const lane of lanes) await startPush(server, [{ ...lane, rate: 0 }], longer).result;
}

/** Alone, twice beside pushes, and alone again; all of it `times` over. `generate` is told which of them it is. */
async function alternately(server, lanes, duration, times, generate) {
  const found = [];
  for (let at = 0; at < 4 * times; at += 1) {
    const pushes = at % 4 === 1 || at % 4 === 2;
    const measure = () => generate(at);
    found.push(await (pushes ? besidePushes(server, lanes, duration, measure) : measure()));
  }
  return found;
}

/** The push ends early if it fails, and so does this. */
async function besidePushes(server, lanes, duration, generate) {
  const push = startPush(server, lanes, { ...duration, measureMs: LONGEST_MS });
  const found = await Promise.race([generate(), push.result]);
  push.end();
  return { ...found, push: (await push.result).lanes };
}

/** Of what was measured on one server that with pushes beside it or that without, as one. */
export function meanOf(measurements, pushes) {
  const wanted = measurements.filter(({ push }) => (push !== undefined) === pushes);
  const total = (name) => sum(wanted.map((each) => each[name]));
  const times = (name) => [0, 1].map((which) => sum(wanted.map((each) => each[name]?.[which])) / wanted.length);
  return {
    perSecond: total('frames') / total('seconds'),
    perLoopSecond: total('frames') / total('loopS'),
    deliveryMs: times('deliveryMs'),
    ackMs: times('ackMs'),
  };
}

function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}
