import 'reflect-metadata';
import { UsePipes, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { MessageFrameDto } from '../../dist/gateway/frames/frame-dtos.js';

/** A gateway as the Nest manual has it. Its decorators are applied by hand, for this file is not compiled. */
export async function nestWay(users, send, { validated }) {
  const sessions = new Map();

  class PlainGateway {
    message({ id, toUserId, message }, from) {
      const sentAt = Date.now();
      sessions.get(toUserId).send({ type: 'message', fromUserId: from.userId, toUserId, message, sentAt });
      return { type: 'ack', id, delivered: 1 };
    }
  }
  const { prototype } = PlainGateway;
  Reflect.defineMetadata('design:paramtypes', [MessageFrameDto, Object], prototype, 'message');
  MessageBody()(prototype, 'message', 0);
  ConnectedSocket()(prototype, 'message', 1);
  SubscribeMessage('message')(prototype, 'message', Object.getOwnPropertyDescriptor(prototype, 'message'));
  WebSocketGateway()(PlainGateway);
  if (validated) UsePipes(new ValidationPipe())(PlainGateway);

  class AppModule {}
  Reflect.defineMetadata('providers', [PlainGateway], AppModule);

  const adapter = new HarnessAdapter();
  const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] });
  app.useWebSocketAdapter(adapter);
  await app.init();
  for (const userId of users) {
    const session = { userId, send: (frame) => send(JSON.stringify(frame)) };
    sessions.set(userId, session);
    adapter.connect(session);
  }
  return (sender, text) => {
    const frame = JSON.parse(text);
    sessions.get(users[sender]).receive(frame);
  };
}

/** The least that lets Nest bind its handlers to sessions that have no socket. */
class HarnessAdapter {
  create() {
    return {};
  }

  bindClientConnect(_server, connect) {
    this.connect = connect;
  }

  bindClientDisconnect() {}

  bindMessageHandlers(session, handlers, transform) {
    const byType = new Map(handlers.map((handler) => [handler.message, handler]));
    session.receive = (frame) => {
      const handler = byType.get(frame.type);
      transform(handler.callback(frame, frame.type)).subscribe((answer) => session.send(answer));
    };
  }

  async close() {}
  async dispose() {}
}
