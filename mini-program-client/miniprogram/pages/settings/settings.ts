import type { MinimApp } from '../../app.js';
import { problemText } from '../../model/problems';
import { wxKeep } from '../../service/keep';
import { keptSession, serverAddress } from '../../service/session';
import { textScale, words } from '../../service/system';
import { testServer } from '../../service/test-server';

Page({
  data: {
    scale: textScale(),
    words: words().settingsPage,
    userId: '',
    nickname: '',
    avatar: '',
    server: '',
    /** The server as it is in use. */
    current: '',
    test: '',
    isGood: false,
    isTesting: false,
    isSaving: false,
    problem: '',
  },

  onLoad() {
    wx.setNavigationBarTitle({ title: words().settings });
    const { messenger } = getApp<MinimApp>();
    if (!messenger) {
      wx.reLaunch({ url: '/pages/login/login' });
      return;
    }
    const { userId, server } = messenger;
    this.setData({ userId, server, current: server, ...messenger.profile() });
  },

  onNickname(event: WechatMiniprogram.Input) {
    this.setData({ nickname: event.detail.value, problem: '' });
  },

  onAvatar(event: WechatMiniprogram.Input) {
    this.setData({ avatar: event.detail.value, problem: '' });
  },

  async onSave() {
    const { messenger } = getApp<MinimApp>();
    const { isSaving, nickname, avatar } = this.data;
    if (!messenger || isSaving) return;
    this.setData({ isSaving: true, problem: '' });
    try {
      await messenger.setProfile({ nickname: nickname.trim(), avatar: avatar.trim() });
      wx.showToast({ title: words().settingsPage.saved, icon: 'success' });
    } catch (error) {
      this.setData({ problem: problemText(error, words().problems) });
    }
    this.setData({ isSaving: false });
  },

  onServer(event: WechatMiniprogram.Input) {
    this.setData({ server: event.detail.value, test: '' });
  },

  async onTest() {
    const { isTesting, server } = this.data;
    if (isTesting) return;
    const texts = words().settingsPage;
    this.setData({ isTesting: true, isGood: false, test: texts.testing });
    const { isGood, ms, why } = await testServer(serverAddress(server));
    this.setData({ isTesting: false, isGood, test: isGood ? texts.reachable(ms) : texts.unreachable(why) });
  },

  /** The same person on another server. */
  async onUse() {
    const app = getApp<MinimApp>();
    const session = keptSession(wxKeep());
    const server = serverAddress(this.data.server);
    if (!session || server === this.data.current) return;
    try {
      if (session.how === 'wechat') await app.signInByWeChat(server);
      else app.signIn(server, session.userId);
    } catch (error) {
      const texts = words();
      const why = problemText(error, { ...texts.problems, bad_argument: texts.problems.bad_server || '' });
      this.setData({ test: why, isGood: false });
      return;
    }
    wx.reLaunch({ url: '/pages/conversations/conversations' });
  },

  onLogOut() {
    const texts = words().settingsPage;
    wx.showModal({
      title: texts.logOut,
      content: texts.logOutHint,
      confirmText: texts.logOut,
      cancelText: texts.cancel,
      success: ({ confirm }) => {
        if (!confirm) return;
        getApp<MinimApp>().signOut();
        wx.reLaunch({ url: '/pages/login/login' });
      },
    });
  },
});
