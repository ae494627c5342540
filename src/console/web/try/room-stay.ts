import type { MinimError, Room, RoomMessage } from '../../../../mini-program-client/src/browser.js';

interface RoomListener {
  onChange(): void;
  onMessage(message: RoomMessage): void;
  onRefused(error: MinimError): void;
}

/** One user's being in a room, until `leave()`. */
export class RoomStay {
  readonly #stops: ReadonlyArray<() => void>;
  #isIn = false;

  constructor(
    private readonly room: Room,
    listener: RoomListener,
  ) {
    this.#stops = [
      room.on('message', listener.onMessage),
      room.on('joined', () => {
        this.#isIn = true;
        listener.onChange();
      }),
      ...(['entered', 'left', 'members'] as const).map((name) => room.on(name, listener.onChange)),
      room.on('refused', listener.onRefused),
    ];
  }

  get name(): string {
    return this.room.name;
  }

  /** The server has let it in. */
  get isIn(): boolean {
    return this.#isIn;
  }

  get userIds(): readonly string[] {
    return this.room.members.map(({ userId }) => userId).sort();
  }

  say(text: string, id: string): Promise<unknown> {
    return this.room.say(text, { id });
  }

  leave(): void {
    for (const stop of this.#stops) stop();
    this.room.leave();
  }
}
