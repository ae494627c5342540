import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

const ATTACHED_WITHIN_MS = 10_000;

/** strace, attached to all threads of a process. */
export interface Tracer {
  /** Lets the process go on without it. */
  detach(): Promise<void>;
}

/** Attaches the strace at `path` with these options; detached when the test is over. */
export async function attach(path: string, pid: number, ...options: string[]): Promise<Tracer> {
  const tracer = spawn(path, ['-f', '-qq', ...options, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  tracer.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-1000);
  });
  const exited = once(tracer, 'exit');
  const detach = async () => {
    tracer.kill('SIGTERM');
    await exited;
  };
  onTestFinished(detach);
  const deadline = performance.now() + ATTACHED_WITHIN_MS;
  while (!isTraced(pid)) {
    if (tracer.exitCode !== null || performance.now() > deadline) throw new Error(`strace did not attach: ${said}`);
    await after(10);
  }
  return { detach };
}

function isTraced(pid: number): boolean {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.every((task) => !/^TracerPid:\s+0$/m.test(readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8')));
}
