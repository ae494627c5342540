import { setTimeout as after } from 'node:timers/promises';
import { expect } from 'vitest';
import { lossesOf } from './losses.js';
import { Sender, type SenderOptions } from './sender.js';
import type { RunningServer } from './server.js';

const READERS = ['reader-0', 'reader-1'];
const STANDSTILL_MS = 1500;

/** A node under load, and what its senders have seen. */
export class Load {
  readonly senders: readonly Sender[];
  private readonly end = new AbortController();
  private readonly ends: Promise<void>[];

  constructor(
    readonly server: RunningServer,
    options: Partial<SenderOptions> = {},
  ) {
    const ids = ['sender-0', 'sender-1', 'sender-2'];
    this.senders = ids.map((userId) => new Sender({ userId, recipients: READERS, window: 30, ...options }));
    this.ends = this.senders.map((sender) => sender.run(server.ws, this.end.signal));
  }

  acked(): number {
    return this.senders.reduce((sum, { acked }) => sum + acked.length, 0);
  }

  busy(): number {
    return this.senders.reduce((sum, { busy }) => sum + busy, 0);
  }

  async acks(count: number): Promise<void> {
    const before = this.acked();
    await expect.poll(() => this.acked() - before, { timeout: 30_000, interval: 20 }).toBeGreaterThanOrEqual(count);
  }

  /** Until nothing has been acked for a while. A small message may still find room where a large one did not. */
  async standstill(): Promise<void> {
    for (let before = -1; before < this.acked(); await after(STANDSTILL_MS)) before = this.acked();
  }

  async finish(): Promise<void> {
    this.end.abort();
    await Promise.all(this.ends);
  }

  losses({ ws }: RunningServer = this.server): ReturnType<typeof lossesOf> {
    return lossesOf(ws, this.senders, [...READERS, ...this.senders.map(({ userId }) => userId)]);
  }
}
