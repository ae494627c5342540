import type { MinimApp } from '../../app.js';
import { roomKey } from '../../model/conversations';
import { problemText } from '../../model/problems';
import type { Member } from '../../service/rooms-here';
import { textScale, words } from '../../service/system';

const members: readonly Member[] = [];

/** What is said in a room, and who is there. */
Page({
  data: {
    scale: textScale(),
    words: words().room,
    threadKey: '',
    room: '',
    own: '',
    count: '',
    members,
    isListOpen: false,
  },
  stopListening: (): void => {},

  onLoad({ room = '' }: Record<string, string | undefined>) {
    const { messenger } = getApp<MinimApp>();
    if (!messenger) {
      wx.reLaunch({ url: '/pages/login/login' });
      return;
    }
    const name = decodeURIComponent(room);
    const threadKey = roomKey(name);
    messenger.rooms.enter(name);
    this.setData({ threadKey, room: name, own: messenger.userId });
    this.stopListening = messenger.on((event) => {
      if (event.type === 'people') this.show();
      if (event.type === 'problem' && event.key === threadKey) {
        wx.showToast({ title: problemText(event.error, words().problems), icon: 'none' });
      }
    });
    this.show();
  },

  onUnload() {
    this.stopListening();
  },

  show() {
    const { messenger } = getApp<MinimApp>();
    const { room, isListOpen } = this.data;
    if (!messenger || !room) return;
    const here = messenger.rooms.count(room);
    const count = here > 0 ? words().room.count(here) : '';
    if (count !== this.data.count) this.setData({ count });
    if (isListOpen) this.setData({ members: messenger.rooms.members(room) });
  },

  onMembers() {
    this.setData({ isListOpen: true });
    this.show();
  },

  onMembersClose() {
    this.setData({ isListOpen: false });
  },

  onMember(event: WechatMiniprogram.TouchEvent) {
    const { userId } = event.currentTarget.dataset;
    if (typeof userId !== 'string' || userId === this.data.own) return;
    this.onMembersClose();
    wx.navigateTo({ url: `/pages/conversation/conversation?user=${encodeURIComponent(userId)}` });
  },

  onLeave() {
    const { messenger } = getApp<MinimApp>();
    if (messenger) messenger.rooms.leave(this.data.room);
    wx.navigateBack();
  },
});
