import { afterAll, beforeAll, expect, it } from 'vitest';
import { newUser, plainSession } from '../support/client-events.js';
import { type RunningServer, startServer } from '../support/server.js';
import { type OpenPage, Shell } from '../support/wx-shell.js';
import { Phone, type PhoneOptions } from '../support/wx-stand-in.js';

/** The folder as the developer tools would run it, with the library that is committed, against the built server. */

let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

interface Item {
  readonly heading: string;
  readonly text: string;
  readonly mine: boolean;
  readonly status: string;
}

function itemsOf({ data }: OpenPage): Item[] {
  return data.items as Item[];
}

interface SignedIn {
  readonly page: OpenPage;
  readonly phone: Phone;
  readonly userId: string;
}

/** What is stored for a user outlives the test, so each test has its own. */
async function signedIn(options: PhoneOptions = {}, userId = newUser()): Promise<SignedIn> {
  const phone = new Phone(options);
  const page = new Shell(phone).open('pages/index/index');
  page.type('url', server.ws);
  page.type('userId', userId);
  page.tap('Connect');
  await page.shows(({ connected }) => connected === true);
  return { page, phone, userId };
}

function write(page: OpenPage, toUserId: string, text: string): void {
  page.type('toUserId', toUserId);
  page.type('text', text);
  page.tap('Send');
}

it('two phones talk to each other', async () => {
  const { page: a, userId: A } = await signedIn();
  const { page: b, userId: B } = await signedIn();
  write(a, B, 'hello');
  expect(a.data.text).toBe('');
  await b.shows(() => itemsOf(b).length === 1);
  expect(itemsOf(b)).toMatchObject([{ heading: `from ${A}`, text: 'hello', mine: false }]);
  await a.shows(() => itemsOf(a)[0]?.status === 'sent');
  write(b, A, 'hello yourself');
  await a.shows(() => itemsOf(a).length === 2);
  expect(itemsOf(a)).toMatchObject([
    { heading: `to ${B}`, text: 'hello', mine: true },
    { heading: `from ${B}`, text: 'hello yourself', mine: false },
  ]);
});

it('appends by path, so that the list does not go to the view again with every message', async () => {
  const { page, userId } = await signedIn();
  write(page, userId, 'one');
  write(page, userId, 'two');
  await page.shows(() => itemsOf(page).every(({ status }) => status === 'sent'));
  const lists = page.paths.filter((path) => path.startsWith('items'));
  expect(lists).toEqual(['items[0]', 'items[1]', 'items[0].status', 'items[1].status']);
  expect(page.data.lastKey).toBe('item-2');
});

it('drops the older half of a list that has grown long', async () => {
  const { page, userId } = await signedIn();
  const other = await plainSession(`${server.ws}/websocket/${newUser()}`);
  for (let count = 1; count <= 201; count++) other.send({ toUserId: userId, message: `message ${count}` });
  await page.shows(() => itemsOf(page).at(-1)?.text === 'message 201');
  expect(itemsOf(page)).toHaveLength(101);
  expect(itemsOf(page)[0]?.text).toBe('message 101');
});

it('shows a broadcast to everyone, the sender once', async () => {
  const { page: a, userId: A } = await signedIn();
  const { page: b } = await signedIn();
  a.type('text', 'good morning');
  a.tap('Broadcast');
  await Promise.all([a, b].map((page) => page.shows(() => itemsOf(page).length > 0)));
  expect(itemsOf(a)).toMatchObject([{ heading: `${A} to everyone`, text: 'good morning', mine: true }]);
  expect(itemsOf(b)).toMatchObject([{ heading: `${A} to everyone`, text: 'good morning', mine: false }]);
});

it('shows JSON as its text', async () => {
  const { page, userId } = await signedIn();
  const other = await plainSession(`${server.ws}/websocket/${newUser()}`);
  other.send({ toUserId: userId, message: { price: 5 } });
  await page.shows(() => itemsOf(page)[0]?.text === '{"price":5}');
});

it('keeps a message for a user who is not there', async () => {
  const { page: a, userId: A } = await signedIn();
  const B = newUser();
  write(a, B, 'hello');
  await a.shows(() => itemsOf(a)[0]?.status === 'sent');
  const { page: b } = await signedIn({}, B);
  await b.shows(() => itemsOf(b).length > 0);
  expect(itemsOf(b)).toMatchObject([{ heading: `from ${A}`, text: 'hello', mine: false }]);
});

it('comes back from the background, with what it showed', async () => {
  const { page, phone, userId } = await signedIn({ suspendAfterMs: 20, tellsOfLoss: 'never' });
  write(page, userId, 'hello');
  await page.shows(() => itemsOf(page).length === 1);
  const asleep = phone.hide();
  expect(page.data).toMatchObject({ connected: false, signedIn: true, stateWords: 'Resting in the background' });
  await asleep;
  phone.show();
  await page.shows(({ connected }) => connected === true);
  expect(itemsOf(page)).toHaveLength(1);
});

it('says when the device has connected elsewhere, and connects again when asked to', async () => {
  const { page, phone, userId } = await signedIn();
  const elsewhere = new Phone();
  elsewhere.storage.set('device', phone.storage.get('device'));
  const other = new Shell(elsewhere).open('pages/index/index');
  other.type('url', server.ws);
  other.type('userId', userId);
  other.tap('Connect');
  await page.shows(({ signedIn }) => signedIn === false);
  expect(page.data.stateWords).toBe('Disconnected: this device has connected elsewhere');
  page.tap('Connect');
  await page.shows(({ connected }) => connected === true);
  await other.shows(({ signedIn }) => signedIn === false);
});

it('listens no more when it is left, and shows the connection again when it is opened again', async () => {
  const userId = newUser();
  const phone = new Phone();
  const shell = new Shell(phone);
  const first = shell.open('pages/index/index');
  first.type('url', server.ws);
  first.type('userId', userId);
  first.tap('Connect');
  await first.shows(({ connected }) => connected === true);
  first.unload();
  const second = shell.open('pages/index/index');
  expect(second.data).toMatchObject({ connected: true, signedIn: true, userId, stateWords: 'Connected' });
  write(second, userId, 'hello');
  await second.shows(() => itemsOf(second).length === 1);
  expect(itemsOf(first)).toEqual([]);
});
