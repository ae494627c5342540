import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CardChanges } from '../../messaging/card-changes.js';
import { Cards } from '../../messaging/cards.js';
import { BUS, type Bus } from '../../messaging/ports/bus.js';
import type { SetBlock, SetProfile } from '../../messaging/ports/store-writes.js';
import { Presence } from '../../messaging/presence.js';
import type { UserId } from '../../model/ids.js';
import { TOO_MANY_BLOCKED } from '../../model/profile.js';
import { Refusal } from '../../model/refusal.js';
import { encode } from '../../protocol/encode.js';
import type {
  BlockedFrame,
  BlockFrame,
  ProfileFrame,
  TypingFrame,
  UnblockFrame,
  UnwatchFrame,
  WatchFrame,
} from '../../protocol/frames.js';
import { BUSY_HOLD_MS } from '../../protocol/limits.js';
import {
  BlockedFrameDto,
  BlockFrameDto,
  ProfileFrameDto,
  TypingFrameDto,
  UnblockFrameDto,
  UnwatchFrameDto,
  WatchFrameDto,
} from '../frames/frame-dtos.js';
import { OnFrame, type PeopleFrameHandlers } from '../frames/on-frame.js';
import { Questions } from '../questions.js';
import type { Session } from '../session.js';
import { Watches } from './watches.js';

/** What users say of themselves and want to know of others. The DTOs have checked the form of every user id. */
@Injectable()
export class PeopleFrames implements PeopleFrameHandlers, OnApplicationShutdown {
  constructor(
    @Inject(CardChanges) private readonly changes: CardChanges,
    @Inject(Cards) private readonly cards: Cards,
    @Inject(Watches) private readonly watches: Watches,
    @Inject(Presence) private readonly presence: Presence,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(Questions) private readonly questions: Questions,
  ) {}

  @OnFrame('profile', ProfileFrameDto)
  profile({ id, nickname, avatar, invisible }: ProfileFrame, session: Session): void {
    const { userId, identity } = session;
    if (invisible === false && identity?.invisible === true) {
      throw new Refusal('forbidden', 'the token says that this user is invisible; expected the profile to leave it so');
    }
    this.change({ kind: 'profile', userId, nickname, avatar, invisible }, id, session);
  }

  @OnFrame('block', BlockFrameDto)
  block({ id, userId: peerId }: BlockFrame, session: Session): void {
    const { userId } = session;
    if (peerId === userId) throw new Refusal('bad_frame', `userId must be another user's, got your own "${peerId}"`);
    this.change({ kind: 'block', userId, peerId: peerId as UserId, blocked: true }, id, session);
  }

  @OnFrame('unblock', UnblockFrameDto)
  unblock({ id, userId: peerId }: UnblockFrame, session: Session): void {
    this.change({ kind: 'block', userId: session.userId, peerId: peerId as UserId, blocked: false }, id, session);
  }

  @OnFrame('blocked', BlockedFrameDto)
  blocked({ id }: BlockedFrame, session: Session): void {
    const find = () => this.cards.read([session.userId]);
    this.questions.ask(session, id, find, ([card]) =>
      session.send(encode({ type: 'blocked', id, userIds: card?.blocked ?? [] })),
    );
  }

  @OnFrame('typing', TypingFrameDto)
  typing({ toUserId }: TypingFrame, session: Session): void {
    this.bus.publish({ kind: 'typing', userId: toUserId as UserId, fromUserId: session.userId });
  }

  @OnFrame('watch', WatchFrameDto)
  watch({ id, userIds }: WatchFrame, session: Session): void {
    const users = userIds as readonly UserId[];
    const find = () => this.watches.watch(session, users);
    this.questions.ask(session, id, find, () => {
      this.acknowledge(id, session);
      this.watches.tell(session, users);
    });
  }

  @OnFrame('unwatch', UnwatchFrameDto)
  unwatch({ id, userIds }: UnwatchFrame, session: Session): void {
    this.watches.unwatch(session, userIds as readonly UserId[]);
    this.acknowledge(id, session);
  }

  /** All sessions are gone: when they went is noted while there is a store. */
  onApplicationShutdown(): Promise<void> {
    return this.presence.stop();
  }

  private change(write: SetProfile | SetBlock, id: string | undefined, session: Session): void {
    const find = async () => refuseUnlessNoted(await this.changes.change(write));
    this.questions.ask(session, id, find, () => this.acknowledge(id, session));
  }

  private acknowledge(id: string | undefined, session: Session): void {
    if (id !== undefined) session.send(encode({ type: 'ack', id }));
  }
}

function refuseUnlessNoted(outcome: Awaited<ReturnType<CardChanges['change']>>): void {
  if (outcome === 'noted') return;
  if (outcome === 'too_many') throw new Refusal('forbidden', TOO_MANY_BLOCKED);
  throw new Refusal('busy', 'this was not stored; expected to be sent again', BUSY_HOLD_MS);
}
