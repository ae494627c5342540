import type { Type } from '@nestjs/common';
import type { ClientFrames, ClientFrameType } from '../../protocol/frames.js';
import type { Session } from '../session.js';

/**
 * One method for each client frame, named as the frame. The classes that share them out implement a part each; the
 * gateway implements what the others don't, or does not compile. `verbatim` is what `decode` says of the frame's text.
 */
export type FrameHandlers = {
  readonly [T in ClientFrameType]: (frame: ClientFrames[T], session: Session, verbatim: boolean) => void;
};

interface FrameMetadata {
  readonly type: ClientFrameType;
  readonly dto: Type<object>;
}

/** Those of `RoomFrames`. */
export type RoomFrameHandlers = Pick<FrameHandlers, 'join' | 'leave'>;

/** Those of `PeopleFrames`. */
export type PeopleFrameHandlers = Pick<
  FrameHandlers,
  'profile' | 'block' | 'unblock' | 'blocked' | 'typing' | 'watch' | 'unwatch'
>;

/** What a frame must be, and where it goes. */
export interface FrameHandler {
  readonly dto: Type<object>;
  readonly handle: (frame: never, session: Session, verbatim: boolean) => void;
}

const ON_FRAME = Symbol('onFrame');

/** Makes a gateway's method the handler of a frame; `dto` says by its decorators what such a frame must be. */
export function OnFrame<T extends ClientFrameType>(type: T, dto: Type<ClientFrames[T]>) {
  return <H extends FrameHandlers[T]>(
    _prototype: object,
    _name: string,
    descriptor: TypedPropertyDescriptor<H>,
  ): void => {
    if (descriptor.value === undefined) throw new Error(`@OnFrame('${type}') needs a method`);
    const metadata: FrameMetadata = { type, dto };
    Reflect.defineMetadata(ON_FRAME, metadata, descriptor.value);
  };
}

/** The methods that carry `@OnFrame`, by the frame they handle. */
export function frameHandlersOf(parts: readonly object[]): Map<ClientFrameType, FrameHandler> {
  const found = new Map<ClientFrameType, FrameHandler>();
  for (const part of parts) {
    const prototype: object = Object.getPrototypeOf(part);
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(prototype))) {
      if (typeof value !== 'function') continue;
      const metadata: FrameMetadata | undefined = Reflect.getMetadata(ON_FRAME, value);
      if (metadata !== undefined) found.set(metadata.type, { dto: metadata.dto, handle: value.bind(part) });
    }
  }
  return found;
}
