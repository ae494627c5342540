import type { Provider } from '@nestjs/common';
import { SessionList } from '../gateway/session-list.js';
import { EVERYONE, roomTopic } from '../gateway/topics.js';
import { MessageLives } from '../messaging/trace/message-lives.js';
import type { Ground } from './ground.js';

/** Answers whoever asks what became of a message. */
export function explainMessages({ read, epoch, attendance, sessionsOf, ring, clock }: Ground) {
  const lives = new MessageLives({
    read,
    epoch,
    attendance,
    sessionsOf: new SessionList(sessionsOf).of,
    topicOf: ({ room }) => (room === undefined ? EVERYONE : roomTopic(room)),
    ring,
    clock,
  });
  const providers: Provider[] = [{ provide: MessageLives, useValue: lives }];
  return { providers };
}
