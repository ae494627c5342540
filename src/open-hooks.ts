import type { Config } from './config/config.js';
import { ConfigError } from './config/config.js';
import { HttpCheck } from './hooks/http-check.js';
import { HttpPost } from './hooks/http-post.js';
import { HttpReceiver } from './hooks/http-receiver.js';
import { WeChatApi } from './hooks/wechat-api.js';
import { WeChatCheck } from './hooks/wechat-check.js';
import type { Attendance } from './messaging/attendance.js';
import { HookCounts } from './messaging/hooks/hook-counts.js';
import { HookQueue } from './messaging/hooks/hook-queue.js';
import { HookWorker, type HookWorkerParts } from './messaging/hooks/hook-worker.js';
import type { Clock } from './messaging/ports/clock.js';
import type { ContentCheck } from './messaging/ports/content-check.js';

const RETRY_MOST_MS = 600_000;
const RETRY_FOR_MS = 86_400_000;
/** Losses are told in the log no more often. */
const TELL_EVERY_MS = 60_000;
/** Connections to whom is asked before a send: what is asked beyond waits for one, and its time runs. */
const CHECK_CONNECTIONS = 64;
const CHECK_MAX_ANSWER_BYTES = 262_144;

export interface HookParts extends Pick<HookWorkerParts, 'read' | 'writes' | 'clock' | 'onError' | 'onTold'> {
  readonly attendance: Pick<Attendance, 'has'>;
  /** Told, in a sentence, what an operator should look at. */
  readonly onTrouble: (sentence: string) => void;
}

/** How this node tells a shop's backend; `queue` and `worker` are absent where none is set. */
export interface Hooks {
  readonly counts: HookCounts;
  readonly queue: HookQueue | undefined;
  readonly worker: HookWorker | undefined;
}

export function openHooks(config: Config, { attendance, onTrouble, ...parts }: HookParts): Hooks {
  const { clock, writes } = parts;
  let toldMs = Number.NEGATIVE_INFINITY;
  const counts = new HookCounts(clock.now, (loss) => {
    if (clock.monotonicMs() - toldMs < TELL_EVERY_MS) return;
    toldMs = clock.monotonicMs();
    onTrouble(`too many events wait for MINIM_HOOK_URL: ${loss === 'refused' ? 'new' : 'older'} ones are lost`);
  });
  if (config.hookUrl === '') return { counts, queue: undefined, worker: undefined };
  const { hookSecret: secret, hookConcurrency: concurrency, hookRetryMs: firstMs } = config;
  const url = new URL(config.hookUrl);
  const worker = new HookWorker({
    ...parts,
    counts,
    concurrency,
    receiver: new HttpReceiver({ url, secret, connections: concurrency }, clock),
    plan: { firstMs, mostMs: RETRY_MOST_MS, forMs: RETRY_FOR_MS },
    random: Math.random,
    later: (afterMs, call) => {
      const timer = setTimeout(call, afterMs).unref();
      return () => clearTimeout(timer);
    },
  });
  return { counts, worker, queue: new HookQueue({ attendance, writes, counts, wake: worker.wake }) };
}

/** Who is asked before a message is sent, if somebody is. Throws a `ConfigError` when WeChat's URL is none. */
export function openCheck(config: Config, clock: Clock): ContentCheck | undefined {
  const { beforeSendUrl, beforeSendTimeoutMs: timeoutMs, hookSecret } = config;
  if (beforeSendUrl === '') return undefined;
  const http = new HttpPost({ connections: CHECK_CONNECTIONS, timeoutMs, maxAnswerBytes: CHECK_MAX_ANSWER_BYTES });
  if (beforeSendUrl !== 'wechat')
    return new HttpCheck({ url: new URL(beforeSendUrl), secret: hookSecret }, http, clock);
  const { wechatAppid: appid, wechatSecret, wechatUrl } = config;
  try {
    return new WeChatCheck(new WeChatApi({ appid, secret: wechatSecret, url: wechatUrl }, http, clock), timeoutMs);
  } catch {
    throw new ConfigError(`MINIM_WECHAT_URL must be an http or https URL, got ${JSON.stringify(wechatUrl)}`);
  }
}
