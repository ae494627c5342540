import type { MinimApp } from '../../app.js';
import { isRoom, nameOf, roomKey, userKey } from '../../model/conversations';
import { type ListRow, listRow } from '../../model/list-rows';
import { listChanges } from '../../model/paths';
import { textScale, words } from '../../service/system';

const rows: readonly ListRow[] = [];

/** Many changes come at once when the app has been away. */
const SHOWN_EVERY_MS = 100;

Page({
  data: {
    words: words().list,
    scale: textScale(),
    rows,
    me: { userId: '', name: '', picture: '' },
    settings: words().settings,
    title: words().conversations,
    isAdding: false,
    isRoom: false,
    name: '',
    problem: '',
    keyboard: 0,
  },
  stopListening: (): void => {},
  timer: null as ReturnType<typeof setTimeout> | null,
  isSeen: false,

  onLoad() {
    const { messenger } = getApp<MinimApp>();
    if (!messenger) {
      wx.reLaunch({ url: '/pages/login/login' });
      return;
    }
    this.stopListening = messenger.on(() => this.showSoon());
    this.show();
  },

  onShow() {
    this.isSeen = true;
    this.show();
  },

  onHide() {
    this.isSeen = false;
  },

  onUnload() {
    this.stopListening();
    if (this.timer !== null) clearTimeout(this.timer);
  },

  onReachBottom() {
    this.more();
  },

  more() {
    const { messenger } = getApp<MinimApp>();
    if (messenger) messenger.questions.moreConversations();
  },

  showSoon() {
    if (this.timer !== null || !this.isSeen) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.show();
    }, SHOWN_EVERY_MS);
  },

  show() {
    const { messenger } = getApp<MinimApp>();
    if (!messenger) return;
    const { userId, people, book } = messenger;
    const context = { ownId: userId, now: Date.now(), words: words(), ...people };
    const now = book.conversations().map((conversation) => listRow(conversation, context));
    const changes = listChanges('rows', this.data.rows, now);
    const { nickname, avatar } = messenger.profile();
    const me = { userId, name: nickname || userId, picture: avatar };
    const { name, picture } = this.data.me;
    if (me.name !== name || me.picture !== picture) changes.me = me;
    if (Object.keys(changes).length > 0) this.setData(changes);
  },

  onRow(event: WechatMiniprogram.TouchEvent) {
    const key: unknown = event.currentTarget.dataset.key;
    if (typeof key === 'string') this.open(key);
  },

  open(key: string) {
    const page = isRoom(key) ? 'room/room?room' : 'conversation/conversation?user';
    wx.navigateTo({ url: `/pages/${page}=${encodeURIComponent(nameOf(key))}` });
  },

  onSettings() {
    wx.navigateTo({ url: '/pages/settings/settings' });
  },

  onAdd() {
    this.setData({ isAdding: true, name: '', problem: '' });
  },

  onAddClose() {
    this.setData({ isAdding: false, keyboard: 0 });
  },

  onKind(event: WechatMiniprogram.TouchEvent) {
    this.setData({ isRoom: event.currentTarget.dataset.kind === 'room', problem: '' });
  },

  onName(event: WechatMiniprogram.Input) {
    this.setData({ name: event.detail.value, problem: '' });
  },

  onKeyboard(event: WechatMiniprogram.InputKeyboardHeightChange) {
    this.setData({ keyboard: event.detail.height });
  },

  onOpen() {
    const name = this.data.name.trim();
    const form = this.data.isRoom ? ROOM_NAME : USER_ID;
    if (!form.test(name)) {
      if (name !== '') this.setData({ problem: words().list.badName });
      return;
    }
    this.onAddClose();
    this.open(this.data.isRoom ? roomKey(name) : userKey(name));
  },
});

/** As the server takes them (MP-1.2, MP-4.4); of letters, it knows those of every script, and says so itself. */
const USER_ID = /^[A-Za-z0-9_.@-]{1,64}$/;
const ROOM_NAME = /^[^\s/\\?&"'<>]{1,64}$/;
