import { Controller, Delete, Get, HttpCode, Inject, Param, Query } from '@nestjs/common';
import { BUS, type Bus } from '../../messaging/ports/bus.js';
import { STORE_READ, type StoreRead } from '../../messaging/ports/store-reads.js';
import type { UserId } from '../../model/ids.js';
import { ApiTags } from '../docs/described.js';
import { checked } from './checked.js';
import { Operation } from './operation.js';
import { DisconnectQuery, type SessionAnswer, SessionsAnswer, UserPath } from './user-dtos.js';

export const SESSIONS = Symbol('Sessions');

/** The sessions of this node. */
export interface Sessions {
  of(userId: UserId): readonly SessionAnswer[];
}

/** Who holds which line, and how it is cut. */
@ApiTags('users')
@Controller('api/v1/users/:userId/sessions')
export class SessionsController {
  constructor(
    @Inject(SESSIONS) private readonly sessions: Sessions,
    @Inject(BUS) private readonly bus: Bus,
    @Inject(STORE_READ) private readonly read: Pick<StoreRead, 'user'>,
  ) {}

  @Get()
  @Operation({
    summary: 'A user’s sessions and devices',
    description: 'The sessions of the node that answers, and how far each device is that is remembered.',
    scope: 'read',
    answers: { 200: { type: SessionsAnswer, description: 'All of them.' } },
  })
  async userSessions(@Param(checked(UserPath)) { userId }: UserPath): Promise<SessionsAnswer> {
    const { head, floor, devices } = await this.read.user(userId);
    return { sessions: this.sessions.of(userId), devices, head, floor };
  }

  @Delete()
  @HttpCode(202)
  @Operation({
    summary: 'Disconnect a user',
    description: 'On all nodes, with close 4503, after which clients stay away. It keeps nobody from coming back.',
    scope: 'admin',
    answers: { 202: { description: 'All nodes were told.' } },
  })
  disconnectUser(
    @Param(checked(UserPath)) { userId }: UserPath,
    @Query(checked(DisconnectQuery)) { device, reason }: DisconnectQuery,
  ): void {
    this.bus.publish({ kind: 'disconnect', userId, deviceId: device, reason });
  }
}
