import { once } from 'node:events';
import WebSocket from 'ws';
import type { MinimClient } from '../../mini-program-client/src/api.js';
import type { ClientEvents, ConnectionState } from '../../mini-program-client/src/events.js';
import { atEnd } from './meanwhile.js';

let users = 0;

/** A user of this test alone: what is stored for a user outlives the test. */
export function newUser(): string {
  users += 1;
  return `user-${users}`;
}

/** Resolves as soon as the client is in `phase`, at once if it is there already. */
export function reaches(client: MinimClient, phase: ConnectionState['phase']): Promise<void> {
  if (client.state.phase === phase) return Promise.resolve();
  return new Promise((resolve) => {
    const off = client.on('state', (state) => {
      if (state.phase !== phase) return;
      off();
      resolve();
    });
  });
}

/** The next event of that name. */
export function nextOf<Name extends keyof ClientEvents>(client: MinimClient, name: Name): Promise<ClientEvents[Name]> {
  return new Promise((resolve) => {
    const off = client.on(name, (value) => {
      off();
      resolve(value);
    });
  });
}

/** Closed when the test is over, like everything that connects. */
export function untilTestEnds(client: MinimClient): MinimClient {
  atEnd(() => client.close());
  return client;
}

/** Resolves when `condition` holds; for what nobody tells. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Another program's client, on a plain session: what it was sent, parsed. */
export async function plainSession(url: string): Promise<{ readonly frames: unknown[]; send(frame: object): void }> {
  const socket = new WebSocket(url);
  atEnd(() => socket.terminate());
  const frames: unknown[] = [];
  socket.on('message', (text) => frames.push(JSON.parse(text.toString())));
  await once(socket, 'open');
  return { frames, send: (frame) => socket.send(JSON.stringify(frame)) };
}
