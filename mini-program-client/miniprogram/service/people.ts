import type { Presence, Profile } from '../lib/minim';
import { userKey } from '../model/conversations';
import { pictureOf } from '../model/faces';
import type { Face } from '../model/rows';

/** Others, as far as they were told of: how to call them, whether they are online, whether they write just now. */
export interface People {
  /** The nickname, or else the user id, which is what tells who somebody is. */
  face(userId: string): Face;
  knows(userId: string): boolean;
  meet(userId: string, profile: Profile | undefined): void;
  isOnline(userId: string): boolean;
  /** 0 where it is not to be known. */
  lastSeenAt(userId: string): number;
  isTyping(userId: string): boolean;
  hearPresence(presence: Presence): void;
  hearTyping(userId: string): void;
  stoppedTyping(userId: string): void;
}

export interface PeopleEvent {
  readonly type: 'people' | 'typing';
  readonly key: string;
}

/** Somebody who goes on writing says so every 3 s. */
const TYPING_SHOWN_MS = 5000;

export function createPeople(tell: (event: PeopleEvent) => void): People {
  const faces = new Map<string, Face>();
  const presences = new Map<string, Presence>();
  const typing = new Map<string, ReturnType<typeof setTimeout>>();

  function stoppedTyping(userId: string): void {
    const timer = typing.get(userId);
    if (timer === undefined) return;
    clearTimeout(timer);
    typing.delete(userId);
    tell({ type: 'typing', key: userKey(userId) });
  }

  return {
    face: (userId) => faces.get(userId) || { name: userId, picture: '' },
    knows: (userId) => faces.has(userId),
    meet: (userId, profile) => {
      const { nickname, avatar } = profile || { nickname: '', avatar: '' };
      const now = { name: nickname || userId, picture: pictureOf(avatar) };
      const before = faces.get(userId);
      faces.set(userId, now);
      if (before && before.name === now.name && before.picture === now.picture) return;
      tell({ type: 'people', key: userKey(userId) });
    },
    isOnline: (userId) => {
      const presence = presences.get(userId);
      return !!presence && presence.online;
    },
    lastSeenAt: (userId) => {
      const presence = presences.get(userId);
      return presence && presence.lastSeenAt !== undefined ? presence.lastSeenAt : 0;
    },
    isTyping: (userId) => typing.has(userId),
    hearPresence: (presence) => {
      presences.set(presence.userId, presence);
      tell({ type: 'people', key: userKey(presence.userId) });
    },
    hearTyping: (userId) => {
      const timer = typing.get(userId);
      if (timer !== undefined) clearTimeout(timer);
      typing.set(
        userId,
        setTimeout(() => stoppedTyping(userId), TYPING_SHOWN_MS),
      );
      if (timer === undefined) tell({ type: 'typing', key: userKey(userId) });
    },
    stoppedTyping,
  };
}
