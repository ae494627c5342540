import type { Provider } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { Arrivals } from '../gateway/people/arrivals.js';
import { Watches } from '../gateway/people/watches.js';
import { Questions } from '../gateway/questions.js';
import { HOOK_WORKER } from '../hooks/hook-upkeep.js';
import { CardChanges } from '../messaging/card-changes.js';
import { DeadLetters } from '../messaging/hooks/dead-letters.js';
import { Presence } from '../messaging/presence.js';
import { openHooks } from '../open-hooks.js';
import { OFFLINE_AFTER_MS } from '../protocol/limits.js';
import type { Ground } from './ground.js';
import type { NodeParts } from './node-parts.js';

/** Who is online, who wants to know it, and what a shop's backend is told of it. */
export type People = ReturnType<typeof meetPeople>;

export function meetPeople(config: Config, { faults, onTrouble }: NodeParts, ground: Ground) {
  const { attendance, read, writes, clock, later, cards, bus, trace } = ground;
  const hooks = openHooks(config, {
    attendance,
    read,
    writes,
    clock,
    onError: faults.of('hooks'),
    onTrouble,
    onTold: (item, outcome, reason) => trace.hooked(item, outcome, reason),
  });
  const announce = hooks.queue?.attended;
  const presence = new Presence({ attendance, writes, clock, later, offlineAfterMs: OFFLINE_AFTER_MS, announce });
  attendance.watch(presence.attended);
  const watches = new Watches(cards, presence);
  presence.watch(watches.changed);
  bus.subscribe(watches.hear);
  bus.subscribe(presence.hear);
  const changes = new CardChanges(writes, read, bus);
  const questions = new Questions(faults.of('store'));
  const arrivals = new Arrivals({ cards, changes, presence, watches, clock, onError: faults.of('store') });
  const letters = new DeadLetters(read, writes, clock, hooks.worker?.wake ?? (() => undefined));

  const providers: Provider[] = [
    { provide: Presence, useValue: presence },
    { provide: Watches, useValue: watches },
    { provide: CardChanges, useValue: changes },
    { provide: Questions, useValue: questions },
    { provide: Arrivals, useValue: arrivals },
    { provide: HOOK_WORKER, useValue: hooks.worker ?? null },
    { provide: DeadLetters, useValue: letters },
  ];
  return { hooks, questions, providers };
}
