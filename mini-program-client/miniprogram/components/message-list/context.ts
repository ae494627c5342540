import { isRoom } from '../../model/conversations';
import type { Notice, RowContext } from '../../model/rows';
import type { Messenger } from '../../service/messenger';
import { ENTERED, LEFT } from '../../service/rooms-here';
import { words } from '../../service/system';

const TEXTS = words();

/** What the lines of a conversation are made with. */
export function contextOf(messenger: Messenger, key: string, readUpTo: number): RowContext {
  const { delivered, read } = messenger.book.conversation(key);
  return {
    ownId: messenger.userId,
    marks: { delivered, read },
    isRoom: isRoom(key),
    now: Date.now(),
    words: TEXTS,
    readUpTo,
    face: messenger.people.face,
  };
}

/** Who came and went, under the names that they have now. */
export function noticesOf(messenger: Messenger, key: string): readonly Notice[] {
  const nameIn = (text: string, before: string) => messenger.people.face(text.slice(before.length)).name;
  return messenger.notices(key).map((notice) => {
    const { text } = notice;
    const said = text.startsWith(ENTERED)
      ? TEXTS.room.entered(nameIn(text, ENTERED))
      : TEXTS.room.left(nameIn(text, LEFT));
    return { ...notice, text: said };
  });
}
