import { Inject } from '@nestjs/common';
import type { RoomName } from '../../model/ids.js';
import type { JoinFrame, LeaveFrame } from '../../protocol/frames.js';
import { JoinFrameDto, LeaveFrameDto } from '../frames/frame-dtos.js';
import { OnFrame, type RoomFrameHandlers } from '../frames/on-frame.js';
import type { Session } from '../session.js';
import { Rooms } from './rooms.js';

/** The frames with which a session enters rooms and leaves them. The DTOs have checked the rooms' names. */
export class RoomFrames implements RoomFrameHandlers {
  constructor(@Inject(Rooms) private readonly rooms: Rooms) {}

  @OnFrame('join', JoinFrameDto)
  join({ id, room, since, list }: JoinFrame, session: Session): void {
    this.rooms.join(session, room as RoomName, { id, since, list });
  }

  @OnFrame('leave', LeaveFrameDto)
  leave({ id, room }: LeaveFrame, session: Session): void {
    this.rooms.leave(session, room as RoomName, id);
  }
}
