import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ATTENDANCE_TICK_MS, Attendance } from '../messaging/attendance.js';
import { BroadcastTimeline } from './broadcast-timeline.js';
import { Rooms } from './rooms/rooms.js';

/** Notes of what was said to many may have been lost: the store is asked after so many ticks. */
const LOOK_EVERY_TICKS = 6;

/** What a node does now and then because the bus promises nothing. */
@Injectable()
export class Upkeep implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;

  constructor(
    @Inject(Attendance) private readonly attendance: Attendance,
    @Inject(Rooms) private readonly rooms: Rooms,
    @Inject(BroadcastTimeline) private readonly broadcasts: BroadcastTimeline,
  ) {}

  onApplicationBootstrap(): void {
    this.attendance.start();
    this.timer = setInterval(this.tick, ATTENDANCE_TICK_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.attendance.stop();
  }

  private readonly tick = (): void => {
    this.attendance.tick();
    this.ticks += 1;
    if (this.ticks % LOOK_EVERY_TICKS !== 0) return;
    this.rooms.look();
    this.broadcasts.look();
  };
}
