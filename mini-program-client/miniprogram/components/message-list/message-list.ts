import type { MinimApp } from '../../app.js';
import { blocksOf } from '../../model/blocks';
import { isRoom } from '../../model/conversations';
import type { Entry } from '../../model/entries';
import type { Row } from '../../model/rows';
import { untilSendingIsShown } from '../../model/states';
import type { Messenger, MessengerEvent } from '../../service/messenger';
import { words } from '../../service/system';
import { contextOf, noticesOf } from './context';
import { createListView, type ListView, type Scrolled } from './list-view';
import { screenOf } from './screen';

/** What one list on the screen has besides its data. */
interface Parts {
  readonly messenger: Messenger;
  readonly view: ListView;
  /** The last message that people have seen the place of. */
  seenTo: number;
  isVisible: boolean;
  /** Refreshes when what is on its way has been that for long enough to be shown as it. */
  later: ReturnType<typeof setTimeout> | null;
  stop(): void;
}

const parts = new WeakMap<object, Parts>();

const blocks: Record<string, readonly Row[]> = {};
const heights: Record<string, number> = {};
const order: string[] = [];

Component({
  properties: {
    /** Of the conversation; it does not change. */
    threadKey: String,
  },

  data: {
    words: words().thread,
    isRoom: false,
    order,
    blocks,
    heights,
    top: 'none',
    into: '',
    scrollTop: 0,
    isReady: false,
    isEmpty: true,
    /** Not at the bottom. */
    isAway: false,
    /** What has come below what is seen, in words. */
    below: '',
  },

  lifetimes: {
    attached() {
      const { messenger } = getApp<MinimApp>();
      const key = this.data.threadKey;
      if (!messenger || !key) return;
      this.setData({ isRoom: isRoom(key) });
      const { unread, ownRead } = messenger.book.conversation(key);
      const readUpTo = unread > 0 ? ownRead : 0;
      const view = createListView(screenOf(this), {
        blocks: () => {
          const context = contextOf(messenger, key, readUpTo);
          const thread = messenger.book.thread(key);
          this.refreshLater(thread.loose, context.now);
          return blocksOf(thread, noticesOf(messenger, key), context);
        },
        hasOlder: () => messenger.questions.hasOlder(key),
        older: () => messenger.questions.older(key),
        onBottom: () => this.showBelow(),
      });
      const stop = messenger.on((event) => this.hear(event));
      parts.set(this, { messenger, view, seenTo: 0, isVisible: true, later: null, stop });
      view.refresh();
      this.askLatest();
    },

    detached() {
      const own = parts.get(this);
      if (!own) return;
      own.stop();
      own.view.end();
      if (own.later !== null) clearTimeout(own.later);
    },
  },

  pageLifetimes: {
    show() {
      const own = parts.get(this);
      if (!own) return;
      own.isVisible = true;
      this.showBelow();
    },
    hide() {
      const own = parts.get(this);
      if (own) own.isVisible = false;
    },
    resize() {
      this.resized();
    },
  },

  methods: {
    hear(event: MessengerEvent) {
      const own = parts.get(this);
      if (!own) return;
      const key = this.data.threadKey;
      if (event.type === 'ready' && event.key === (isRoom(key) ? key : '')) this.askLatest();
      const concerns = 'key' in event && (event.key === key || (event.type === 'people' && isRoom(key)));
      if (!concerns) return;
      own.view.refresh();
      this.showBelow();
    },

    /** What is on its way is shown as that only when it takes a while; `now` is the time that the lines were made at. */
    refreshLater(loose: readonly Entry[], now: number) {
      const own = parts.get(this);
      if (!own) return;
      if (own.later !== null) clearTimeout(own.later);
      const ms = untilSendingIsShown(loose, now);
      own.later = ms === null ? null : setTimeout(() => own.view.refresh(), ms);
    },

    askLatest() {
      const own = parts.get(this);
      if (!own) return;
      own.messenger.questions.latest(this.data.threadKey).then(
        () => own.view.retry(),
        () => {},
      );
    },

    /** What people see is read; what they do not see is counted. */
    showBelow() {
      const own = parts.get(this);
      if (!own) return;
      const key = this.data.threadKey;
      const { book, userId } = own.messenger;
      const { placed } = book.thread(key);
      const last = placed[placed.length - 1];
      if (own.view.isAtBottom() && own.isVisible) {
        own.seenTo = last ? last.seq : 0;
        own.messenger.seen(key);
      }
      const count = placed.filter(({ seq, fromUserId }) => seq > own.seenTo && fromUserId !== userId).length;
      const below = count > 0 ? words().thread.newBelow(count) : '';
      const isAway = !own.view.isAtBottom();
      if (below !== this.data.below || isAway !== this.data.isAway) this.setData({ below, isAway });
    },

    /** After a message of one's own. */
    toBottom() {
      const own = parts.get(this);
      if (own) own.view.toBottom();
    },

    /** The room for the list has changed: what is at the bottom stays there. */
    resized() {
      const own = parts.get(this);
      if (own) own.view.resized();
    },

    onScroll({ detail }: WechatMiniprogram.CustomEvent<Scrolled>) {
      const own = parts.get(this);
      if (own) own.view.scrolled(detail);
    },

    onRetry() {
      const own = parts.get(this);
      if (own) own.view.retry();
    },

    onPill() {
      this.toBottom();
    },

    onTap() {
      this.triggerEvent('calm');
    },

    onMenu(event: WechatMiniprogram.CustomEvent) {
      this.triggerEvent('menu', event.detail);
    },

    onFailed(event: WechatMiniprogram.CustomEvent) {
      this.triggerEvent('failed', event.detail);
    },
  },
});
