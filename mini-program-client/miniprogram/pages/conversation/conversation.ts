import type { MinimApp } from '../../app.js';
import { userKey } from '../../model/conversations';
import { shortLabel } from '../../model/time';
import { textScale, words } from '../../service/system';

/** What is said with one user. */
Page({
  data: {
    scale: textScale(),
    threadKey: '',
    userId: '',
    name: '',
    picture: '',
    online: false,
    status: '',
    isTyping: false,
  },
  stopListening: (): void => {},

  onLoad({ user = '' }: Record<string, string | undefined>) {
    const { messenger } = getApp<MinimApp>();
    if (!messenger) {
      wx.reLaunch({ url: '/pages/login/login' });
      return;
    }
    const userId = decodeURIComponent(user);
    const threadKey = userKey(userId);
    this.setData({ threadKey, userId });
    messenger.questions.watch(userId);
    this.stopListening = messenger.on((event) => {
      if ('key' in event && event.key === threadKey) this.show();
    });
    this.show();
  },

  onUnload() {
    this.stopListening();
  },

  show() {
    const { messenger } = getApp<MinimApp>();
    const { userId } = this.data;
    if (!messenger || !userId) return;
    const { people } = messenger;
    const { name, picture } = people.face(userId);
    const online = people.isOnline(userId);
    const isTyping = people.isTyping(userId);
    const now = { name, picture, online, isTyping, status: this.status() };
    const before = this.data;
    if (JSON.stringify({ ...before, ...now }) !== JSON.stringify(before)) this.setData(now);
  },

  status(): string {
    const { messenger } = getApp<MinimApp>();
    const { userId } = this.data;
    if (!messenger) return '';
    const { people } = messenger;
    const texts = words();
    if (people.isTyping(userId)) return texts.thread.typing;
    if (people.isOnline(userId)) return texts.thread.online;
    const seen = people.lastSeenAt(userId);
    return seen > 0 ? texts.thread.lastSeen(shortLabel(seen, Date.now(), texts)) : '';
  },
});
