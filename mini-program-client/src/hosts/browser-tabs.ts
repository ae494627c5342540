import type { MinimClient } from '../api.js';
import { OUTBOX_KEY } from '../keys.js';
import { type OutboxItem, outboxFromText, outboxToText } from '../outbox.js';
import type { WebStorageLike } from './browser-storage.js';
import { ignore } from './transport.js';

/** The few names of `navigator.locks` that this library uses. */
export interface LocksLike {
  request(
    name: string,
    options: { readonly ifAvailable: boolean },
    run: (lock: unknown) => unknown,
  ): PromiseLike<unknown>;
}

export interface Tab {
  readonly client: MinimClient;
  readonly storage: WebStorageLike;
  readonly locks: LocksLike;
  /** Of its client, with the device at its end. */
  readonly address: string;
  readonly device: string;
}

/**
 * Lets a tab send what tabs that were closed have left in their outboxes. A tab holds the lock of its own outbox while
 * its client is connected or tries to be; an outbox whose lock is free is moved to that of a tab that holds its own.
 * Should the other tab come back, it may send the same once more, under the same ids: the server stores each once.
 */
export function adoptOutboxes({ client, storage, locks, address, device }: Tab): void {
  const own = OUTBOX_KEY + address;
  const family = own.slice(0, -device.length);
  let release: (() => void) | null = null;

  client.on('state', ({ phase }) => {
    if (phase === 'closed' || phase === 'paused') letGo();
    else if (!release) hold();
    if (phase === 'connected') adopt();
  });

  function lock(key: string, ifAvailable: boolean, run: (given: unknown) => unknown): void {
    locks.request(key, { ifAvailable }, run).then(ignore, ignore);
  }

  function hold(): void {
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    lock(own, false, () => until);
  }

  function letGo(): void {
    if (release) release();
    release = null;
  }

  function adopt(): void {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(family) && key !== own) lock(key, true, (given) => given && move(key));
    }
  }

  /** In order, and no further than the own outbox is kept. */
  function move(key: string): void {
    const items = outboxFromText(textIn(key));
    const stays = items.findIndex((item) => !take(item));
    if (stays === -1) storage.removeItem(key);
    else storage.setItem(key, outboxToText(items.slice(stays)));
  }

  function take({ text }: OutboxItem): boolean {
    const { type, id, toUserId, message, ttlS } = JSON.parse(text);
    const sent =
      type === 'broadcast' ? client.broadcast(message, { id }) : client.send(toUserId, message, { id, ttlS });
    sent.catch(ignore);
    return textIn(own).includes(text);
  }

  function textIn(key: string): string {
    return storage.getItem(key) || '';
  }
}
