import type { MinimApp } from '../../app.js';
import type { Ack, Broadcast, ConnectionState, Message, MinimClient, Recalled } from '../../lib/minim.js';
import { RECALLED_WORDS, wordsForAck, wordsForContent, wordsForError, wordsForState, wordsForTime } from './words';

/** One line of the list. */
interface Item {
  /** Also the place to scroll to, so it begins with a letter. */
  readonly key: string;
  readonly heading: string;
  readonly text: string;
  readonly time: string;
  readonly mine: boolean;
  /** What has become of an own message. */
  readonly status: string;
}

/** Beyond this the older half goes: a list that grows for ever makes the phone slow. */
const MAX_ITEMS = 200;

/** The inputs, by the `data-field` of each. */
const FIELDS: ReadonlyArray<string> = ['url', 'userId', 'toUserId', 'text'];

const items: Item[] = [];

const data = {
  url: 'ws://localhost:3000',
  userId: '',
  toUserId: '',
  text: '',
  stateWords: 'Not connected',
  connected: false,
  /** Signed in: the client stays connected, or tries to. */
  signedIn: false,
  /** What went wrong last, in words; empty when nothing did. */
  problem: '',
  items,
  lastKey: '',
};

Page({
  data,
  made: 0,
  /** Where each stored message is in the list: its key, by its `messageId`. */
  keys: new Map<string, string>(),
  stopListening: (): void => {},

  onLoad() {
    this.keys = new Map();
    const { url, userId } = wx.getStorageSync('signIn') || {};
    if (typeof url === 'string' && typeof userId === 'string') this.setData({ url, userId });
    const { client } = getApp<MinimApp>();
    if (client) this.listenTo(client);
  },

  onUnload() {
    this.stopListening();
  },

  onInput(event: WechatMiniprogram.Input) {
    const field: unknown = event.currentTarget.dataset.field;
    if (typeof field === 'string' && FIELDS.includes(field)) this.setData({ [field]: event.detail.value });
  },

  onConnectTap() {
    const app = getApp<MinimApp>();
    if (this.data.signedIn) {
      if (app.client) app.client.close();
      return;
    }
    const url = this.data.url.trim();
    const userId = this.data.userId.trim();
    try {
      const client = app.signIn(url, userId);
      this.setData({ url, userId, problem: '' });
      wx.setStorageSync('signIn', { url, userId });
      this.listenTo(client);
      client.connect();
    } catch (error) {
      this.setData({ problem: wordsForError(error) });
    }
  },

  onSendTap() {
    const { client } = getApp<MinimApp>();
    const toUserId = this.data.toUserId.trim();
    const { text } = this.data;
    if (!client || !toUserId || !text) return;
    const key = this.append({ heading: `to ${toUserId}`, text, time: Date.now(), mine: true, status: 'sending…' });
    this.setData({ text: '', problem: '' });
    client.send(toUserId, text).then(
      (ack) => this.showAck(key, ack),
      (error) => this.setStatus(key, wordsForError(error)),
    );
  },

  /** A broadcast comes back to the one who sent it: it is shown then. */
  onBroadcastTap() {
    const { client } = getApp<MinimApp>();
    const { text } = this.data;
    if (!client || !text) return;
    this.setData({ text: '', problem: '' });
    client.broadcast(text).catch((error) => {
      // Given back, unless something else was written meanwhile.
      this.setData({ text: this.data.text || text, problem: wordsForError(error) });
    });
  },

  listenTo(client: MinimClient) {
    this.stopListening();
    const offs = [
      client.on('state', (state) => this.showState(state)),
      client.on('message', (message) => this.showMessage(message, client.userId)),
      client.on('recalled', (recalled) => this.showRecalled(recalled)),
      client.on('broadcast', (broadcast) => this.showBroadcast(broadcast, client.userId)),
      client.on('error', (error) => this.setData({ problem: wordsForError(error) })),
    ];
    this.stopListening = () => {
      for (const off of offs) off();
    };
    this.showState(client.state);
  },

  showState(state: ConnectionState) {
    this.setData({
      stateWords: wordsForState(state),
      connected: state.phase === 'connected',
      signedIn: state.phase !== 'idle' && state.phase !== 'closed',
    });
  },

  showAck(key: string, ack: Ack) {
    if (ack.messageId !== undefined) this.keys.set(ack.messageId, key);
    this.setStatus(key, wordsForAck(ack));
  },

  /** Own messages come too, from other devices and sometimes from this one, whose are shown already. */
  showMessage({ fromUserId, toUserId, message, sentAt, messageId }: Message, ownUserId: string) {
    if (messageId !== undefined && this.keys.has(messageId)) return;
    const mine = fromUserId === ownUserId && toUserId !== ownUserId;
    const heading = mine ? `to ${toUserId}` : `from ${fromUserId}`;
    const key = this.append({
      heading,
      text: wordsForContent(message),
      time: sentAt,
      mine,
      status: mine ? 'sent' : '',
    });
    if (messageId !== undefined) this.keys.set(messageId, key);
  },

  showRecalled({ messageId }: Recalled) {
    const index = this.data.items.findIndex((item) => item.key === this.keys.get(messageId));
    if (index !== -1) this.setData({ [`items[${index}].text`]: RECALLED_WORDS });
  },

  showBroadcast({ fromUserId, message, sentAt }: Broadcast, ownUserId: string) {
    const heading = `${fromUserId} to everyone`;
    const mine = fromUserId === ownUserId;
    this.append({ heading, text: wordsForContent(message), time: sentAt, mine, status: '' });
  },

  /** By path: the whole list would be sent to the view again with every message. */
  append(line: Omit<Item, 'key' | 'time'> & { readonly time: number }): string {
    this.made += 1;
    const item = { ...line, key: `item-${this.made}`, time: wordsForTime(line.time) };
    const { length } = this.data.items;
    if (length >= MAX_ITEMS) this.setData({ items: [...this.data.items.slice(MAX_ITEMS / 2), item] });
    else this.setData({ [`items[${length}]`]: item });
    this.setData({ lastKey: item.key });
    return item.key;
  },

  setStatus(key: string, status: string) {
    const index = this.data.items.findIndex((item) => item.key === key);
    if (index !== -1) this.setData({ [`items[${index}].status`]: status });
  },
});
