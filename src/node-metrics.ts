import type { Callers } from './api/callers.js';
import type { HttpAnswers } from './api/http-answers.js';
import type { KeyRates } from './api/v1/key-rates.js';
import type { Door } from './gateway/door.js';
import type { GatewayCounts } from './gateway/gateway-counts.js';
import type { ConnectLimits } from './gateway/limits/connect-limits.js';
import type { TransportCounters } from './gateway/transport/transport.js';
import type { CheckCounts } from './messaging/ask-first.js';
import type { HookCounts } from './messaging/hooks/hook-counts.js';
import { labelled, type MetricFamily, single } from './messaging/ports/metrics.js';
import type { StoreWatch } from './ops/metrics/watched-store.js';
import { CLOSE, type Close } from './protocol/codes.js';

interface Counted {
  readonly counts: GatewayCounts;
  readonly transport: Readonly<TransportCounters>;
  readonly connects: ConnectLimits;
  readonly door: Door | undefined;
  readonly callers: Callers;
  readonly keys: KeyRates;
  readonly answers: HttpAnswers;
  readonly store: StoreWatch;
  readonly hooks: HookCounts;
  readonly checks: CheckCounts;
}

/** Every limit of this node, and how often it was met. Each was counted where it stands; here they are side by side. */
export function limitMetrics(counted: Counted): readonly MetricFamily[] {
  return [
    labelled('counter', 'minim_limit_hits_total', 'Times that a limit was met, by limit.', 'limit', () =>
      Object.entries(hits(counted)),
    ),
    single(
      'counter',
      'minim_logins_failed_total',
      'Tokens, tickets, API keys and codes that were not believed.',
      () => counted.connects.failedLogins,
    ),
  ];
}

function hits({
  counts,
  transport,
  door,
  callers,
  keys,
  answers,
  store,
  hooks,
  checks,
}: Counted): Readonly<Record<string, number>> {
  const { limits, refusedConnects: refused, closes } = counts;
  const closed = ({ code, word }: Close) => closes.of(`${code} ${word}`);
  return {
    connections: transport.connectionsCut,
    sessions: refused.of('full'),
    sessions_per_user: closed(CLOSE.tooManyFull) + closed(CLOSE.tooManyPlain),
    sessions_per_address: refused.of('sessions_per_address'),
    connects_per_s: refused.of('connects_per_s'),
    connects_per_s_per_address: refused.of('connects_per_s_per_address'),
    failed_logins: refused.of('failed_logins') + callers.refused.of('failed_logins'),
    token_time: door?.tooLate ?? 0,
    frames_per_s: limits.of('frames_per_s'),
    bytes_per_s: limits.of('bytes_per_s'),
    too_fast: closed(CLOSE.tooFast),
    bad_frames: closed(CLOSE.badFrames),
    frame_bytes: closed(CLOSE.tooLarge) + transport.framesCut,
    waiting_frames: limits.of('waiting_frames'),
    open_questions: limits.of('open_questions'),
    open_reads: limits.of('open_reads'),
    buffered_bytes: limits.of('buffered_bytes'),
    slow_reader: limits.of('slow_reader'),
    idle: closed(CLOSE.silent),
    queued_writes: store.limits.queuedWrites,
    queued_hooks: hooks.lost.of('displaced') + hooks.lost.of('refused'),
    waiting_checks: checks.tooMany,
    devices: store.limits.devices,
    recall_time: store.lateRecalls,
    key_rates: keys.refused,
    requests_per_s_per_address: callers.refused.of('requests_per_s_per_address'),
    http_body_bytes: answers.of(413) + transport.bodiesCut,
  };
}
