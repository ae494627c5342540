import type { UserId } from '../model/ids.js';
import type { Profile } from '../model/profile.js';
import type { HistoryItem } from '../model/stored.js';
import { encodeProfile } from './encode-rooms.js';

interface Marks {
  readonly delivered: number;
  readonly read: number;
  readonly ownRead: number;
}

interface HistoryPage extends Marks {
  readonly items: readonly HistoryItem[];
  readonly more: boolean;
}

interface ConversationsPage {
  readonly items: readonly (Marks & {
    readonly peerId: UserId;
    readonly profile: Profile;
    readonly last: HistoryItem;
    readonly unread: number;
    readonly cursor: number;
  })[];
  readonly more: boolean;
}

/** The answer to `history`, newest first [MP-2.23]. Contents go out as the JSON that they are stored as. */
export function encodeHistory(id: string, peerId: UserId, userId: UserId, page: HistoryPage): string {
  return `{"type":"history","id":${JSON.stringify(id)},${historyFields(peerId, userId, page)}}`;
}

/** The fields of it that say something. */
export function historyFields(peerId: UserId, userId: UserId, page: HistoryPage): string {
  const items = page.items.map((item) => encodeItem(item, userId)).join(',');
  return `"peerId":"${peerId}",${marks(page)},"items":[${items}],"more":${page.more}`;
}

/** The answer to `conversations`, latest first [MP-2.24]. */
export function encodeConversations(id: string, userId: UserId, page: ConversationsPage): string {
  return `{"type":"conversations","id":${JSON.stringify(id)},${conversationsFields(userId, page)}}`;
}

/** The fields of it that say something. */
export function conversationsFields(userId: UserId, page: ConversationsPage): string {
  const items = page.items.map((item) => {
    const { peerId, profile, last, unread, cursor } = item;
    return `{"peerId":"${peerId}"${encodeProfile(profile)},${marks(item)},"unread":${unread},"cursor":${cursor},"last":${encodeItem(last, userId)}}`;
  });
  return `"items":[${items.join(',')}],"more":${page.more}`;
}

/** The sender's own name for a message is for the sender's devices only. */
function encodeItem(item: HistoryItem, userId: UserId): string {
  const { messageId, seq, fromUserId, toUserId, sentAt } = item;
  const head = `{"messageId":"${messageId}","seq":${seq},"fromUserId":"${fromUserId}","toUserId":"${toUserId}","sentAt":${sentAt}`;
  if (item.recalled) return `${head},"recalled":true}`;
  const id = item.id !== undefined && fromUserId === userId ? `,"id":${JSON.stringify(item.id)}` : '';
  return `${head},"message":${item.content}${id}}`;
}

function marks({ delivered, read, ownRead }: Marks): string {
  return `"delivered":${delivered},"read":${read},"ownRead":${ownRead}`;
}
