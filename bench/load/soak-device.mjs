import WebSocket from 'ws';
import { createClient, MinimError } from '../../mini-program-client/dist/minim.mjs';

/** Below what an outbox holds: a device with so many unanswered sends waits. */
const MOST_UNANSWERED = 150;
/** As in production, but for the longest wait between two dials: the server never stays away for long. */
const TIMING = { backoffCapMs: 8_000 };

/**
 * One device of one user over all its lives: its storage, what was sent from it, and what its app was told. Whatever
 * happens to it, each (device, contact) pair numbers its messages 1, 2, 3 …, so what is told can be checked at once.
 */
export class SoakDevice {
  /** What the client keeps; the device dies and comes back with it. */
  storage = mapStorage();
  client = undefined;
  synced = false;
  /** Messages handed over for each contact. */
  handed;
  unanswered = 0;
  acked = 0;
  /** The last number of the inbox that was told. */
  cursor = 0;
  told = 0;
  /** By sending device and contact: the last number told, and those before it that were not. */
  last = new Map();
  missing = new Set();
  faults = { duplicates: 0, reordered: 0, holes: 0, refused: 0, others: [] };
  /** Ends what runs for the present life. */
  cut = () => {};
  dropSocket = () => {};

  /** `contacts`: the users that it sends to. */
  constructor({ at, userId, url, contacts, userOf }) {
    Object.assign(this, { at, userId, url, contacts, userOf });
    this.handed = contacts.map(() => 0);
  }

  get isUp() {
    return this.client !== undefined;
  }

  start() {
    const life = lifeOf();
    this.cut = life.end;
    this.dropSocket = life.dropSocket;
    const { url, userId, storage } = this;
    const { transport, clock } = life;
    const client = createClient({ url, userId, device: `d${this.at}`, storage, transport, clock, timing: TIMING });
    client.on('message', (message) => this.onMessage(message));
    client.on('sent', ({ ack }) => this.onSent(ack));
    client.on('synced', () => {
      this.synced = true;
    });
    client.on('refused', ({ error }) => {
      this.faults.refused += 1;
      this.fault(`refused: ${error.message}`);
    });
    client.on('toolong', ({ from, head }) => this.fault(`toolong from ${from} to ${head}`));
    client.on('error', (error) => this.fault(`error ${error.code}: ${error.message}`));
    client.on('closed', ({ code, word }) => code !== 1000 && this.fault(`closed ${code} ${word}`));
    this.client = client;
    client.connect();
  }

  /** The app is closed in good order. */
  close() {
    this.client.close();
    this.crash();
  }

  /** The app dies: nothing of it runs any more. */
  crash() {
    this.cut();
    this.client = undefined;
  }

  /** Hands one message over. False if the device has enough to do. */
  send() {
    if (!this.isUp || this.unanswered >= MOST_UNANSWERED) return false;
    const contact = Math.floor(Math.random() * this.contacts.length);
    const number = this.handed[contact] + 1;
    const text = `${this.at} ${contact} ${number} Your order has left the shop: two flat whites and one almond croissant.`;
    this.client.send(this.contacts[contact], text).catch((error) => {
      if (!(error instanceof MinimError && error.code === 'connection_lost')) this.fault(`send: ${error.message}`);
    });
    this.handed[contact] = number;
    this.unanswered += 1;
    return true;
  }

  onSent({ cursor }) {
    this.unanswered -= 1;
    this.acked += 1;
    if (cursor === this.cursor + 1) this.cursor = cursor;
  }

  onMessage({ cursor, message, fromUserId }) {
    if (cursor <= this.cursor) this.faults.duplicates += 1;
    else if (cursor > this.cursor + 1) this.faults.holes += 1;
    this.cursor = Math.max(this.cursor, cursor);
    const [device, contact, number] = message.split(' ', 3).map(Number);
    if (fromUserId !== this.userOf(device)) this.fault(`${message} came from ${fromUserId}`);
    // An own one comes back when its ack came before its turn.
    if (device !== this.at) this.check(`${device} ${contact}`, number);
  }

  check(pair, number) {
    const last = this.last.get(pair) ?? 0;
    if (number > last) {
      this.told += 1;
      for (let skipped = last + 1; skipped < number; skipped += 1) this.missing.add(`${pair} ${skipped}`);
      this.last.set(pair, number);
    } else if (this.missing.delete(`${pair} ${number}`)) {
      this.told += 1;
      this.faults.reordered += 1;
    } else this.faults.duplicates += 1;
  }

  fault(text) {
    if (this.faults.others.length < 3) this.faults.others.push(`${this.userId}/d${this.at} ${text}`);
  }
}

/** Sockets and timers of one life of an app. After `end` nothing of it does anything. */
function lifeOf() {
  let ended = false;
  let current;
  const guarded = (run) => !ended && run();
  return {
    end() {
      ended = true;
      current?.terminate();
    },
    /** The network goes: the client is told, and comes back by itself. */
    dropSocket: () => current?.terminate(),
    clock: {
      now: () => performance.now(),
      after(ms, run) {
        const timer = setTimeout(() => guarded(run), ms);
        return () => clearTimeout(timer);
      },
    },
    transport: {
      open(url, events) {
        if (ended) return { send() {}, close() {} };
        const socket = new WebSocket(url, { perMessageDeflate: false });
        current = socket;
        socket.on('open', () => guarded(() => events.opened()));
        socket.on('message', (data) => guarded(() => events.received(data.toString())));
        socket.on('close', (code, reason) => guarded(() => events.lost(code, reason.toString())));
        // The close that follows says it.
        socket.on('error', () => {});
        return { send: (text) => socket.send(text), close: () => socket.close(1000) };
      },
    },
  };
}

function mapStorage() {
  const values = new Map();
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  };
}
