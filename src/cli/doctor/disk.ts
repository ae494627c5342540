import { accessSync, constants, statfsSync, statSync } from 'node:fs';
import { KINDS } from './file-systems.js';
import { type Finding, fail, ok, warn } from './finding.js';
import { inBytes } from './in-bytes.js';
import type { Subject } from './subject.js';
import { timeAppends } from './time-appends.js';

/** The write-ahead log alone may take 64 MiB. */
const LEAST_ROOM_BYTES = 128 * 1024 * 1024;
const LITTLE_ROOM_BYTES = 1024 * 1024 * 1024;

/** An ack waits for one of these. */
const SLOW_MS = 20;
const VERY_SLOW_MS = 200;
/** No disk is so fast: even one that needs not wait for its medium takes longer to be asked. */
const TOO_FAST_MS = 0.015;

const ELSEWHERE = 'set MINIM_DATA_DIR to a directory on a local disk';

export function checkDirectory({ config: { dataDirectory, port }, place, store, isNodeHere }: Subject): Finding {
  if (!isWritable(place)) {
    return fail(
      `${place} is no directory that this user may write to`,
      'give it to the user who runs the node, or set MINIM_DATA_DIR',
    );
  }
  if (store === undefined) return ok(`${dataDirectory} is not there yet; the first start makes it`);
  const { isInUse, holder, problem } = store;
  if (problem !== undefined) return fail(problem, 'see "The data directory" in docs/deployment.md');
  if (!isInUse) return ok(`${dataDirectory}, and no process has it`);
  const by = holder === undefined ? 'another process' : `process ${holder}`;
  if (isNodeHere) return ok(`${by} has ${dataDirectory}, and a node answers on port ${port}`);
  return fail(`${by} has ${dataDirectory}`, 'stop it, or set MINIM_DATA_DIR to a directory of its own');
}

export function checkFileSystem({ place }: Subject): Finding {
  if (process.platform !== 'linux') return ok(`not looked at on ${process.platform}; it must be a local disk`);
  const kind = KINDS.get(statfsSync(place).type);
  if (kind?.loses === undefined) return ok(`${kind?.name ?? 'none that is known for losing anything'}, at ${place}`);
  return (kind.status === 'fail' ? fail : warn)(`${kind.name}, at ${place}: ${kind.loses}`, ELSEWHERE);
}

export function checkRoom({ place }: Subject): Finding {
  const { bavail, blocks, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const says = `${inBytes(free)} of ${inBytes(blocks * bsize)} free`;
  if (free < LEAST_ROOM_BYTES) return fail(`${says}: sends will be busy`, 'make room');
  return free < LITTLE_ROOM_BYTES ? warn(says, 'make room, or set MINIM_RETENTION_DAYS to less') : ok(says);
}

export function checkSpeed({ place }: Subject): Finding {
  if (!isWritable(place))
    return fail(`not measured: this user may not write to ${place}`, 'see "data directory" above');
  const { count, p50, p99 } = timeAppends(place);
  const says = `${count} appends with fsync: half within ${p50.toFixed(3)} ms, 99 % within ${p99.toFixed(3)} ms`;
  if (p50 < TOO_FAST_MS) {
    return warn(`${says}: no disk is so fast`, 'make sure that fsync reaches one: what was acked could be lost');
  }
  if (p50 > VERY_SLOW_MS) return fail(`${says}: every ack takes that long`, 'a faster disk');
  return p50 > SLOW_MS || p99 > VERY_SLOW_MS ? warn(`${says}: acks take that long`, 'a faster disk') : ok(says);
}

function isWritable(place: string): boolean {
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    return statSync(place).isDirectory();
  } catch {
    return false;
  }
}
