import type { Attendance } from '../../messaging/attendance.js';
import type { Cards } from '../../messaging/cards.js';
import type { StoreRead } from '../../messaging/ports/store-reads.js';
import type { RoomName, UserId } from '../../model/ids.js';
import type { StoredRoomMessage } from '../../model/stored.js';
import { encodeRoomMessage } from '../../protocol/encode-rooms.js';
import type { Outflow } from '../outflow.js';
import { SharedTimeline } from '../shared-timeline.js';
import { roomTopic } from '../topics.js';
import { RoomNews } from './room-news.js';

export interface RoomParts {
  readonly read: Pick<StoreRead, 'room'>;
  readonly attendance: Pick<Attendance, 'count' | 'members'>;
  readonly cards: Pick<Cards, 'profileOf' | 'load'>;
  readonly outflow: Outflow;
  readonly onError: (error: unknown) => void;
}

/** A room, as this node has it while any of its sessions is there. */
export class Room {
  readonly timeline: SharedTimeline<StoredRoomMessage>;
  readonly news: RoomNews;
  /** Settled when the timeline is level with the store, or could not be begun. */
  readonly opened: Promise<void>;
  isLevel = false;
  /** Sessions of this node that are in it, or about to be. */
  sessions = 0;

  constructor(
    readonly name: RoomName,
    { read, attendance, cards, outflow, onError }: RoomParts,
  ) {
    const profileOf = (userId: UserId) => cards.profileOf(userId);
    this.news = new RoomNews(name, attendance, profileOf, outflow);
    this.timeline = new SharedTimeline(
      {
        topic: roomTopic(name),
        async read(query) {
          const page = await read.room({ room: name, ...query });
          await cards.load(page.items.map(({ fromUserId }) => fromUserId));
          return page;
        },
        encode: (message) => encodeRoomMessage(message, profileOf(message.fromUserId)),
        onError,
      },
      outflow,
    );
    this.opened = this.timeline.start();
    // The first to be told, with all who wait for it next, so that none of them is overtaken by who comes then.
    this.opened.then(
      () => {
        this.isLevel = true;
      },
      () => undefined,
    );
  }

  stop(): void {
    this.timeline.stop();
    this.news.stop();
  }
}
