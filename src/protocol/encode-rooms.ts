import type { RoomName } from '../model/ids.js';
import type { Profile, ProfiledUser } from '../model/profile.js';
import type { StoredRoomMessage } from '../model/stored.js';

/** Nothing where the user never set any [MP-2.28]. */
export function encodeProfile({ nickname, avatar }: Profile): string {
  if (nickname === undefined && avatar === undefined) return '';
  return `,"profile":${JSON.stringify({ nickname, avatar })}`;
}

export function encodeMember({ userId, profile }: ProfiledUser): string {
  return `{"userId":"${userId}"${encodeProfile(profile)}}`;
}

/** A room's message, as everyone there gets it [MP-4.5]. Room names and user ids need no escaping. */
export function encodeRoomMessage(message: StoredRoomMessage, profile: Profile): string {
  const { room, messageId, seq, fromUserId, content, sentAt } = message;
  return `{"type":"message","room":"${room}","messageId":"${messageId}","seq":${seq},"fromUserId":"${fromUserId}"${encodeProfile(profile)},"message":${content},"sentAt":${sentAt}}`;
}

interface Joined {
  readonly id: string | undefined;
  readonly room: RoomName;
  readonly count: number;
  readonly head: number;
  readonly from: number;
  /** Encoded members, with commas between. */
  readonly members: string;
}

/** [MP-4.4] */
export function encodeJoined({ id, room, count, head, from, members }: Joined): string {
  return `{"type":"joined"${named(id)},"room":"${room}","count":${count},"head":${head},"from":${from},"members":[${members}]}`;
}

/** [MP-4.7]; `left` with an `id` is the answer to `leave` [MP-4.6]. */
export function encodeComing(
  type: 'entered' | 'left',
  room: RoomName,
  count: number,
  { userId, profile }: ProfiledUser,
  id?: string,
): string {
  return `{"type":"${type}"${named(id)},"room":"${room}","count":${count},"userId":"${userId}"${encodeProfile(profile)}}`;
}

/** The count alone [MP-4.8], or with everyone [MP-4.9]. */
export function encodeMembers(room: RoomName, count: number, members?: readonly ProfiledUser[]): string {
  const list = members === undefined ? '' : `,"members":[${members.map(encodeMember).join(',')}]`;
  return `{"type":"members","room":"${room}","count":${count}${list}}`;
}

export function encodeProfileNotice({ userId, profile }: ProfiledUser): string {
  return `{"type":"profile","userId":"${userId}"${encodeProfile(profile)}}`;
}

interface RoomHistoryPage {
  readonly items: readonly StoredRoomMessage[];
  readonly members: readonly ProfiledUser[];
  readonly more: boolean;
}

/** The answer to `history` of a room, newest first [MP-4.10]. */
export function encodeRoomHistory(id: string, room: RoomName, { items, members, more }: RoomHistoryPage): string {
  const texts = items.map(({ messageId, seq, fromUserId, sentAt, content }) => {
    return `{"messageId":"${messageId}","seq":${seq},"fromUserId":"${fromUserId}","sentAt":${sentAt},"message":${content}}`;
  });
  const authors = members.map(encodeMember).join(',');
  return `{"type":"history"${named(id)},"room":"${room}","items":[${texts.join(',')}],"members":[${authors}],"more":${more}}`;
}

function named(id: string | undefined): string {
  return id === undefined ? '' : `,"id":${JSON.stringify(id)}`;
}
