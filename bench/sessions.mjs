/**
 * Very many sessions at once on the built program: each pings, each gets direct messages from its partner and one
 * broadcast, and each must get exactly that. `node bench/sessions.mjs [--sessions 15000] [--processes 2]`
 */
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { machine } from './support/machine.mjs';
import { peers, residentBytes, startServer } from './support/server.mjs';

/** Messages from each session to its partner. */
const MESSAGES_EACH = 10;

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '15000' },
    processes: { type: 'string', default: '2' },
    transport: { type: 'string', default: 'uws' },
  },
});
const total = Number(values.sessions);
const processes = Number(values.processes);
const peer = peers().find(({ name }) => name === `minim on ${values.transport}`);
if (peer === undefined) throw new Error(`--transport must be uws or ws, got ${values.transport}`);
if (!Number.isInteger(total / processes / 2)) throw new Error('--sessions must be a multiple of twice --processes');

console.log(`${machine()}. ${total} sessions on ${peer.name}, from ${processes} processes.`);
const server = await startServer(peer);
const loads = startLoads();
try {
  const before = residentBytes(server.pid);
  await phase('connect', 'connects', total);
  reportMemory(before, 'after connecting');
  await phase('ping', 'pongs', total);
  await phase('direct', 'messages', total * MESSAGES_EACH);
  await phase('broadcast', 'deliveries', total);
  await phase('check', undefined, 0);
  reportMemory(before, 'at the end');
  console.log('none lost, none doubled, nobody closed');
} catch (error) {
  console.error(`FAILED: ${error.message}`);
  process.exitCode = 1;
} finally {
  for (const load of loads) load.kill('SIGKILL');
  await server.stop();
}

/** Resident memory of the server, its garbage included. */
function reportMemory(before, when) {
  const now = residentBytes(server.pid);
  const each = ((now - before) / total).toFixed(0);
  console.log(`${'memory'.padEnd(11)} ${(now / 2 ** 20).toFixed(0)} MiB of RSS ${when}: ${each} bytes a session`);
}

function startLoads() {
  const script = new URL('load/many.mjs', import.meta.url);
  return Array.from({ length: processes }, (_, at) => {
    const share = total / processes;
    const setting = { port: server.port, first: at * share, count: share, total, messagesEach: MESSAGES_EACH };
    return fork(script, [JSON.stringify({ ...setting, sourceAddress: `127.0.0.${at + 2}` })]);
  });
}

/** Has every load process do one thing, and waits until all of them say that they got all that they should. */
async function phase(name, unit, expected) {
  const start = performance.now();
  const cpuBefore = server.cpuSeconds();
  const answers = Promise.all(loads.map(answerOf));
  for (const load of loads) load.send(name);
  for (const { fault } of await answers) if (fault !== undefined) throw new Error(`${name}: ${fault}`);
  if (unit === undefined) return;
  const seconds = (performance.now() - start) / 1000;
  const micros = ((server.cpuSeconds() - cpuBefore) * 1e6) / expected;
  const rate = Math.round(expected / seconds).toLocaleString('en');
  console.log(
    `${name.padEnd(11)} ${expected} ${unit} in ${seconds.toFixed(2)} s: ${rate} a second, ${micros.toFixed(1)} µs of the server's CPU each`,
  );
}

function answerOf(load) {
  return new Promise((resolve) => {
    load.once('message', resolve);
    load.once('exit', (code) => resolve({ fault: `a load process ended with ${code}` }));
  });
}
