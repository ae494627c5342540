import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pinned } from './pinned.mjs';
import { PUSH_KEY } from './server.mjs';

const LOAD = fileURLToPath(new URL('../load/push.mjs', import.meta.url));

/** The load of `load/push.mjs` on a server, in a process of its own on core 1. `end` ends it early, with what it has found. */
export function startPush(server, lanes, { warmUpMs, measureMs }) {
  const told = JSON.stringify({ port: server.port, pid: server.pid, warmUpMs, measureMs, lanes });
  const [command, ...args] = pinned(1, [process.execPath, LOAD, told]);
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, BENCH_API_KEY: PUSH_KEY },
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
