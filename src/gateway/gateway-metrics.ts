import { distribution, labelled, type MetricFamily, type Sample, single } from '../messaging/ports/metrics.js';
import type { GatewayCounts } from './gateway-counts.js';
import type { Latencies } from './latencies.js';
import type { TransportCounters } from './transport/transport.js';

interface GatewayParts {
  readonly counts: GatewayCounts;
  readonly latencies: Latencies;
  readonly transport: Readonly<TransportCounters>;
}

/** What came, what went, and who was refused or closed. */
export function gatewayMetrics({ counts, latencies, transport }: GatewayParts): readonly MetricFamily[] {
  const { received, sent, refusals, refusedConnects, following } = counts;
  return [
    single('counter', 'minim_connects_total', 'Sessions that were opened.', () => transport.opened),
    labelled(
      'counter',
      'minim_connects_refused_total',
      'Handshakes that were refused, by reason; `handshake` is what RFC 6455 forbids.',
      'reason',
      () => [...refusedConnects.entries(), ['handshake', transport.refused - refusedConnects.sum]],
    ),
    single(
      'gauge',
      'minim_http_connections',
      'Connections that are no sessions, or not yet: HTTP, handshakes, and those that say nothing.',
      () => transport.connections,
    ),
    {
      kind: 'counter',
      name: 'minim_closes_total',
      help: 'Sessions that ended, by close code and word; a word of `peer` where the server did not close.',
      labels: ['code', 'word'],
      read: () => closes(counts),
    },
    labelled('counter', 'minim_frames_received_total', 'Frames that came, by type.', 'type', () =>
      Array.from(received, ([type, { frames }]) => [type, frames] as const),
    ),
    single('counter', 'minim_received_bytes_total', 'Bytes of frames that came.', () => counts.receivedBytes),
    labelled(
      'counter',
      'minim_frames_sent_total',
      'Frames to single sessions, by type; of broadcasts only those that are replayed.',
      'type',
      () => sent.entries(),
    ),
    single('counter', 'minim_broadcasts_published_total', 'Broadcasts to all sessions.', () => counts.published),
    single(
      'counter',
      'minim_frames_buffered_total',
      'Frames that had to wait for the network.',
      () => transport.buffered,
    ),
    labelled('counter', 'minim_refusals_total', 'Frames that were declined, by error code.', 'code', () =>
      refusals.entries(),
    ),
    distribution(
      'minim_ack_seconds',
      'From the frame of a stored send to its ack, handed to the network.',
      latencies.acks,
    ),
    distribution(
      'minim_delivery_seconds',
      'From sentAt of a stored message to each session that it is pushed to, handed to the network.',
      latencies.deliveries,
    ),
    distribution(
      'minim_ephemeral_delivery_seconds',
      'From sentAt of an ephemeral message to each session that it is for, handed to the network; its ack goes with it.',
      latencies.ephemerals,
    ),
    single(
      'counter',
      'minim_catch_ups_total',
      'Times that a session became level with its inbox.',
      () => following.levels,
    ),
    single('counter', 'minim_inbox_pages_total', 'Pages read for sessions that catch up.', () => following.pages),
    single(
      'counter',
      'minim_pauses_total',
      'Times that a session did not keep up and was paused.',
      () => following.pauses,
    ),
  ];
}

function* closes({ closes, departures }: GatewayCounts): Iterable<Sample> {
  for (const [name, count] of closes.entries()) {
    const [code = '', word = ''] = name.split(' ');
    yield [count, code, word];
  }
  for (const [code, count] of departures.entries()) yield [count, code, 'peer'];
}
