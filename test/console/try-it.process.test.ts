import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBanner } from '../../src/ops/start-banner.js';
import { run as firstMinute } from '../stories/first-minute.js';
import { needChromium, type RunningBrowser, startChromium } from '../support/chromium.js';
import { freePort } from '../support/client-ports.js';
import { type ConsolePage, openConsolePage } from '../support/console-page.js';
import { type RunningServer, startServer } from '../support/server.js';
import { WsClient } from '../support/ws-client.js';

const chromium = needChromium();

/** What Chromium says when a server is away; the page is meant to live through that. */
const AWAY = /ERR_CONNECTION_REFUSED|closed before receiving a handshake|WebSocket connection to .* failed/;

const BANNER = { isOpen: true, hasConsole: true };

describe.skipIf(chromium === undefined)('two users side by side', () => {
  const data = mkdtempSync(join(tmpdir(), 'minim-console-'));
  const env = { MINIM_DATA_DIR: data, MINIM_DRAIN_S: '0' };
  let server: RunningServer;
  let browser: RunningBrowser;
  let opened: ConsolePage[] = [];
  let shared: ConsolePage | undefined;
  let users = 0;
  let port = 0;

  beforeAll(async () => {
    port = await freePort();
    [server, browser] = await Promise.all([startServer({ env, port }), startChromium(chromium ?? '')]);
  });

  afterAll(async () => {
    await Promise.all([server?.stop(), browser?.stop()]);
    rmSync(data, { recursive: true, force: true });
  });

  afterEach(async () => {
    const complaints = opened.flatMap((each) => each.complaints.splice(0)).filter((text) => !AWAY.test(text));
    await Promise.all(opened.filter((each) => each !== shared).map((each) => each.close()));
    opened = [];
    expect(complaints).toEqual([]);
  });

  /** The same window each time, unless it has to be another one; what was in it is gone. */
  async function open(options?: Parameters<RunningBrowser['open']>[0]): Promise<ConsolePage> {
    const known = options === undefined ? shared : undefined;
    const page = known ?? (await openConsolePage(browser, server.url, options));
    if (known !== undefined) await known.page.reload();
    if (options === undefined) shared = page;
    opened.push(page);
    return page;
  }

  /** Two users whom nobody has met before, connected: each has its welcome, before which it gets no broadcast [MP-4.2], and `synced`. */
  async function openConnected() {
    const console = await open();
    users += 1;
    const [one, other] = [`Ann-${users}`, `Ben-${users}`];
    const [left, right] = [console.pane(1), console.pane(2)];
    await left.connectAs(one);
    await right.connectAs(other);
    await expect.poll(console.frames).toBe(4);
    return { console, page: console.page, left, right, one, other };
  }

  const rowsOf = async ({ page }: ConsolePage) => page.locator('.frame').allInnerTexts();

  it('what one writes to the other arrives, and both see how far it has come', async () => {
    const { left, right, one, other } = await openConnected();
    await left.say('hello');
    await right.sees('hello');
    await left.sees('delivered');
    await right.say('hello yourself');
    await left.sees('hello yourself');
    expect(await left.said.innerText()).toMatch(
      new RegExp(`you to ${other}\\s+hello\\s+delivered\\s+${one ? other : ''}`),
    );
  });

  it('what is for everyone comes to both, and to the one who said it once', async () => {
    const { left, right } = await openConnected();
    await left.choose('Everyone');
    await left.say('good morning');
    await right.sees('good morning');
    await left.sees('on disk');
    expect((await left.said.innerText()).match(/good morning/g)?.length).toBe(1);
  });

  it('both meet in a room, see who is there, and talk', async () => {
    const { left, right, one, other } = await openConnected();
    for (const pane of [left, right]) {
      await pane.choose('Room');
      await pane.all.getByLabel('Name of the room').fill(`room-of-${one}`);
      await pane.all.getByRole('button', { name: 'Enter' }).click();
      await pane.is(`in room-of-${one}`);
    }
    await left.is(other);
    await left.say('hello, room');
    await right.sees('hello, room');
    await right.all.getByRole('button', { name: 'Leave' }).click();
    await expect.poll(() => left.state.innerText()).toMatch(new RegExp(`in room-of-${one}: ${one}$`));
  });

  it('every frame goes by in both directions with its rule, and whole when it is chosen', async () => {
    const { console, page, left, right } = await openConnected();
    await left.say('hello');
    await left.sees('delivered');
    await right.sees('hello');
    // Each part of the page is drawn in its own time.
    const shown = async (type: string, rule: string) =>
      (await rowsOf(console)).some((row) => row.includes(type) && row.includes(rule));
    for (const [type, rule] of [
      ['connect', 'MP-1.4'],
      ['welcome', 'MP-1.17'],
      ['synced', 'MP-3.5'],
      ['message', 'MP-3.1'],
      ['ack', 'MP-3.4'],
      ['message', 'MP-2.15'],
      ['received', 'MP-3.8'],
      ['receipt', 'MP-3.12'],
    ] as const) {
      await expect.poll(() => shown(type, rule), { message: `${type} ${rule}` }).toBe(true);
    }
    await page.getByRole('option', { name: /Ann-\d+ to the server: message/ }).click();
    const details = page.getByRole('region', { name: 'frame message' });
    expect(JSON.parse(await details.locator('pre').innerText())).toMatchObject({ type: 'message', message: 'hello' });
    expect(await details.innerText()).toContain('stored, then acked, then delivered');
  });

  it('who was cut off is sent at once what was missed, in order', async () => {
    const { console, left, right } = await openConnected();
    const network = right.all.getByRole('switch', { name: /Network/ });
    await network.click();
    await right.is('network off');
    expect(await network.getAttribute('aria-checked')).toBe('false');
    for (const text of ['one', 'two', 'three']) await left.say(text);
    await expect.poll(() => left.said.innerText()).toMatch(/(on disk.*){3}/s);
    await right.say('written without a network');
    await right.sees('waiting for the server');

    await network.click();
    await right.sees('Caught up: 3 messages had waited');
    expect(await right.said.innerText()).toMatch(/one\s+had waited.*two\s+had waited.*three\s+had waited/s);
    await left.sees('written without a network');
    await expect.poll(() => rowsOf(console)).toContainEqual(expect.stringContaining('the network went'));
  });

  it('what looks like HTML is shown as the text that it is', async () => {
    const { page, left, right } = await openConnected();
    const text = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await left.say(text);
    await right.sees(text);
    await page.getByRole('option', { name: /the server to Ben-\d+: message/ }).click();
    await page.getByRole('region', { name: 'frame message' }).getByText('onerror').waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toBe('Minim');
  });

  it('the first minute goes as it is told: a message between two users, one who comes back, a room', async () => {
    const { page } = await open({ baseURL: server.url });
    const pictures: string[] = [];
    await firstMinute(page, async (name) => void pictures.push(name), startBanner('::', server.port, BANNER));
    expect(pictures).toContain('3-sent');
    await expect.poll(() => page.locator('.step.done').count()).toBe(5);
  });

  it('both come back after a restart of the server, and miss nothing', async () => {
    const { left, right } = await openConnected();
    await left.say('before');
    await right.sees('before');
    await server.stop();
    await left.is('no connection');
    await left.say('meanwhile');
    await left.sees('waiting for the server');

    server = await startServer({ env, port });
    await right.is('online');
    await right.sees('meanwhile');
    await left.is('online');
    expect((await right.said.innerText()).match(/before|meanwhile/g)).toEqual(['before', 'meanwhile']);
  }, 40_000);

  it('10 000 frames are counted one by one, and the page stays as large as it was', async () => {
    const { console, page, left, right, one, other } = await openConnected();
    await page.evaluate(`
      globalThis.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
      }).observe({ type: 'longtask' });
    `);
    const sender = await WsClient.open(`${server.ws}/websocket/sender-${users}`);
    for (let i = 1; i <= 5_000; i += 1) {
      for (const toUserId of [one, other]) sender.send({ toUserId, message: `number ${i}`, ephemeral: true });
    }
    await left.sees('number 5000');
    await right.sees('number 5000');
    await sender.leave();

    await expect.poll(console.frames).toBe(4 + 10_000);
    expect(await page.locator('.frame').count()).toBe(200);
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(3_000);
    // Far above what it takes; a list that grows with each frame holds the page up for minutes.
    expect(await page.evaluate('longest')).toBeLessThan(2_000);
    await right.say('still here');
    await left.sees('still here');
  });

  it.each([
    ['en-GB', 'en', 'Two users, one server', '中文', 'zh-CN'],
    ['zh-TW', 'zh-CN', '两个用户，一个服务器', 'English', 'en'],
  ])(
    'the page fits phones, tablets and desks, in the language of its reader: %s',
    async (locale, own, words, other, tag) => {
      const { page } = await open({ locale });
      const title = page.getByRole('heading', { level: 1 }).first();
      expect(await title.innerText()).toBe(words);
      expect(await page.evaluate('document.documentElement.lang')).toBe(own);
      for (const width of [320, 390, 1024, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      }
      await page.getByRole('button', { name: other }).click();
      await page.reload();
      expect(await title.innerText()).not.toBe(words);
      expect(await page.evaluate('document.documentElement.lang')).toBe(tag);
    },
  );

  it('the address of the page and the lines for one’s own client are there to be copied', async () => {
    const { page } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('img', { name: `QR code of ${server.url}/` }).waitFor();
    for (const [name, line] of [
      [/lines for: Mini-program/, `url: '${server.ws}', userId: 'A', wx })`],
      [/lines for: Any WebSocket/, `new WebSocket('${server.ws}/websocket/A')`],
      [/lines for: Terminal/, `npx wscat -c '${server.ws}/websocket/A'`],
    ] as const) {
      await page.getByRole('button', { name }).click();
      await page.getByRole('status').filter({ hasText: 'Copied' }).first().waitFor({ state: 'attached' });
      expect(await page.evaluate('navigator.clipboard.readText()')).toContain(line);
    }
  });
});
