import { cpus, totalmem } from 'node:os';

export function machine() {
  const [first] = cpus();
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  return `${first?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${memoryGiB} GiB, Linux; Node ${process.version}`;
}

const LOOK_MS = 200;

/** Waits until other programs leave the machine alone, but not for ever. */
export async function quietMachine(withinMs) {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const before = busySeconds();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    // The clock of these figures ticks every 10 ms.
    if (busySeconds() - before < 0.03) return;
  }
}

/** CPU time that the machine has spent on anything. */
function busySeconds() {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}
