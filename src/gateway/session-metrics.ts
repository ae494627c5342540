import { type MetricFamily, type Sample, single } from '../messaging/ports/metrics.js';
import type { Session } from './session.js';
import type { SessionPool } from './session-pool.js';

const KINDS = ['plain', 'full'] as const;
const STATES = ['waiting_for_token', 'opening', 'catching_up', 'live', 'paused', 'set_aside'] as const;

interface SessionParts {
  readonly pool: SessionPool<Session>;
  /** Sessions of which it is not known yet who they are. */
  readonly waiting: () => Iterable<Session>;
}

/** What there is of sessions when somebody asks. They are gone through then, so that none has to be counted before. */
export function sessionMetrics({ pool, waiting }: SessionParts): readonly MetricFamily[] {
  return [
    {
      kind: 'gauge',
      name: 'minim_sessions',
      help: 'Open sessions, by kind and by what they are doing.',
      labels: ['kind', 'state'],
      read: () => census(pool.all(), waiting()),
    },
    single('gauge', 'minim_users', 'Users with an open session.', () => pool.userCount),
    single('gauge', 'minim_buffered_bytes', 'Bytes that wait for sessions that read slowly.', () =>
      buffered(pool.all()),
    ),
  ];
}

function census(admitted: Iterable<Session>, waiting: Iterable<Session>): Sample[] {
  const counts = new Map<string, number>();
  const add = (session: Session, state: (typeof STATES)[number]) => {
    const key = `${session.full} ${state}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  for (const session of admitted) add(session, session.inbox?.state ?? 'set_aside');
  for (const session of waiting) add(session, 'waiting_for_token');
  return KINDS.flatMap((kind) =>
    STATES.map((state): Sample => [counts.get(`${kind === 'full'} ${state}`) ?? 0, kind, state]),
  );
}

function buffered(sessions: Iterable<Session>): number {
  let bytes = 0;
  for (const session of sessions) bytes += session.bufferedBytes;
  return bytes;
}
