import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { API_CONTROLLERS } from './api/controllers.js';
import { openEntrance } from './composition/entrance.js';
import { layGround } from './composition/ground.js';
import type { NodeParts } from './composition/node-parts.js';
import { watchOver } from './composition/operation.js';
import { meetPeople } from './composition/people.js';
import { setUpSending } from './composition/sending.js';
import { explainMessages } from './composition/tracing.js';
import { serveUsers } from './composition/users-over-http.js';
import type { Config } from './config/config.js';
import { ConsoleController, SERVER_FACTS, type ServerFacts } from './console/console.controller.js';
import { CONSOLE, openConsole } from './console/console-files.js';
import { ImGateway } from './gateway/im.gateway.js';
import { PeopleFrames } from './gateway/people/people-frames.js';
import { RoomFrames } from './gateway/rooms/room-frames.js';
import { Upkeep } from './gateway/upkeep.js';
import { HookUpkeep } from './hooks/hook-upkeep.js';

/** The composition root: here and in `composition/`, and nowhere else, ports meet their adapters. */
@Module({})
export class AppModule {
  static with(config: Config, parts: NodeParts): DynamicModule {
    return {
      module: AppModule,
      controllers: [ConsoleController, ...API_CONTROLLERS],
      providers: [
        ...providersOf(config, parts),
        { provide: SERVER_FACTS, useValue: { hasApiKeys: config.apiKeys.length > 0 } satisfies ServerFacts },
        { provide: CONSOLE, useValue: openConsole(config.console === 'on') },
        ImGateway,
        PeopleFrames,
        RoomFrames,
        Upkeep,
        HookUpkeep,
      ],
    };
  }
}

/** Each part stands on those before it, and hears the bus after them. */
function providersOf(config: Config, parts: NodeParts): Provider[] {
  const ground = layGround(config, parts);
  const entrance = openEntrance(config, parts, ground);
  const people = meetPeople(config, parts, ground);
  const sending = setUpSending(config, parts, ground, people);
  const users = serveUsers(parts, ground, entrance);
  const operation = watchOver(config, parts, { ground, entrance, people, sending, polls: users.polls });
  const tracing = explainMessages(ground);
  return [ground, entrance, people, sending, users, operation, tracing].flatMap(({ providers }) => providers);
}
