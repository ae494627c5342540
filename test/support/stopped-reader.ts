import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { expect } from 'vitest';
import type { RunningServer } from './server.js';
import { WsClient } from './ws-client.js';

const WARM_UP_MS = 2000;
const TICK_MS = 20;
const TO_THE_ONE_BYTES = 60_000;
const NEXT_WITHIN_MS = 120_000;

export interface Rates {
  /** Other readers, to whom small messages go, each to one of them at random. */
  readonly others: number;
  readonly perTick: number;
  /** How long the one does not read. */
  readonly stoppedMs: number;
  /** Whether it does stop: figures to compare with come from a run in which it does not. */
  readonly stops: boolean;
}

export interface StoppedReader {
  /** Milliseconds from a message being sent to its delivery to one of the others. */
  readonly p50: number;
  readonly p99: number;
  /** The most memory that the node had, in MiB. */
  readonly mib: number;
  /** The code with which the session that did not read was closed; absent when it went on. */
  readonly closed: number | undefined;
  /** Messages that the one and the others did not get, or not in order. */
  readonly missed: number;
  readonly sent: number;
}

/** Has many sessions read all the time what others write, and one of them stop reading for a while. */
export async function stopOneReader(server: RunningServer, rates: Rates): Promise<StoppedReader> {
  const others = await Promise.all(Array.from({ length: rates.others }, (_each, i) => OtherReader.open(server, i)));
  const one = new OneReader(server);
  await one.open();
  const traffic = await Traffic.begin(server, rates);

  await after(WARM_UP_MS);
  for (const other of others) other.latencies.length = 0;
  if (rates.stops) one.stop();
  const mib = await mostMemory(server, rates.stoppedMs);
  const latencies = others.flatMap((other) => other.latencies).sort((a, b) => a - b);
  const at = (share: number) => Math.round(latencies[Math.floor(latencies.length * share)] ?? 0);
  one.goOn();
  traffic.end();
  const { toTheOne, toOthers } = traffic;
  const got = () => others.reduce((sum, other) => sum + other.got, 0);
  const missedByOthers = () => toOthers - got();
  await expect.poll(missedByOthers, { timeout: 20_000 }).toBe(0);
  await expect.poll(() => one.got, { timeout: 60_000 }).toBe(toTheOne);
  await one.leave();
  const missed = missedByOthers() + one.outOfOrder;
  return { p50: at(0.5), p99: at(0.99), mib, closed: one.closed, missed, sent: toOthers + toTheOne };
}

class OtherReader {
  readonly latencies: number[] = [];
  got = 0;

  static async open({ ws }: RunningServer, number: number): Promise<OtherReader> {
    const session = await WsClient.open(`${ws}/websocket/other-${number}?v=1`, { ignored: 'synced' });
    const reader = new OtherReader();
    void reader.follow(session);
    return reader;
  }

  private async follow(session: WsClient): Promise<void> {
    for (;;) {
      const frame = await session.nextUnlessClosed({ withinMs: NEXT_WITHIN_MS });
      if (frame === undefined) return;
      if (frame.type !== 'message') continue;
      this.got += 1;
      this.latencies.push(performance.now() - Number((frame.message as { at: number }).at));
    }
  }
}

/** Comes back with its cursor when its session is closed. */
class OneReader {
  got = 0;
  outOfOrder = 0;
  closed: number | undefined;
  private session: WsClient | undefined;
  private isDone = false;

  constructor(private readonly server: RunningServer) {}

  async open(): Promise<void> {
    const url = `${this.server.ws}/websocket/one?v=1&device=phone&cursor=${this.got}`;
    this.session = await WsClient.open(url, { ignored: 'synced' });
    void this.follow(this.session);
  }

  stop(): void {
    this.session?.pause();
  }

  goOn(): void {
    this.session?.resume();
  }

  async leave(): Promise<void> {
    this.isDone = true;
    await this.session?.leave();
  }

  private async follow(session: WsClient): Promise<void> {
    for (;;) {
      const frame = await session.nextUnlessClosed({ withinMs: NEXT_WITHIN_MS });
      if (frame === undefined) break;
      if (frame.type !== 'message') continue;
      this.got += 1;
      if (frame.cursor !== this.got) this.outOfOrder += 1;
    }
    if (this.isDone) return;
    this.closed = (await session.ended).code;
    await this.open();
  }
}

/** Messages without an id, at a steady rate: nothing but their delivery comes of them. */
class Traffic {
  toOthers = 0;
  toTheOne = 0;
  private readonly padding = 'x'.repeat(TO_THE_ONE_BYTES);
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly sessions: readonly WsClient[],
    private readonly rates: Rates,
  ) {
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  static async begin({ ws }: RunningServer, rates: Rates): Promise<Traffic> {
    const sessions = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => WsClient.open(`${ws}/websocket/busy-${name}`)),
    );
    return new Traffic(sessions, rates);
  }

  end(): void {
    clearInterval(this.timer);
  }

  private tick(): void {
    const { others, perTick } = this.rates;
    for (let i = 0; i < perTick; i += 1) {
      this.toOthers += 1;
      this.send(i, `other-${Math.floor(Math.random() * others)}`, { at: performance.now() });
    }
    this.toTheOne += 1;
    this.send(this.toTheOne, 'one', { padding: this.padding });
  }

  private send(turn: number, toUserId: string, message: object): void {
    this.sessions[turn % this.sessions.length]?.send({ toUserId, message });
  }
}

/** What the node has at most over `ms`, in MiB. */
async function mostMemory({ pid }: RunningServer, ms: number): Promise<number> {
  let most = 0;
  for (const end = performance.now() + ms; performance.now() < end; await after(200)) {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    most = Math.max(most, Number(kib) / 1024);
  }
  return Math.round(most);
}
