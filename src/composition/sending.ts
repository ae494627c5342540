import type { Provider } from '@nestjs/common';
import { AskBefore } from '../api/v1/ask-before.js';
import { KeyRates } from '../api/v1/key-rates.js';
import { Sends } from '../api/v1/sends.js';
import { USER_RATES } from '../api/v1/user-guard.js';
import type { Config } from '../config/config.js';
import { EphemeralSends } from '../gateway/ephemeral-sends.js';
import { FrameDispatcher } from '../gateway/frames/frame-dispatcher.js';
import { GATEWAY_OPTIONS, type GatewayOptions, ImGateway } from '../gateway/im.gateway.js';
import { SendGate } from '../gateway/limits/send-gate.js';
import { SendRates } from '../gateway/limits/send-rates.js';
import { TurnClock } from '../gateway/limits/turn-clock.js';
import { PageAnswers } from '../gateway/page-answers.js';
import { PeopleFrames } from '../gateway/people/people-frames.js';
import { RoomFrames } from '../gateway/rooms/room-frames.js';
import { SendChecks } from '../gateway/send-checks.js';
import { SessionOpening } from '../gateway/session-opening.js';
import { SessionSends } from '../gateway/session-sends.js';
import { StoredSends } from '../gateway/stored-sends.js';
import { AskFirst, CheckCounts } from '../messaging/ask-first.js';
import { SendEphemeral } from '../messaging/send-ephemeral.js';
import { SendMessage } from '../messaging/send-message.js';
import { openCheck } from '../open-hooks.js';
import type { Ground } from './ground.js';
import type { NodeParts } from './node-parts.js';
import type { People } from './people.js';

/** What is sent, over sockets and over HTTP, and what is looked at before. */
export type Sending = ReturnType<typeof setUpSending>;

export function setUpSending(config: Config, parts: NodeParts, ground: Ground, { hooks, questions }: People) {
  const { store, log, faults, onTrouble } = parts;
  const { broadcasts, cards, writes, receipts, clock, counts, latencies, delivery, read, bus, attendance, trace } =
    ground;
  const { sessionsPerUser, mayBroadcast, idleTimeoutS, recallS } = config;
  const options: GatewayOptions = { sessionsPerUser, mayBroadcast };
  const gate = new SendGate(config, new TurnClock(clock));
  const rates = new KeyRates(new SendRates(config), clock);
  const sendEphemeral = new SendEphemeral(delivery, cards, clock, config.recipients === 'known');
  const sendMessage = new SendMessage(writes, bus, clock, recallS * 1_000, hooks.queue);
  const storedSends = new StoredSends(sendMessage, gate, latencies);
  const ephemeralSends = new EphemeralSends(sendEphemeral, cards, faults.of('store'));
  const check = openCheck(config, clock);
  const checkCounts = new CheckCounts();
  const { beforeSendOnFailure: onFailure } = config;
  const { monotonicMs } = clock;
  const ask = check && new AskFirst({ check, counts: checkCounts, onFailure, monotonicMs, onTrouble });
  const checks = ask && new SendChecks({ ask, gate, counts: checkCounts, onError: faults.of('hooks') });
  const sends = new Sends({
    sendMessage,
    sendEphemeral,
    cards,
    attendance,
    rates,
    read,
    clock,
    ask: new AskBefore(ask),
  });
  const openings = { trace, store, broadcasts, cards, writes, receipts, clock, idleTimeoutS, counts: counts.following };

  const providers: Provider[] = [
    { provide: GATEWAY_OPTIONS, useValue: options },
    { provide: SessionOpening, useValue: new SessionOpening({ ...openings, onError: faults.of('sessions') }) },
    { provide: SessionSends, useValue: new SessionSends(storedSends, ephemeralSends, checks) },
    { provide: PageAnswers, useValue: new PageAnswers(read, clock, questions) },
    { provide: USER_RATES, useValue: gate },
    { provide: KeyRates, useValue: rates },
    { provide: Sends, useValue: sends },
    {
      provide: FrameDispatcher,
      inject: [ImGateway, PeopleFrames, RoomFrames],
      useFactory: (...handlers: object[]) => new FrameDispatcher(handlers, gate, clock.monotonicMs, counts, log),
    },
  ];
  return { rates, checkCounts, providers };
}
