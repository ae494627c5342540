import { type Finding, fail, ok, warn } from './finding.js';
import type { Subject } from './subject.js';

const WATCHED_MS = 1_000;
const LOOK_EVERY_MS = 50;
/** Clocks of ours tell whole milliseconds, and one that is being corrected is off by half a millisecond a second. */
const TOLERATED_MS = 20;
/** What tokens are granted, too. */
const TOLERATED_BEHIND_MS = 5_000;
/** 2025: before this program was written. */
const EARLIEST = 1_735_689_600_000;
const SET_IT = 'set the clock, and let chrony, systemd-timesyncd or the host keep it';

/** The clock against the one that only goes forward, and against what was stored. */
export async function checkClock({ store }: Subject): Promise<Finding> {
  const [from, to] = await spreadOfOffsets();
  const now = Date.now();
  if (now < EARLIEST) return fail(`it says ${new Date(now).toISOString()}`, SET_IT);
  const behind = (store?.newestSentAt ?? 0) - now;
  if (behind > TOLERATED_BEHIND_MS) {
    const seconds = Math.round(behind / 1_000);
    return fail(`it is ${seconds} s behind the newest stored message: it went back, or was ahead then`, SET_IT);
  }
  const off = to - from;
  const says = `it went ${off.toFixed(0)} ms off within a second`;
  if (off > WATCHED_MS) return fail(`${says}: it jumps`, SET_IT);
  if (off > TOLERATED_MS) return warn(`${says}: it is being turned, or runs at a wrong rate`, SET_IT);
  const compared = store?.newestSentAt === undefined ? '' : ', and is not behind what is stored';
  return ok(`steady for a second${compared}`);
}

/** The least and the most by which the two clocks were apart. */
async function spreadOfOffsets(): Promise<readonly [least: number, most: number]> {
  const until = performance.now() + WATCHED_MS;
  const offsets = [offset()];
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    offsets.push(offset());
  }
  return [Math.min(...offsets), Math.max(...offsets)];
}

/** Of three, the one that was interrupted least. */
function offset(): number {
  const looks = [0, 1, 2].map(() => {
    const before = performance.now();
    const now = Date.now();
    return { took: performance.now() - before, offset: now - before };
  });
  return looks.reduce((best, look) => (look.took < best.took ? look : best)).offset;
}
