import type { MinimApp } from '../../app.js';
import { problemText } from '../../model/problems';
import { wxKeep } from '../../service/keep';
import { keptServer } from '../../service/session';
import { textScale, words } from '../../service/system';

const HOME = '/pages/conversations/conversations';

Page({
  data: {
    words: words().login,
    scale: textScale(),
    server: '',
    userId: '',
    isServerOpen: false,
    isBusy: false,
    /** What went wrong, in words; empty when nothing did. */
    problem: '',
  },

  onLoad() {
    this.setData({ server: keptServer(wxKeep()) });
  },

  onServer(event: WechatMiniprogram.Input) {
    this.setData({ server: event.detail.value, problem: '' });
  },

  onUserId(event: WechatMiniprogram.Input) {
    this.setData({ userId: event.detail.value, problem: '' });
  },

  onChange() {
    this.setData({ isServerOpen: true });
  },

  onEnter() {
    const { server, userId, isBusy, isServerOpen } = this.data;
    if (isBusy || userId.trim() === '') return;
    try {
      getApp<MinimApp>().signIn(server, userId.trim());
    } catch (error) {
      const { problems } = words();
      const isServer = error instanceof Error && error.message.startsWith('url');
      const problem = isServer ? problems.bad_server : problems.bad_user;
      this.setData({ problem: problem || String(error), isServerOpen: isServerOpen || isServer });
      return;
    }
    wx.reLaunch({ url: HOME });
  },

  async onWeChat() {
    if (this.data.isBusy) return;
    this.setData({ isBusy: true, problem: '' });
    try {
      await getApp<MinimApp>().signInByWeChat(this.data.server);
      wx.reLaunch({ url: HOME });
    } catch (error) {
      this.setData({ problem: problemText(error, words().problems) });
    }
    this.setData({ isBusy: false });
  },
});
