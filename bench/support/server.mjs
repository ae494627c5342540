import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinned } from './pinned.mjs';

const START_WITHIN_MS = 15_000;
/** Long enough that nobody is asked for a sign of life while something is measured. */
const IDLE_TIMEOUT_S = '900';

const BUILT_PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const ROUTER_PROGRAM = fileURLToPath(new URL('../peers/raw-router.mjs', import.meta.url));
const RAW_ROOMS_PROGRAM = fileURLToPath(new URL('../peers/raw-rooms.mjs', import.meta.url));

const FASTIFY_PROGRAM = fileURLToPath(new URL('../peers/fastify-push.mjs', import.meta.url));

export const ROUTER = 'router';
export const UNLIMITED = 'minim on uws';
export const LIMITED = 'minim on uws, limits on';

/** Every limit is on, and beyond what one user can send here. */
const LIMITS = {
  MINIM_TRANSPORT: 'uws',
  MINIM_FRAMES_PER_S: '1000000',
  MINIM_FRAMES_BURST: '1000000',
  MINIM_BYTES_PER_S: '1000000000',
  MINIM_SESSIONS_PER_USER: '1000',
  MINIM_SESSIONS_PER_ADDRESS: '1000000',
  MINIM_CONNECTS_PER_S: '1000000',
  MINIM_CONNECTS_PER_S_PER_ADDRESS: '1000000',
  MINIM_FAILED_LOGINS_PER_MINUTE: '1000',
};

/** Servers that run; none is left behind, however this process ends. */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));

/**
 * The servers that are measured beside one another; the first is what the others are compared with. `builds` are more
 * built programs of Minim, by name. With `limits` each of them once more, counting what each user sends and refusing
 * nothing of it.
 */
export function peers({ builds = {}, stamping = false, limits = false } = {}) {
  const minim = Object.entries({ minim: BUILT_PROGRAM, ...builds });
  return [
    { name: ROUTER, file: ROUTER_PROGRAM, environment: {} },
    ...(stamping ? [{ name: 'router, stamping', file: ROUTER_PROGRAM, environment: { STAMP: '1' } }] : []),
    ...minim.map(([name, file]) => ({ name: `${name} on uws`, file, environment: { MINIM_TRANSPORT: 'uws' } })),
    ...(limits ? minim.map(([name, file]) => ({ name: `${name} on uws, limits on`, file, environment: LIMITS })) : []),
    { name: 'minim on ws', file: BUILT_PROGRAM, environment: { MINIM_TRANSPORT: 'ws' } },
  ];
}

/** Those that have rooms; again the first is what the others are compared with. */
export function roomPeers({ builds = {} } = {}) {
  const minims = peers({ builds }).filter(({ name }) => name.endsWith(' on uws'));
  return [{ name: 'raw uws', file: RAW_ROOMS_PROGRAM, environment: {} }, ...minims];
}

/** What those who push show. */
export const PUSH_KEY = 'a-key-of-the-benchmark-0123456789';

/** Those that take messages over HTTP; again the first is what the others are compared with. */
export function pushPeers({ builds = {} } = {}) {
  const minims = peers({ builds }).filter(({ name }) => name.endsWith(' on uws'));
  return [
    { name: 'bare fastify', file: FASTIFY_PROGRAM, environment: { BENCH_API_KEY: PUSH_KEY } },
    ...minims.map(({ environment, ...peer }) => ({
      ...peer,
      environment: { ...environment, MINIM_API_KEYS: `bench:send:${PUSH_KEY}` },
    })),
  ];
}

/**
 * Starts a peer on core 0 unless it `mayRoam`, on a free port and with an empty data directory unless they are given. It
 * is to be stopped with `stop`, which kills it and removes a directory of its own.
 */
export async function startServer({ name, file, environment }, { nodeFlags = [], mayRoam = false, ...given } = {}) {
  if (!existsSync(file)) throw new Error(`${name} is not built: npm run build first`);
  const port = given.port ?? (await freePort());
  const directory = given.directory ?? mkdtempSync(join(tmpdir(), 'minim-bench-'));
  const program = [process.execPath, ...nodeFlags, file];
  const [command, ...args] = mayRoam ? program : pinned(0, program);
  const isMinim = 'MINIM_TRANSPORT' in environment;
  const child = spawn(command, args, {
    env: {
      ...withoutSettings(process.env),
      ...environment,
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'error',
      ...(isMinim && { MINIM_IDLE_TIMEOUT_S: IDLE_TIMEOUT_S, MINIM_DATA_DIR: directory }),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.add(child);
  const exited = once(child, 'exit').then(() => {
    running.delete(child);
    if (given.directory === undefined) rmSync(directory, { recursive: true, force: true });
  });
  const deadline = performance.now() + START_WITHIN_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} instead of listening`);
    if (performance.now() > deadline) throw new Error(`${name} did not listen in time`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    name,
    port,
    pid: child.pid,
    keepsMessages: isMinim,
    get exitCode() {
      return child.exitCode ?? child.signalCode;
    },
    signal: (signal) => child.kill(signal),
    cpuSeconds: () => cpuSeconds(child.pid),
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** CPU time that a process has spent, to 10 ms. */
function cpuSeconds(pid) {
  // The name in parentheses may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function withoutSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('MINIM_')));
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
