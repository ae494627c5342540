/**
 * Devices with our own client library go up and down at random and send all the time, while the server is killed and
 * started again: `node bench/soak.mjs [--minutes 10] [--devices 2000] [--users 1600] [--rate 4200]`. README.md says what
 * is checked. Ends with 1 if anything of it fails.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './support/machine.mjs';
import { freePort, peers, residentBytes, startServer } from './support/server.mjs';
import { checkSoak } from './support/soak-checks.mjs';

const REPORT_EVERY_MS = 10_000;
/** After the load everything must have come within this; it is given up earlier when nothing moves any more. */
const SETTLE_WITHIN_MS = 120_000;
const STILL_FOR_MS = 20_000;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    devices: { type: 'string', default: '2000' },
    users: { type: 'string', default: '1600' },
    contacts: { type: 'string', default: '8' },
    processes: { type: 'string', default: '2' },
    rate: { type: 'string', default: '4200' },
    'messages-a-minute': { type: 'string', default: '200000' },
    'ups-and-downs': { type: 'string', default: '100' },
    'kill-every': { type: 'string', default: '20' },
  },
});
const setting = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
const { minutes, devices, users, processes } = setting;
const directory = mkdtempSync(join(tmpdir(), 'minim-soak-'));
const port = await freePort();
const peer = peers().find(({ name }) => name === 'minim on uws');
const expected = Math.floor(setting['messages-a-minute'] * minutes);

console.log(`${machine()}. ${devices} devices of ${users} users for ${minutes} min, in ${processes} processes:`);
console.log(
  `${setting.rate} messages/s, ${setting['ups-and-downs']} devices/s go down, kill -9 every ${setting['kill-every']} s`,
);
let server = await startServer(peer, { mayRoam: true, port, directory });
const loads = Array.from({ length: processes }, (_, own) => startLoad(own));
let failed = true;
try {
  await all('begin');
  const kills = await underLoad();
  await all('settle');
  await untilSettled();
  const reports = (await all('report')).flat().sort((a, b) => a.at - b.at);
  failed = show(checkSoak(reports, users), kills);
} catch (error) {
  console.error(`FAILED: ${error.stack}`);
} finally {
  for (const load of loads) load.kill('SIGKILL');
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

/** Returns how often the server was killed. */
async function underLoad() {
  const start = performance.now();
  const end = start + minutes * 60_000;
  let kills = 0;
  let nextKill = start + setting['kill-every'] * 1000;
  let nextReport = start + REPORT_EVERY_MS;
  await all('run');
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (server.exitCode !== null) throw new Error(`the server ended by itself, with ${server.exitCode}`);
    if (performance.now() >= nextKill) {
      nextKill += setting['kill-every'] * 1000;
      await server.stop();
      server = await startServer(peer, { mayRoam: true, port, directory });
      kills += 1;
    }
    if (performance.now() >= nextReport) {
      nextReport += REPORT_EVERY_MS;
      await showStatus(performance.now() - start);
    }
  }
  return kills;
}

async function untilSettled() {
  const start = performance.now();
  let before = '';
  let movedAt = start;
  while (performance.now() - start < SETTLE_WITHIN_MS && performance.now() - movedAt < STILL_FOR_MS) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const parts = await all('status');
    const now = JSON.stringify(parts.map(({ acked, told }) => [acked, told]));
    if (now !== before) movedAt = performance.now();
    before = now;
    const reports = (await all('report')).flat().sort((a, b) => a.at - b.at);
    if (checkSoak(reports, users).isComplete) break;
  }
  console.log(`everything came ${((performance.now() - start) / 1000).toFixed(1)} s after the load`);
}

async function showStatus(sinceMs) {
  const parts = await all('status');
  const sum = (name) => parts.reduce((total, part) => total + part[name], 0);
  const count = (name) => sum(name).toLocaleString('en').padStart(9);
  const memory = `server ${(residentBytes(server.pid) / 2 ** 20).toFixed(0)} MiB, load ${sum('memoryMiB')} MiB`;
  const disk = `${(statSync(join(directory, 'minim.db')).size / 2 ** 20).toFixed(0)} MiB on disk`;
  console.log(
    `${(sinceMs / 1000).toFixed(0).padStart(4)} s: ${count('handed')} handed over, ${count('acked')} acked, ${count('told')} told; ${memory}, ${disk}`,
  );
}

/** Prints the report. Returns whether a check failed. */
function show({ handed, acked, told, toldExpected, faults, others }, kills) {
  const checks = {
    [`messages handed over, at least ${expected.toLocaleString('en')}`]: [handed, handed >= expected],
    'acked, of those': [acked, acked === handed],
    'told to apps': [told, told === toldExpected],
    'times the server was killed': [kills, kills > 0 || minutes * 60 <= setting['kill-every']],
    ...Object.fromEntries(Object.entries(faults).map(([name, count]) => [name, [count, count === 0]])),
  };
  for (const [name, [count, isRight]] of Object.entries(checks)) {
    console.log(`${isRight ? 'ok    ' : 'FAILED'} ${name}: ${count.toLocaleString('en')}`);
  }
  for (const other of others.slice(0, 10)) console.log(`       ${other}`);
  return Object.values(checks).some(([, isRight]) => !isRight);
}

function startLoad(own) {
  const { contacts, rate } = setting;
  const share = {
    port,
    process: own,
    processes,
    devices,
    users,
    contacts,
    rate,
    upsAndDowns: setting['ups-and-downs'],
  };
  return fork(new URL('load/soak-devices.mjs', import.meta.url), [JSON.stringify(share)]);
}

function all(order) {
  return Promise.all(
    loads.map(
      (load) =>
        new Promise((resolve, reject) => {
          const onExit = (code) => reject(new Error(`a load process ended with ${code}`));
          load.once('exit', onExit);
          load.once('message', (answer) => {
            load.off('exit', onExit);
            resolve(answer);
          });
          load.send(order);
        }),
    ),
  );
}
