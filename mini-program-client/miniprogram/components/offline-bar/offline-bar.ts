import type { MinimApp } from '../../app.js';
import { type Bar, barFor, SHOWN_AFTER_MS } from '../../model/offline';
import { words } from '../../service/system';

interface Parts {
  stop(): void;
  timer: ReturnType<typeof setTimeout> | null;
}

const parts = new WeakMap<object, Parts>();
const bar: Bar = { text: '', action: '' };

/** Says that there is no connection, when that has lasted a while, and what can be done. */
Component({
  data: { words: words().offline, bar, isShown: false },

  lifetimes: {
    attached() {
      const { messenger } = getApp<MinimApp>();
      if (!messenger) return;
      parts.set(this, { stop: messenger.on(({ type }) => type === 'state' && this.look()), timer: null });
      this.look();
    },

    detached() {
      const own = parts.get(this);
      if (!own) return;
      own.stop();
      if (own.timer !== null) clearTimeout(own.timer);
      parts.delete(this);
    },
  },

  methods: {
    look() {
      const { messenger } = getApp<MinimApp>();
      const own = parts.get(this);
      if (!messenger || !own) return;
      const now = barFor(messenger.client.state, words().offline);
      if (now.text === '') {
        if (own.timer !== null) clearTimeout(own.timer);
        own.timer = null;
        if (this.data.isShown) this.setData({ isShown: false }, () => this.triggerEvent('resize'));
      } else if (this.data.isShown) {
        this.setData({ bar: now });
      } else if (own.timer === null) {
        own.timer = setTimeout(() => this.show(), SHOWN_AFTER_MS);
      }
    },

    show() {
      const { messenger } = getApp<MinimApp>();
      const own = parts.get(this);
      if (!messenger || !own) return;
      own.timer = null;
      const now = barFor(messenger.client.state, words().offline);
      if (now.text !== '') this.setData({ bar: now, isShown: true }, () => this.triggerEvent('resize'));
    },

    onTap() {
      const app = getApp<MinimApp>();
      if (this.data.bar.action === 'connect' && app.messenger) app.messenger.client.connect();
      if (this.data.bar.action !== 'login') return;
      app.signOut();
      wx.reLaunch({ url: '/pages/login/login' });
    },
  },
});
