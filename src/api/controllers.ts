import { DocsController, DocumentController } from './docs/docs.controller.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { RevokeController } from './revoke.controller.js';
import { TicketController } from './ticket.controller.js';
import { AccountsController } from './v1/accounts.controller.js';
import { BroadcastsController } from './v1/broadcasts.controller.js';
import { ConversationsController } from './v1/conversations.controller.js';
import { EventsController } from './v1/events.controller.js';
import { FiguresController } from './v1/figures.controller.js';
import { HooksController } from './v1/hooks.controller.js';
import { InboxController } from './v1/inbox.controller.js';
import { LivesController } from './v1/lives.controller.js';
import { MessagesController } from './v1/messages.controller.js';
import { OnlineController } from './v1/online.controller.js';
import { PeopleController } from './v1/people.controller.js';
import { RoomsController } from './v1/rooms.controller.js';
import { SessionsController } from './v1/sessions.controller.js';
import { WebSocketPathController } from './websocket-path.controller.js';
import { WeChatController } from './wechat.controller.js';

/** Everything that answers HTTP but the page at `/`; those of `/api/v1` stand in the OpenAPI document. */
export const API_CONTROLLERS = [
  HealthController,
  TicketController,
  RevokeController,
  MetricsController,
  WeChatController,
  MessagesController,
  LivesController,
  BroadcastsController,
  RoomsController,
  OnlineController,
  HooksController,
  FiguresController,
  ConversationsController,
  InboxController,
  SessionsController,
  EventsController,
  PeopleController,
  AccountsController,
  DocumentController,
  DocsController,
  WebSocketPathController,
];
