import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings } from '../support/axe.js';
import { needChromium, type RunningBrowser, startChromium } from '../support/chromium.js';
import { type ConsolePage, openConsolePage } from '../support/console-page.js';
import { type RunningServer, startServer } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const chromium = needChromium();
const KEY = 'me-key-of-the-tests-0123456789';
const EYE = 'eye-key-of-the-tests-0123456789';
const FIGURES = '/api/v1/node/figures';

/** What Chromium says when the server says no; the page says it too. */
const DECLINED = /the server responded with a status of 40[134]/;

describe.skipIf(chromium === undefined)('whoever runs the node', () => {
  let server: RunningServer;
  let keyless: RunningServer;
  let browser: RunningBrowser;
  let console: ConsolePage;

  beforeAll(async () => {
    const env = { MINIM_API_KEYS: `me:send+broadcast+read+admin:${KEY},eye:read:${EYE}`, MINIM_DRAIN_S: '0' };
    [server, keyless, browser] = await Promise.all([
      startServer({ env }),
      startServer({ env: { MINIM_DRAIN_S: '0' } }),
      startChromium(chromium ?? ''),
    ]);
    console = await openConsolePage(browser, server.url);
    await console.page.getByRole('link', { name: 'Look after it' }).click();
  });

  afterAll(async () => {
    await Promise.all([server?.stop(), keyless?.stop(), browser?.stop()]);
  });

  async function signIn({ page }: ConsolePage, key: string): Promise<void> {
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async function asks(method: string, path: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    const headers = { 'x-api-key': KEY, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
    return answer.json();
  }

  async function open(userId: string, device = 'phone'): Promise<WsClient> {
    const session = await WsClient.open(`${server.ws}/websocket/${userId}?v=1&device=${device}`, { ignored: 'synced' });
    await session.next();
    return session;
  }

  async function lookAtMessage(messageId: unknown): Promise<string> {
    const { page } = console;
    await page.getByLabel('messageId').fill(String(messageId));
    const told = page.waitForResponse((response) => response.url().endsWith(`/messages/${messageId}/life`));
    await page.getByRole('button', { name: 'Look' }).first().click();
    await told;
    await page.locator('.life [aria-busy=false]').waitFor();
    return page.locator('.life').innerText();
  }

  async function lookAtUser(userId: string): Promise<void> {
    const { page } = console;
    await page.getByLabel('User id begins with').fill(userId);
    await page.locator('.users').getByRole('button', { name: 'Look' }).click();
    await page.getByRole('heading', { name: userId, exact: true }).waitFor();
  }

  it('of a server without API keys is told which setting to set, and how', async () => {
    const other = await openConsolePage(browser, keyless.url);
    await other.page.getByRole('link', { name: 'Look after it' }).click();
    await other.page.getByRole('heading', { name: 'This server has no API keys yet' }).waitFor();
    const line = await other.page.locator('.no-keys code').innerText();
    expect(line).toMatch(/^MINIM_API_KEYS=me:send\+broadcast\+read\+admin:[0-9a-f]{48} npm start$/);
    expect(await axeFindings(other.page)).toEqual([]);
    expect(other.complaints).toEqual([]);
    await signIn(other, KEY);
    await other.page.getByRole('alert').getByText('The server has no API keys.').waitFor();
    await other.close();
  });

  it('is told what is wrong with a key, signs in with the right one, and leaves it nowhere but in the tab', async () => {
    const { page } = console;
    await signIn(console, 'a-key-that-nobody-has-given-out');
    await page.getByRole('alert').getByText('The server does not know this key.').waitFor();
    await signIn(console, EYE);
    await page.getByRole('alert').getByText('the API key eye has no scope admin; it has read').waitFor();
    await signIn(console, KEY);
    await page.getByRole('heading', { name: 'Why did this message not arrive?' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Why did this message not arrive?' }).waitFor();
    expect(page.url()).toBe(`${server.url}/#/operate`);
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, document.cookie])')).not.toContain(KEY);
    expect(await page.content()).not.toContain(KEY);
  });

  it('sees why a message did not arrive, and step by step how it does', async () => {
    const { page } = console;
    const { messageId } = await asks('PUT', '/messages/o1', { fromUserId: 'Ann', toUserId: 'Ben', message: 'secret' });
    const waiting = await lookAtMessage(messageId);
    expect(waiting).toMatch(/Ann → [\s\S]*Ben[\s\S]*Stored as number 1 of the inbox[\s\S]*No device online/);
    expect(waiting).toContain('Ben has no device online; no device of Ben was ever here');

    const ben = await open('Ben');
    await ben.next();
    expect(await lookAtMessage(messageId)).toMatch(
      /Pushed to phone\s+\d\d:\d\d:\d\d\.\d{3} \+[\s\S]*phone is at 0[\s\S]*never confirmed/,
    );
    ben.send({ type: 'received', cursor: 1 });
    ben.send({ type: 'read', peerId: 'Ann', seq: 1 });
    await expect.poll(() => lookAtMessage(messageId)).toMatch(/phone has it[\s\S]*Read[\s\S]*Ben has read it/);
    expect(await page.content()).not.toContain('secret');
    expect(await lookAtMessage('order-17')).toContain('it is no messageId of this server');
  });

  it('sees how many are here, how much goes through and how long it takes, also as a table', async () => {
    const { page } = console;
    await page.locator('summary', { hasText: 'The figures as a table' }).click();
    const row = (name: string) => page.getByRole('row', { name });
    const [ann, bo] = [await open('figure-1'), await open('figure-2')];
    await ann.ask({ type: 'message', id: 'f1', toUserId: 'figure-2', message: 'x' });
    await bo.next();
    await row('Sessions: sessions').getByRole('cell', { name: '2', exact: true }).first().waitFor();
    await row('How long it takes (p99): ack').getByText('ms').first().waitFor();
    await page.getByRole('img', { name: /^Sessions: sessions \d+ now/ }).waitFor();
    await page.locator('summary', { hasText: 'The figures as a table' }).click();
    await Promise.all([ann.leave(), bo.leave()]);
  });

  it('finds users page by page and by how their ids begin, with the devices and sessions of each', async () => {
    const { page } = console;
    const walkers = await Promise.all(Array.from({ length: 14 }, (_, at) => open(`walk-${String(at + 10)}`)));
    const list = page.locator('.user-list');
    await page.getByLabel('User id begins with').fill('walk-');
    await list.getByText('walk-21').waitFor();
    await page.getByRole('button', { name: 'After' }).click();
    await list.getByText('walk-23').waitFor();
    expect((await list.innerText()).split(/\s+/)).toEqual(['walk-22', 'walk-23']);
    await page.getByLabel('User id begins with').fill('walk-2');
    await list.getByText('walk-20').waitFor();
    await list.getByRole('button', { name: 'walk-20' }).click();
    const row = page.getByRole('region', { name: 'Sessions' }).getByRole('row', { name: 'phone full' });
    expect(await row.innerText()).toMatch(/127\.0\.0\.1\s+0 \/ 0\s+0 B/);
    await page.getByLabel('User id begins with').fill('');
    await Promise.all(walkers.map((each) => each.leave()));
  });

  it('disconnects a device with a word, once asked for sure', async () => {
    const { page } = console;
    const [phone, pad] = [await open('Dan', 'phone'), await open('Dan', 'pad')];
    await lookAtUser('Dan');
    await page.getByRole('button', { name: 'Disconnect: pad' }).click();
    const dialog = page.getByRole('dialog', { name: 'Disconnect pad of Dan?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await phone.ask('ping')).toMatchObject({ type: 'pong' });
    await page.getByRole('button', { name: 'Disconnect: pad' }).click();
    await dialog.getByLabel('What they are told').fill('come back tomorrow');
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Disconnect' }).click();
    expect(await pad.next()).toMatchObject({ code: 'disconnected', message: 'come back tomorrow' });
    expect(await pad.ended).toMatchObject({ code: 4503 });
    expect(await phone.ask('ping')).toMatchObject({ type: 'pong' });
    await page.getByText('online, 1 session').waitFor();
    await phone.leave();
  });

  it('writes to a user and to everyone, and follows what becomes of it', async () => {
    const { page } = console;
    const eve = await open('Eve');
    await lookAtUser('Eve');
    await page.getByText('following').waitFor();
    await page.getByText('What happens to the messages of Eve').waitFor();
    await page.getByLabel('Message to Eve', { exact: true }).fill('are you there?');
    await page.keyboard.press('Enter');
    expect(await eve.next()).toMatchObject({ fromUserId: '@me', message: 'are you there?' });
    const events = page.getByRole('list', { name: 'As it happens' });
    await events.getByText('pushed', { exact: true }).waitFor();
    eve.send({ type: 'received', cursor: 1 });
    await events.getByText('confirmed', { exact: true }).waitFor();
    await events.getByRole('button').first().click();
    await page.locator('.life').getByText('phone has it').waitFor();
    await page.locator('summary', { hasText: 'The last message' }).click();
    await page.getByRole('region', { name: 'The last message' }).getByRole('row', { name: '@me' }).first().waitFor();

    await page.getByLabel('Message to everyone').fill('we open at nine');
    await page.getByRole('button', { name: 'Broadcast' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send this to everyone?' });
    await dialog.getByText('we open at nine').waitFor();
    await dialog.getByRole('button', { name: 'Broadcast' }).click();
    expect(await eve.next()).toMatchObject({ type: 'broadcast', message: 'we open at nine' });
    await page.locator('.to-everyone').getByText('Stored.').waitFor();
  });

  it('meets nothing that axe-core objects to, in the light and in the dark, and has room on every screen', async () => {
    const { page } = console;
    for (const [language, colorScheme] of [
      ['中文', 'light'],
      ['English', 'dark'],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.getByRole('button', { name: language }).click();
      expect(await axeFindings(page)).toEqual([]);
    }
    for (const width of [390, 1024, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
  });

  it('asks nothing of the server while something else is looked at, and forgets the key when signed out', async () => {
    const { page } = console;
    await page.getByRole('link', { name: 'Try it' }).click();
    await page.getByRole('heading', { name: 'Two users, one server' }).waitFor();
    await page.clock.install();
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().includes('/api/v1/')) asked += 1;
    });
    await page.clock.runFor(60_000);
    expect(asked).toBe(0);
    const again = page.waitForResponse((response) => response.url().endsWith(FIGURES));
    await page.getByRole('link', { name: 'Look after it' }).click();
    await page.clock.runFor(1_000);
    await again;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain(KEY);
    expect(await page.getByLabel('API key').inputValue()).toBe('');
  });

  it('reads no complaint of the browser’s, but that the server said no', () => {
    expect(console.complaints.filter((text) => !DECLINED.test(text))).toEqual([]);
  });
});
