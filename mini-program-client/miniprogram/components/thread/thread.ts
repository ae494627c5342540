import type { MinimApp } from '../../app.js';
import type { Entry } from '../../model/entries';
import { type MenuItem, menuFor } from '../../model/menu';
import { problemText } from '../../model/problems';
import type { MessengerEvent } from '../../service/messenger';
import { words } from '../../service/system';

interface Parts {
  stop(): void;
  /** What the menu is about. */
  chosen: Entry | null;
}

const parts = new WeakMap<object, Parts>();
const menu: readonly MenuItem[] = [];

/** So near to the upper edge the menu goes below the finger. */
const MENU_ROOM_PX = 120;

/** A conversation, with one user or in a room: what was said, and where one writes. */
Component({
  properties: { threadKey: String },

  data: { menu, menuY: 0, menuBelow: false },

  lifetimes: {
    attached() {
      const { messenger } = getApp<MinimApp>();
      if (messenger) parts.set(this, { stop: messenger.on((event) => this.hear(event)), chosen: null });
    },

    detached() {
      const own = parts.get(this);
      if (own) own.stop();
    },
  },

  methods: {
    hear(event: MessengerEvent) {
      if (event.type !== 'problem' || event.key !== this.data.threadKey) return;
      wx.showToast({ title: problemText(event.error, words().problems), icon: 'none' });
    },

    find(key: unknown): Entry | undefined {
      const { messenger } = getApp<MinimApp>();
      if (!messenger) return undefined;
      const { placed, loose } = messenger.book.thread(this.data.threadKey);
      const all: readonly Entry[] = placed.concat([]);
      return all.concat(loose).find((entry) => entry.key === key);
    },

    list() {
      return this.selectComponent('#messages');
    },

    onSend(event: WechatMiniprogram.CustomEvent<{ text: string }>) {
      const { messenger } = getApp<MinimApp>();
      if (!messenger) return;
      messenger.send(this.data.threadKey, event.detail.text);
      this.list().toBottom();
    },

    onTyping(event: WechatMiniprogram.CustomEvent<{ text: string }>) {
      const { messenger } = getApp<MinimApp>();
      if (messenger && event.detail.text !== '') messenger.typing(this.data.threadKey);
    },

    onResize() {
      this.list().resized();
    },

    onFailed(event: WechatMiniprogram.CustomEvent<{ key: string }>) {
      const { messenger } = getApp<MinimApp>();
      const entry = this.find(event.detail.key);
      if (messenger && entry) messenger.resend(this.data.threadKey, entry);
    },

    onMenu(event: WechatMiniprogram.CustomEvent<{ key: string; y: number }>) {
      const { messenger } = getApp<MinimApp>();
      const entry = this.find(event.detail.key);
      const own = parts.get(this);
      if (!messenger || !entry || !own) return;
      own.chosen = entry;
      const { y } = event.detail;
      const canRecall = this.data.threadKey.startsWith('u:');
      this.setData({
        menu: menuFor(entry, { ownId: messenger.userId, now: Date.now(), canRecall }, words().thread),
        menuY: y,
        menuBelow: y < MENU_ROOM_PX,
      });
    },

    onMenuClose() {
      this.setData({ menu: [] });
    },

    onMenuMove() {},

    onMenuTap(event: WechatMiniprogram.TouchEvent) {
      const { messenger } = getApp<MinimApp>();
      const own = parts.get(this);
      this.onMenuClose();
      const { chosen = null } = own || {};
      if (!messenger || !chosen) return;
      const { threadKey } = this.data;
      const action: unknown = event.currentTarget.dataset.action;
      if (action === 'copy') wx.setClipboardData({ data: chosen.text });
      if (action === 'resend') messenger.resend(threadKey, chosen);
      if (action === 'remove' && chosen.id !== undefined) messenger.book.remove(threadKey, chosen.id);
      if (action === 'recall') this.recall(chosen);
    },

    async recall(entry: Entry) {
      const { messenger } = getApp<MinimApp>();
      if (!messenger) return;
      try {
        await messenger.recall(this.data.threadKey, entry);
      } catch (error) {
        const { problems } = words();
        const title = problemText(error, { ...problems, forbidden: problems.recall_late || '' });
        wx.showToast({ title, icon: 'none' });
      }
    },
  },
});
