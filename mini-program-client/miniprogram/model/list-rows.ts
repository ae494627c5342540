import { badge } from './badge';
import { type Conversation, isRoom, nameOf } from './conversations';
import type { Face } from './rows';
import { shortLabel, type TimeWords } from './time';

/** A line of the list of conversations. */
export interface ListRow {
  readonly key: string;
  readonly name: string;
  readonly userId: string;
  readonly picture: string;
  readonly isRoom: boolean;
  readonly preview: string;
  readonly isTyping: boolean;
  readonly hasFailed: boolean;
  readonly time: string;
  readonly badge: string;
  readonly online: boolean;
  /** For those who listen: all of it in one sentence. */
  readonly label: string;
}

export interface ListContext {
  readonly ownId: string;
  readonly now: number;
  readonly words: TimeWords & {
    readonly list: {
      readonly you: string;
      readonly recalled: string;
      readonly failed: string;
      readonly online: string;
      unread(count: number): string;
    };
    readonly thread: { readonly typing: string };
  };
  face(userId: string): Face;
  isOnline(userId: string): boolean;
  isTyping(userId: string): boolean;
}

/** More is not read in one line. */
const MAX_PREVIEW = 120;

export function listRow(conversation: Conversation, context: ListContext): ListRow {
  const { key, last, unread } = conversation;
  const { now, words } = context;
  const room = isRoom(key);
  const userId = nameOf(key);
  const { name, picture } = room ? { name: userId, picture: '' } : context.face(userId);
  const isTyping = !room && context.isTyping(userId);
  const online = !room && context.isOnline(userId);
  const preview = isTyping ? words.thread.typing : previewOf(conversation, room, context);
  const time = last ? shortLabel(last.sentAt, now, words) : '';
  const parts = [name, online ? words.list.online : '', unread > 0 ? words.list.unread(unread) : '', preview, time];
  return {
    key,
    name,
    userId,
    picture,
    isRoom: room,
    preview,
    isTyping,
    hasFailed: !!last && last.failed !== undefined,
    time,
    badge: badge(unread),
    online,
    label: parts.filter((part) => part !== '').join(', '),
  };
}

function previewOf({ last }: Conversation, room: boolean, { ownId, words, face }: ListContext): string {
  if (!last) return '';
  if (last.failed !== undefined) return `${words.list.failed}: ${oneLine(last.text)}`;
  if (last.recalled) return words.list.recalled;
  const text = oneLine(last.text);
  if (last.fromUserId === ownId) return words.list.you + text;
  return room ? `${face(last.fromUserId).name}: ${text}` : text;
}

function oneLine(text: string): string {
  return Array.from(text.slice(0, 2 * MAX_PREVIEW).replace(/\s+/g, ' '))
    .slice(0, MAX_PREVIEW)
    .join('');
}
