import type { Provider } from '@nestjs/common';
import { SESSIONS } from '../api/v1/sessions.controller.js';
import { Disconnects } from '../gateway/disconnects.js';
import { SessionList } from '../gateway/session-list.js';
import { Erasures } from '../messaging/erasures.js';
import { InboxPolls } from '../messaging/inbox-polls.js';
import { CATCH_UP_BYTES, CATCH_UP_MESSAGES, MAX_POLLS, MAX_POLLS_OF_USER } from '../protocol/limits.js';
import type { Entrance } from './entrance.js';
import { cancellably, type Ground } from './ground.js';
import type { NodeParts } from './node-parts.js';

const POLL_LIMITS = {
  mostOfUser: MAX_POLLS_OF_USER,
  most: MAX_POLLS,
  pageLimit: CATCH_UP_MESSAGES,
  pageBytes: CATCH_UP_BYTES,
};

/** What the HTTP side does with users: lists and ends their sessions, forgets them, and lets them poll. */
export function serveUsers({ faults }: NodeParts, ground: Ground, { revocations }: Entrance) {
  const { sessionsOf, read, epoch, writes, receipts, clock, later, bus, trace } = ground;
  const disconnects = new Disconnects(sessionsOf);
  const erasures = new Erasures({ writes, store: read, revocations, bus, clock, later, onError: faults.of('store') });
  const polls = new InboxPolls({ ...POLL_LIMITS, read, epoch, writes, receipts, clock, later: cancellably, trace });
  bus.subscribe(disconnects.hear);
  bus.subscribe(polls.hear);

  const providers: Provider[] = [
    { provide: SESSIONS, useValue: new SessionList(sessionsOf) },
    { provide: Erasures, useValue: erasures },
    { provide: InboxPolls, useValue: polls },
  ];
  return { polls, providers };
}
