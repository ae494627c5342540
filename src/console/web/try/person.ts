import {
  browserStorage,
  type ConnectionState,
  createBrowserClient,
  type MinimClient,
} from '../../../../mini-program-client/src/browser.js';
import { Changes } from '../shared/changes.js';
import { Missed } from './missed.js';
import { Network } from './network.js';
import { RoomStay } from './room-stay.js';
import { type Said, Transcript } from './transcript.js';
import type { Side, Wire } from './wire.js';

export type Target =
  | { readonly kind: 'direct'; readonly to: string }
  | { readonly kind: 'broadcast' }
  | { readonly kind: 'room' };

const IDLE: ConnectionState = { phase: 'idle' };

/** One of the two users of the page: a client of its own on a network of its own, and what it has to show. */
export class Person {
  readonly changes = new Changes();
  readonly network: Network;
  readonly transcript = new Transcript();
  userId: string;
  token = '';
  /** The server said that it wants one, or another one. */
  wantsToken = false;
  /** Why `connect()` could not be. */
  mistake = '';
  /** Its sends are called by it and their number; another page has another one. */
  readonly #name = crypto.getRandomValues(new Uint32Array(1)).join('').padStart(10, '0');
  #said = 0;
  #client: MinimClient | undefined;
  #room: RoomStay | undefined;
  readonly #missed = new Missed();

  constructor(
    readonly side: Side,
    userId: string,
    wire: Wire,
    private readonly storage: Storage | undefined,
  ) {
    this.userId = userId;
    this.network = new Network(
      {
        dialled: (url) => wire.dialled(side, url.pathname + url.search),
        closed: (code, word) => wire.closed(side, code, word),
        frame: (direction, text) => {
          if (direction === 'in') this.#missed.look(text);
          wire.frame(side, direction, text);
        },
      },
      storage,
    );
  }

  get state(): ConnectionState {
    return this.#client?.state ?? IDLE;
  }

  get isConnected(): boolean {
    return this.state.phase === 'connected';
  }

  /** Connected, or trying to be. */
  get isWanted(): boolean {
    return this.#client !== undefined && this.state.phase !== 'closed';
  }

  /** The room that it is in, or on the way into. */
  get room(): RoomStay | undefined {
    return this.#room;
  }

  /** Messages that had waited and came at once, over all of this user's returns. */
  get caughtUp(): number {
    return this.#missed.inAll;
  }

  connect(): void {
    this.disconnect();
    this.mistake = '';
    this.wantsToken = false;
    try {
      this.#client = this.#listenTo(
        createBrowserClient({
          url: location.origin,
          userId: this.userId,
          WebSocket: this.network.WebSocket,
          window: this.network.window,
          fallback: false,
          ...(this.storage && { storage: browserStorage(() => this.storage) }),
          ...(this.token && { token: (renew) => this.#show(renew) }),
        }),
      );
    } catch (error) {
      this.mistake = error instanceof Error ? error.message : String(error);
    }
    this.#client?.connect();
    this.changes.tellAll();
  }

  disconnect(): void {
    this.#client?.close();
    this.#client = undefined;
    this.#room = undefined;
    this.changes.tellAll();
  }

  setUserId(userId: string): void {
    if (userId === this.userId) return;
    this.userId = userId;
    this.mistake = '';
    this.transcript.clear();
    this.changes.tellAll();
  }

  turnNetwork(on: boolean): void {
    this.network.turn(on);
    this.changes.tellAll();
  }

  say(target: Target, text: string): void {
    const client = this.#client;
    if (client === undefined) return;
    this.#said += 1;
    const id = `${this.#name}-${this.#said}`;
    const own = { from: this.userId, isOwn: true, text, fate: 'waiting', id } as const;
    if (target.kind === 'room' && this.#room === undefined) return;
    const to = target.kind === 'direct' ? target.to : this.#room?.name;
    this.#tell({ ...own, kind: target.kind, ...(target.kind !== 'broadcast' && to !== undefined && { to }) });
    // What comes of it is told by `sent` and `refused`; what can't even be kept, here.
    this.#send(client, target, text, id).catch((error: unknown) => this.#refuse(id, error));
  }

  enter(name: string): void {
    if (this.#client === undefined) return;
    this.#room?.leave();
    this.#room = new RoomStay(this.#client.join(name), {
      onChange: () => this.changes.tellAll(),
      onMessage: ({ fromUserId, message, messageId, seq, sentAt }) => {
        const own = { from: fromUserId, isOwn: fromUserId === this.userId, messageId, seq };
        this.#tell({ kind: 'room', to: name, text: asText(message), ...own, ...this.#missed.ifSo(sentAt) });
      },
      onRefused: (error) => {
        this.#room = undefined;
        this.#note(error.message);
      },
    });
    this.changes.tellAll();
  }

  leave(): void {
    this.#room?.leave();
    this.#room = undefined;
    this.changes.tellAll();
  }

  #send(client: MinimClient, target: Target, text: string, id: string): Promise<unknown> {
    if (target.kind === 'direct') return client.send(target.to, text, { id });
    if (target.kind === 'broadcast') return client.broadcast(text, { id });
    return this.#room?.say(text, id) ?? Promise.resolve();
  }

