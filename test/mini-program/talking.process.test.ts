import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser } from '../support/client-events.js';
import { itMeanwhile } from '../support/meanwhile.js';
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
import { WsClient } from '../support/ws-client.js';

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
  screen.tap(screen.find('.components-nav-bar-nav-bar--back') ?? 'no way back');
  await screen.appears(() => screen.find('.me-name'));
};
const row = ({ screen }: Person) => screen.find('.row')?.getAttribute('aria-label') ?? '';

async function answerTo(session: WsClient, id: string): Promise<void> {
  for (;;) if ((await session.next()).id === id) return;
}

describe('two people', () => {
  itMeanwhile('talk, and see what has become of what they said', async () => {
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

  itMeanwhile('see that the other one is there, writes, and goes', async () => {
    const { a, b } = await two();
    await openWith(a, b.userId);
    await openWith(b, a.userId);
    const status = () => a.screen.find('.status')?.textContent;
    await a.screen.appears(() => status() === 'online');
    b.screen.type('textarea', 'h');
    await a.screen.appears(() => status() === 'typing…');
    say(b, 'hello');
    await a.screen.appears(() => status() === 'online');
    await has(a, 'hello');
  });

  itMeanwhile('take a message back, also one that the other one has not seen', async () => {
    const { a, b } = await two();
    await openWith(a, b.userId);
    say(a, 'oops');
    await b.screen.appears(() => row(b).includes('1 unread message'));
    await a.screen.appears(() => states(a)[0] === 'Delivered');
    await a.screen.longPress('oops');
    a.screen.tap('Take back');
    await a.screen.appears(() => notes(a).includes('You took a message back'));
    await b.screen.appears(() => row(b).includes('Message taken back'));
    expect(row(b)).not.toContain('unread');
    b.screen.tap('.row');
    await b.screen.appears(() => notes(b).includes(`${a.userId} took a message back`));
    expect(bubbles(b)).toEqual([]);
  });

  it('copy a text', async () => {
    const { a, b } = await two();
    await openWith(a, b.userId);
    say(a, 'an address');
    await has(a, 'an address');
    await a.screen.longPress('an address');
    a.screen.tap('Copy');
    await a.screen.settled();
    expect(a.phone.device.clipboard).toBe('an address');
    expect(a.screen.find('.components-thread-thread--menu')).toBeNull();
  });
});

describe('without a network', () => {
  itMeanwhile('what is said waits, is seen to wait, and goes out once it is back', async () => {
    const { a, b } = await two();
    await openWith(a, b.userId);
    say(a, 'one');
    await a.screen.appears(() => states(a)[0] === 'Delivered');
    a.phone.sockets.cutOff();
    a.phone.changeNetwork(false);
    say(a, 'two');
    await has(a, 'one', 'two');
    await a.screen.appears(() => states(a)[1] === 'Sending');
    await a.screen.appears(() => a.screen.text.includes('No connection'));
    for (const socket of a.phone.sockets.wake()) socket.wake();
    a.phone.changeNetwork(true);
    await a.screen.appears(() => states(a).join() === 'Delivered,Delivered');
    expect(a.screen.text).not.toContain('No connection');
    b.screen.tap('.row');
    await has(b, 'one', 'two');
  });

  itMeanwhile('what is said is seen to wait also when the clock is set back while it is new', async () => {
    const { a, b } = await two();
    await openWith(a, b.userId);
    a.phone.sockets.cutOff();
    a.phone.changeNetwork(false);
    say(a, 'one');
    const clock = a.screen.window.Date;
    const { now } = clock;
    clock.now = () => now() - 290;
    await a.screen.appears(() => states(a)[0] === 'Sending');
  });

  itMeanwhile('what came meanwhile is there afterwards, once, and counted once', async () => {
    const b = await signedIn(server, newUser());
    const a = await signedIn(server, newUser(), { suspendAfterMs: 50, tellsOfLoss: 'never' });
    await openWith(b, a.userId);
    say(b, 'one');
    await a.screen.appears(() => row(a).includes('1 unread message'));
    const asleep = a.phone.hide();
    await asleep;
    say(b, 'two');
    say(b, 'three');
    await b.screen.appears(() => states(b)[2] === 'Sent');
    a.phone.show();
    await a.screen.appears(() => row(a).includes('3 unread messages'));
    a.screen.tap('.row');
    await has(a, 'one', 'two', 'three');
  });
});

describe('an app that was killed', () => {
  itMeanwhile('opens with what it knew, also without a network, and nothing is lost or twice there', async () => {
    const { a, b } = await two();
    await openWith(b, a.userId);
    say(b, 'one');
    await a.screen.appears(() => row(a).includes('1 unread message'));
    const again = await startedAgain(a);
    expect(row(again)).toContain('1 unread message');
    say(b, 'two');
    await again.screen.appears(() => row(again).includes('2 unread messages'));
    again.screen.tap('.row');
    await has(again, 'one', 'two');
    await b.screen.appears(() => states(b).join() === 'Read,Read');
    const third = await startedAgain(again);
    expect(row(third)).not.toContain('unread');
    third.screen.tap('.row');
    await has(third, 'one', 'two');
  });

  it('goes on with what it had not sent, and shows it as on its way', async () => {
    const { a, b } = await two();
    await openWith(a, b.userId);
    say(a, 'one');
    await a.screen.appears(() => states(a)[0] === 'Delivered');
    a.phone.sockets.cutOff();
    say(a, 'two');
    await has(a, 'one', 'two');
    const again = await startedAgain(a);
    again.screen.tap('.row');
    await has(again, 'one', 'two');
    await again.screen.appears(() => states(again).join() === 'Delivered,Delivered');
    b.screen.tap('.row');
    await has(b, 'one', 'two');
  });

  it('finds on the server what it was told and had no time to keep', async () => {
    const { a, b } = await two();
    await openWith(b, a.userId);
    say(b, 'one');
    await a.screen.appears(() => row(a).includes('1 unread message'));
    a.phone.storage.isFull = true;
    say(b, 'two');
    await a.screen.appears(() => row(a).includes('2 unread messages'));
    a.phone.storage.isFull = false;
    const again = await startedAgain(a);
    await again.screen.appears(() => row(again).includes('2 unread messages'));
    again.screen.tap('.row');
    await has(again, 'one', 'two');
  });
});

describe('a message that is refused', () => {
  it('has a sign, stays, and is sent again under the same id', async () => {
    const { a, b } = await two();
    const other = await WsClient.open(`${server.ws}/websocket/${b.userId}?v=1&device=other`);
    other.send({ type: 'block', id: 'k1', userId: a.userId });
    await answerTo(other, 'k1');
    await openWith(a, b.userId);
    say(a, 'please');
    await a.screen.appears(() => states(a)[0] === '' && a.screen.find('.components-bubble-bubble--mark'));
    const again = await startedAgain(a);
    expect(row(again)).toContain('Not sent: please');
    again.screen.tap('.row');
    await again.screen.appears(() => again.screen.find('.components-bubble-bubble--mark'));
    other.send({ type: 'unblock', id: 'k2', userId: a.userId });
    await answerTo(other, 'k2');
    again.screen.tap('!');
    await again.screen.appears(() => states(again)[0] === 'Delivered');
    expect(bubbles(again)).toEqual(['please']);
  });
});

describe('a room', () => {
  it('tells who comes, goes, and says what', async () => {
    const room = newUser();
    const { a, b } = await two();
    await enterRoom(a, room);
    await a.screen.appears(() => a.screen.find('.status')?.textContent === 'only you');
    await enterRoom(b, room);
    await a.screen.appears(() => notes(a).includes(`${b.userId} came in`));
    expect(a.screen.find('.status')?.textContent).toBe('2 here');
    say(b, 'hello all');
    await has(a, 'hello all');
    await has(b, 'hello all');
    await b.screen.appears(() => states(b)[0] === 'Sent');
    a.screen.tap('.head');
    await a.screen.appears(() => a.screen.text.includes(b.userId));
    b.screen.tap('.head');
    b.screen.tap('Leave the room');
    await a.screen.appears(() => notes(a).includes(`${b.userId} went`));
    await b.screen.appears(() => b.screen.find('.empty-text'));
  });

  it('is entered again when the app starts, and what was said meanwhile is there and counted', async () => {
    const room = newUser();
    const { a, b } = await two();
    await enterRoom(a, room);
    await enterRoom(b, room);
    say(a, 'one');
    await has(b, 'one');
    a.screen.close();
    a.phone.switchOff();
    say(b, 'two');
    await b.screen.appears(() => states(b)[0] === 'Sent');
    const again = await startedAgain(a);
    await again.screen.appears(() => row(again).includes('1 unread message'));
    again.screen.tap('.row');
    await has(again, 'one', 'two');
  });
});

describe('settings', () => {
  it('say how one is called, which others then see', async () => {
    const { a, b } = await two();
    const { messenger } = a.screen.app as { messenger: { client: { state: { phase: string } } } };
    await expect.poll(() => messenger.client.state.phase).toBe('connected');
    a.screen.tap('.me');
    await a.screen.appears(() => a.screen.find('.settings'));
    a.screen.type(a.screen.all('.card .input')[0] ?? 'none', 'Ann 安');
    a.screen.tap('Save');
    await a.screen.appears(() => a.screen.toasts.includes('Saved'));
    a.screen.tap('wx-bar button');
    await a.screen.appears(() => a.screen.find('.me-name'));
    await openWith(a, b.userId);
    say(a, 'hello');
    await b.screen.appears(() => row(b).includes('Ann 安'));
    const again = await startedAgain(a);
    await again.screen.appears(() => again.screen.find('.me-name')?.textContent === 'Ann 安');
  });

  it('test a server, and say when there is none', async () => {
    const a = await signedIn(server, newUser());
    a.screen.tap('.me');
    await a.screen.appears(() => a.screen.find('.settings'));
    a.screen.tap('Test');
    await a.screen.appears(() => a.screen.text.includes('Answers in'));
    a.screen.type(a.screen.all('.card .input')[2] ?? 'none', 'ws://127.0.0.1:1');
    a.screen.tap('Test');
    await a.screen.appears(() => a.screen.text.includes('No answer'));
  });

  it('log out, and nobody is signed in at the next start', async () => {
    const a = await signedIn(server, newUser());
    a.screen.tap('.me');
    await a.screen.appears(() => a.screen.find('.settings'));
    a.screen.tap('Log out');
    await a.screen.appears(() => a.screen.find('wx-dialog'));
    a.screen.tap('wx-dialog footer button:last-child');
    await a.screen.appears(() => a.screen.find('.server-line'));
    expect(a.screen.routes).toEqual(['pages/login/login']);
  });
});
