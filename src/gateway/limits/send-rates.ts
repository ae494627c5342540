import { Allowances, type Refill } from './allowances.js';

/** Of bytes as many may come at once as in so many seconds. */
const BYTES_BURST_S = 4;

export interface SendLimits {
  /** Sends and questions a second of one user, and at once; 0 is no limit. */
  readonly framesPerS: number;
  readonly framesBurst: number;
  readonly bytesPerS: number;
}

/** What one user may still send: frames and bytes, as of `atMs`. */
interface Allowance {
  frames: number;
  bytes: number;
  atMs: number;
}

/**
 * A token bucket of frames and one of bytes for each user, in one, because every send asks for both. Times are
 * milliseconds of a clock that never goes back.
 */
export class SendRates implements Refill<Allowance> {
  private readonly users = new Allowances<Allowance>(this);
  private readonly frameRate: number;
  private readonly byteRate: number;
  private readonly mostFrames: number;
  private readonly mostBytes: number;

  constructor({ framesPerS, framesBurst, bytesPerS }: SendLimits) {
    this.frameRate = (framesPerS || Number.POSITIVE_INFINITY) / 1_000;
    this.mostFrames = framesPerS === 0 ? Number.POSITIVE_INFINITY : Math.max(1, framesBurst);
    this.byteRate = (bytesPerS || Number.POSITIVE_INFINITY) / 1_000;
    this.mostBytes = bytesPerS === 0 ? Number.POSITIVE_INFINITY : bytesPerS * BYTES_BURST_S;
  }

  /** Takes one frame of so many bytes; false, and nothing is taken, when it is too much. Who was quiet may send any one. */
  take(userId: string, byteLength: number, nowMs: number): boolean {
    const user = this.users.of(userId, nowMs);
    if (user.frames < 1 || (user.bytes < byteLength && user.bytes < this.mostBytes)) return false;
    user.frames -= 1;
    user.bytes -= byteLength;
    return true;
  }

  /** After so many milliseconds this user may send as much as one who was quiet. */
  fullAfterMs(userId: string, nowMs: number): number {
    const user = this.users.find(userId, nowMs);
    if (user === undefined) return 0;
    const frames = this.mostFrames === user.frames ? 0 : (this.mostFrames - user.frames) / this.frameRate;
    const bytes = this.mostBytes === user.bytes ? 0 : (this.mostBytes - user.bytes) / this.byteRate;
    return Math.ceil(Math.max(frames, bytes));
  }

  /** Of which allowance this user, who was just refused, has not enough. */
  spent(userId: string, nowMs: number): 'frames_per_s' | 'bytes_per_s' {
    return (this.users.find(userId, nowMs)?.frames ?? 0) < 1 ? 'frames_per_s' : 'bytes_per_s';
  }

  full(nowMs: number): Allowance {
    return { frames: this.mostFrames, bytes: this.mostBytes, atMs: nowMs };
  }

  refill(user: Allowance, nowMs: number): void {
    const passedMs = nowMs - user.atMs;
    if (passedMs <= 0) return;
    user.atMs = nowMs;
    user.frames = Math.min(this.mostFrames, user.frames + passedMs * this.frameRate);
    user.bytes = Math.min(this.mostBytes, user.bytes + passedMs * this.byteRate);
  }

  isFull({ frames, bytes }: Allowance): boolean {
    return frames >= this.mostFrames && bytes >= this.mostBytes;
  }
}