  #listenTo(client: MinimClient): MinimClient {
    client.on('state', () => this.changes.tellAll());
    client.on('message', ({ fromUserId, toUserId, message, id, messageId, seq, sentAt }) => {
      const isOwn = fromUserId === this.userId && toUserId !== this.userId;
      const numbers = { ...(id && { id }), ...(messageId && { messageId }), ...(seq && { seq }) };
      const said = { from: fromUserId, to: toUserId, isOwn, text: asText(message), ...numbers };
      this.#tell({ kind: 'direct', ...said, ...this.#missed.ifSo(sentAt) });
    });
    client.on('broadcast', ({ fromUserId, message, messageId, sentAt }) => {
      const said = { from: fromUserId, isOwn: fromUserId === this.userId, text: asText(message), messageId };
      this.#tell({ kind: 'broadcast', ...said, ...this.#missed.ifSo(sentAt) });
    });
    client.on('sent', ({ id, ack: { messageId, seq } }) => {
      const numbers = { ...(messageId && { messageId }), ...(seq && { seq }) };
      this.transcript.change((line) => line.id === id, { fate: 'stored', ...numbers });
      this.changes.tellAll();
    });
    client.on('refused', ({ id, error }) => this.#refuse(id, error));
    client.on('receipt', ({ peerId, delivered = 0 }) => {
      const got = { fate: 'delivered' } as const;
      this.transcript.change(
        ({ kind, isOwn, to, seq }) =>
          kind === 'direct' && isOwn && to === peerId && seq !== undefined && seq <= delivered,
        got,
      );
      this.changes.tellAll();
    });
    client.on('synced', () => {
      const count = this.#missed.caughtUp();
      if (count > 0) this.#tell({ kind: 'caught-up', from: '', isOwn: false, text: String(count) });
    });
    client.on('closed', ({ word }) => {
      if (word === 'unauthorized' || word.startsWith('token_')) this.wantsToken = true;
      this.changes.tellAll();
    });
    client.on('error', (error) => this.#note(error.message));
    return client;
  }

  /** There is no other one to give. */
  #show(renew: boolean): string {
    if (!renew) return this.token;
    this.wantsToken = true;
    queueMicrotask(() => this.disconnect());
    throw new Error('the token was not accepted');
  }

  #tell(said: Said): void {
    if (said.wasMissed && said.kind === 'direct' && !said.isOwn) this.#missed.count();
    this.transcript.addOrMatch(said);
    this.changes.tellAll();
  }

  #refuse(id: string, error: unknown): void {
    this.transcript.change((line) => line.id === id, { fate: 'refused' });
    this.#note(error instanceof Error ? error.message : String(error));
  }

  #note(text: string): void {
    this.#tell({ kind: 'note', from: '', isOwn: false, text });
  }
}

function asText(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}
