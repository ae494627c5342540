import { totalmem } from 'node:os';
import { readOpenFileLimit, sessionsWithinOpenFileLimit } from '../../ops/open-files.js';
import { NODE_RANGE } from '../package.js';
import { type Finding, fail, ok, warn } from './finding.js';
import { inBytes } from './in-bytes.js';
import type { Subject } from './subject.js';

/** Below this a node is refused clients on an ordinary day. */
const FEW_SESSIONS = 1_000;
/** Node itself, what the store keeps of its files, and the writes that wait. */
const BASE_BYTES = 256 * 1024 * 1024;
/** What a session takes with all around it, on the lavish side: bench/ measures 2 to 9 KiB, the kernel has its own. */
const BYTES_A_SESSION = 16 * 1024;

export function checkNode(): Finding {
  const { node } = process.versions;
  if (isWithin(node, NODE_RANGE)) return ok(`Node ${node}`);
  return fail(`Node ${node} is none of ${NODE_RANGE}`, 'install one of those');
}

/** Ranges as our package.json has them: `^major.minor.patch`, `>=major.minor.patch`, with `||` in between. */
function isWithin(version: string, range: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return range.split('||').some((part) => {
    const [, sign, ...from] = /(\^|>=)(\d+)\.(\d+)\.(\d+)/.exec(part) ?? [];
    const [leastMajor = 0, leastMinor = 0, leastPatch = 0] = from.map(Number);
    if (major !== leastMajor) return sign === '>=' && major > leastMajor;
    return minor > leastMinor || (minor === leastMinor && patch >= leastPatch);
  });
}

export function checkOpenFiles({ config: { maxSessions } }: Subject): Finding {
  const room = sessionsWithinOpenFileLimit();
  const limit = readOpenFileLimit();
  const says = limit === undefined ? `room for ${room} sessions is assumed` : `${limit}: room for ${room} sessions`;
  const raise = 'raise the limit: ulimit -n, LimitNOFILE= in systemd, ulimits in compose';
  if (maxSessions > room) return fail(`${says}, and MINIM_MAX_SESSIONS=${maxSessions}`, raise);
  return room < FEW_SESSIONS ? warn(says, raise) : ok(says);
}

export function checkMemory({ config: { maxSessions }, isNodeHere }: Subject): Finding {
  const allowed = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  // A node that runs has taken its part already.
  const free = isNodeHere ? allowed : Math.min(allowed, process.availableMemory());
  const says = `${inBytes(free)} of ${inBytes(allowed)} to be had`;
  const sessions = maxSessions || sessionsWithinOpenFileLimit();
  const room = Math.floor((free - BASE_BYTES) / BYTES_A_SESSION);
  if (room <= 0) return warn(says, `a node wants ${inBytes(BASE_BYTES)} before the first session: give it more`);
  if (room >= sessions) return ok(`${says}, enough for ${sessions} sessions`);
  return warn(`${says}, not enough for ${sessions} sessions`, `give it more, or set MINIM_MAX_SESSIONS=${room}`);
}
