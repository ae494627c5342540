import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/client-events.js';
import {
  bubbles,
  enterRoom,
  notes,
  openWith,
  type Person,
  say,
  signedIn,
  startedAgain,
  states,
} from '../support/mini-program/people.js';
import { type RunningServer, startServer } from '../support/server.js';

/** Our mini-program, its real pages in windows without a picture, against the built server. */

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function two(): Promise<{ a: Person; b: Person }> {
  const [a, b] = await Promise.all([signedIn(server, newUser()), signedIn(server, newUser())]);
  return { a, b };
}

const has = (person: Person, ...texts: string[]) =>
  person.screen.appears(() => bubbles(person).join('\n') === texts.join('\n'));
const back = async ({ screen }: Person) => {
  screen.tap(screen.find('wx-bar button') ?? 'no way back');
  await screen.appears(() => screen.find('.me-name'));
};
const row = ({ screen }: Person) => screen.find('.row')?.getAttribute('aria-label') ?? '';

describe('two people', () => {
  it('talk, and see what has become of what they said', async () => {
    const { a, b } = await two();
    await openWith(a, b.userId);
    say(a, '你好 👋');
    await has(a, '你好 👋');
    await a.screen.appears(() => states(a)[0] === 'Delivered');
    await b.screen.appears(() => row(b).includes('1 unread message'));
    b.screen.tap('.row');
    await has(b, '你好 👋');
    await a.screen.appears(() => states(a)[0] === 'Read');
    say(b, 'hello yourself');
    await has(a, '你好 👋', 'hello yourself');
    await back(b);
    expect(row(b)).not.toContain('unread');
    expect(row(b)).toContain('You: hello yourself');
    expect([...a.screen.warnings, ...b.screen.warnings]).toEqual([]);
  });
});
