import type { MinimApp } from '../../app.js';
import type { Ack, Broadcast, ConnectionState, Message, MinimClient, Recalled, Receipt } from '../../lib/minim.js';
import { RECALLED_WORDS, STATUS_WORDS, wordsForContent, wordsForError, wordsForState, wordsForTime } from './words';

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

/** Where an own message is: in which conversation, and at which place. */
interface Place {
  readonly peerId: string;
  readonly seq: number;
}

interface Marks {
  readonly delivered: number;
  readonly read: number;
}

const NO_MARKS: Marks = { delivered: 0, read: 0 };

/** Beyond this the older half goes: a list that grows for ever makes the phone slow. */
const MAX_ITEMS = 200;

/** How long a message is on the screen before it counts as read. */
const SEEN_AFTER_MS = 300;

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
  /** A login by WeChat is under way. */
  loggingIn: false,
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
  /** Where each own message is in its conversation, by its key. */
  places: new Map<string, Place>(),
  /** How far each conversation was delivered and read. */
  marks: new Map<string, Marks>(),
  /** Whether people can see the page, and how far what they have not been seen to read came, by peer. */
  visible: false,
  unseen: new Map<string, number>(),
  seeing: 0,
  stopListening: (): void => {},
  /** Nobody sees this page any more. */
  left: false,

  onLoad() {
    this.keys = new Map();
    this.places = new Map();
    this.marks = new Map();
    this.unseen = new Map();
    const { url, userId } = wx.getStorageSync('signIn') || {};
    if (typeof url === 'string' && typeof userId === 'string') this.setData({ url, userId });
    const { client } = getApp<MinimApp>();
    if (client) this.listenTo(client);
  },

  onShow() {
    this.visible = true;
    this.see();
  },

  onHide() {
    this.visible = false;
  },

  onUnload() {
    this.left = true;
    clearTimeout(this.seeing);
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
      this.start(app.signIn(url, userId), url);
    } catch (error) {
      this.setData({ problem: wordsForError(error) });
    }
  },

  async onWeChatTap() {
    const url = this.data.url.trim();
    this.setData({ loggingIn: true, problem: '' });
    try {
      const client = await getApp<MinimApp>().signInByWeChat(url);
      if (!this.left) this.start(client, url);
    } catch (error) {
      this.setData({ problem: wordsForError(error) });
    }
    this.setData({ loggingIn: false });
  },

  start(client: MinimClient, url: string) {
    const { userId } = client;
    this.setData({ url, userId, problem: '' });
    wx.setStorageSync('signIn', { url, userId });
    this.listenTo(client);
    client.connect();
  },

  onSendTap() {
    const { client } = getApp<MinimApp>();
    const toUserId = this.data.toUserId.trim();
    const { text } = this.data;
    if (!client || !toUserId || !text) return;
    const status = STATUS_WORDS.sending;
    const key = this.append({ heading: `to ${toUserId}`, text, time: Date.now(), mine: true, status });
    this.setData({ text: '', problem: '' });
    client.send(toUserId, text).then(
      (ack) => this.showAck(key, toUserId, ack),
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
      // What is not in the outbox is given back, unless something else was written meanwhile.
      const given = error.code === 'connection_lost' ? '' : text;
      this.setData({ text: this.data.text || given, problem: wordsForError(error) });
    });
  },

  listenTo(client: MinimClient) {
    this.stopListening();
    const offs = [
      client.on('state', (state) => this.showState(state)),
      client.on('message', (message) => {
        this.showMessage(message, client.userId);
        const { fromUserId, seq } = message;
        if (fromUserId === client.userId || seq === undefined) return;
        this.unseen.set(fromUserId, seq);
        this.see();
      }),
      client.on('receipt', (receipt) => this.showReceipt(receipt)),
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

  showAck(key: string, peerId: string, { messageId, seq = Number.POSITIVE_INFINITY }: Ack) {
    if (messageId !== undefined) this.keys.set(messageId, key);
    this.places.set(key, { peerId, seq });
    this.setStatus(key, this.statusAt(peerId, seq));
  },

  showReceipt({ peerId, delivered = 0, read = 0 }: Receipt) {
    const before = this.marks.get(peerId) || NO_MARKS;
    this.marks.set(peerId, { delivered: Math.max(delivered, before.delivered), read: Math.max(read, before.read) });
    for (const { key, status } of this.data.items) {
      const place = this.places.get(key);
      if (!place || place.peerId !== peerId) continue;
      const now = this.statusAt(peerId, place.seq);
      if (now !== status) this.setStatus(key, now);
    }
  },

  /** What has become of the own message at `seq` of the conversation; also when its receipt came before its ack. */
  statusAt(peerId: string, seq: number): string {
    const { delivered, read } = this.marks.get(peerId) || NO_MARKS;
    if (seq <= read) return STATUS_WORDS.read;
    return seq <= delivered ? STATUS_WORDS.delivered : STATUS_WORDS.sent;
  },

  /** What is on the screen is read; a moment later, so that many messages at once are one mark. */
  see() {
    clearTimeout(this.seeing);
    this.seeing = setTimeout(() => {
      const { client } = getApp<MinimApp>();
      if (!client || !this.visible) return;
      for (const [peerId, seq] of this.unseen) client.read(peerId, seq);
      this.unseen.clear();
    }, SEEN_AFTER_MS);
  },

  /** Own messages come too, from other devices and sometimes from this one, whose are shown already. */
  showMessage(
    { fromUserId, toUserId, message, sentAt, messageId, seq = Number.POSITIVE_INFINITY }: Message,
    ownUserId: string,
  ) {
    if (messageId !== undefined && this.keys.has(messageId)) return;
    const mine = fromUserId === ownUserId && toUserId !== ownUserId;
    const heading = mine ? `to ${toUserId}` : `from ${fromUserId}`;
    const key = this.append({
      heading,
      text: wordsForContent(message),
      time: sentAt,
      mine,
      status: mine ? this.statusAt(toUserId, seq) : '',
    });
    if (mine) this.places.set(key, { peerId: toUserId, seq });
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
