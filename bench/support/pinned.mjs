import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const PIN = ['taskset', '-c'];
const canPin = availableParallelism() > 1 && canBePinned();

/** The command, kept to one core of the machine where that can be done. */
export function pinned(core, command) {
  return canPin ? [...PIN, String(core), ...command] : command;
}

function canBePinned() {
  try {
    const [command, ...args] = PIN;
    execFileSync(command, [...args, '1', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
