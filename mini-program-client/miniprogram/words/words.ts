import type { BarWords } from '../model/offline';
import type { TimeWords } from '../model/time';
import { ENGLISH } from './en';
import { CHINESE } from './zh';

/** Everything that people read. The views take the plain texts as they are. */
export interface Words extends TimeWords {
  readonly appName: string;
  readonly conversations: string;
  readonly settings: string;
  readonly back: string;
  readonly login: LoginWords;
  readonly list: ListWords;
  readonly thread: ThreadWords;
  readonly room: RoomWords;
  readonly settingsPage: SettingsWords;
  readonly unreadBelow: string;
  readonly ownRecalled: string;
  recalledBy(name: string): string;
  readonly offline: BarWords;
  /** By code; what is not there is told in the server's own words. */
  readonly problems: Readonly<Record<string, string>>;
}

export interface LoginWords {
  readonly hello: string;
  readonly about: string;
  readonly wechat: string;
  readonly or: string;
  readonly userId: string;
  readonly userIdHint: string;
  readonly enter: string;
  readonly server: string;
  readonly change: string;
  readonly privacy: string;
}

export interface ListWords {
  readonly empty: string;
  readonly emptyHint: string;
  readonly start: string;
  readonly person: string;
  readonly room: string;
  readonly personHint: string;
  readonly roomHint: string;
  readonly open: string;
  readonly cancel: string;
  readonly you: string;
  readonly recalled: string;
  readonly failed: string;
  readonly online: string;
  readonly badName: string;
  unread(count: number): string;
}

export interface ThreadWords {
  readonly placeholder: string;
  readonly send: string;
  readonly typing: string;
  readonly online: string;
  readonly copy: string;
  readonly recall: string;
  readonly resend: string;
  readonly remove: string;
  readonly copied: string;
  readonly beginning: string;
  readonly empty: string;
  readonly loading: string;
  readonly retry: string;
  readonly toBottom: string;
  readonly states: { readonly [state: string]: string };
  newBelow(count: number): string;
  lastSeen(when: string): string;
}

export interface RoomWords {
  readonly members: string;
  readonly leave: string;
  readonly crowd: string;
  readonly you: string;
  readonly close: string;
  count(count: number): string;
  entered(name: string): string;
  left(name: string): string;
}

export interface SettingsWords {
  readonly profile: string;
  readonly nickname: string;
  readonly nicknameHint: string;
  readonly avatar: string;
  readonly avatarHint: string;
  readonly choose: string;
  readonly save: string;
  readonly saved: string;
  readonly server: string;
  readonly test: string;
  readonly testing: string;
  readonly use: string;
  readonly logOut: string;
  readonly logOutHint: string;
  readonly cancel: string;
  readonly signedInAs: string;
  reachable(ms: number): string;
  unreachable(why: string): string;
}

/** By what WeChat says of its own language: `en`, `zh_CN`, `zh_TW`. */
export function wordsFor(language: string): Words {
  return language.toLowerCase().startsWith('zh') ? CHINESE : ENGLISH;
}
