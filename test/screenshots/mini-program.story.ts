import type { Page } from 'playwright-core';
import { openInChromium } from '../support/mini-program/chromium-phone.js';
import { FONT_SIZES, PHONE_LOOKS } from '../support/screenshots/looks.js';
import { type Stage, story } from '../support/screenshots/story.js';
import { type Frame, WsClient } from '../support/ws-client.js';

/** A shop and those who write to it, as the one in the shop sees it. */
story('mini-program', {
  looks: PHONE_LOOKS,
  chosen: {
    'login-430x932-light': 'mini-program-login',
    'list-430x932-light': 'mini-program-list',
    'conversation-430x932-light': 'mini-program-conversation',
    'conversation-430x932-dark': 'mini-program-conversation-dark',
    'room-430x932-dark': 'mini-program-room-dark',
    'settings-430x932-light': 'mini-program-settings',
  },
  async tell(stage) {
    const people = await peopleOf(stage);
    const { page, close } = await openApp(stage);
    await stage.shoot(page, 'login');
    await page.locator('.enter').tap();
    await page.locator('.me-name').waitFor();
    await people.write(page);
    await stage.shoot(page, 'list');
    await talk(page, people);
    await stage.shoot(page, 'conversation');
    await page.locator('textarea').tap();
    await stage.shoot(page, 'conversation-keyboard');
    await goBack(page);
    await enterRoom(page, people);
    await stage.shoot(page, 'room');
    await page.locator('.head').tap();
    await page.locator('.member').nth(2).waitFor();
    await stage.shoot(page, 'members');
    await page.locator('.components-sheet-sheet--close').tap();
    await goBack(page);
    await page.locator('.me').tap();
    await page.locator('.settings .me').waitFor();
    await stage.shoot(page, 'settings');
    await close();
  },
});

const OWN_ID = 'shop';
const ROOM = 'morning-market';

async function openApp({ browser, look, server }: Stage) {
  const { width, height, theme, text } = look;
  const isLarge = height > 800;
  const phone = await openInChromium(browser, {
    width,
    height,
    theme,
    scale: 2,
    device: {
      language: 'en',
      statusBar: isLarge ? 54 : 20,
      safeAreaBottom: isLarge ? 34 : 0,
      fontSize: FONT_SIZES[text],
      keyboard: isLarge ? 336 : 253,
    },
  });
  await phone.page.locator('.server-line').tap();
  await phone.page.locator('.server input').fill(server.ws);
  await phone.page.locator('.by-id input').fill(OWN_ID);
  await phone.page.locator('.by-id input').blur();
  const close = async () => {
    const faults = [...(await phone.errors()), ...(await phone.warnings())];
    await phone.close();
    if (faults.length > 0) throw new Error(faults.join('\n'));
  };
  return { page: phone.page, close };
}

async function talk(page: Page, people: People): Promise<void> {
  await page.locator('.row', { hasText: 'Anna' }).tap();
  await page.getByText('Are the plums').last().waitFor();
  await say(page, 'Good morning! Yes, they came at six 🍑');
  await say(page, 'Shall I keep three boxes for you?');
  people.anna.send({ type: 'message', id: 'a3', toUserId: OWN_ID, message: '好的，谢谢！我九点来取。' });
  await page.getByText('我九点来取').last().waitFor();
  people.anna.send({ type: 'read', peerId: OWN_ID, seq: 5 });
  await page.locator('.components-bubble-bubble--state-read').nth(1).waitFor();
  await page.locator('textarea').blur();
}

async function enterRoom(page: Page, people: People): Promise<void> {
  await page.locator('.add').tap();
  await page.locator('.kind').nth(1).tap();
  await page.locator('.adding input').fill(ROOM);
  await page.keyboard.press('Enter');
  await page.locator('textarea').waitFor();
  for (const person of [people.anna, people.ming, people.bo]) person.send({ type: 'join', id: 'j', room: ROOM });
  people.anna.send({ type: 'message', id: 'r1', room: ROOM, message: 'Who is in today?' });
  people.ming.send({ type: 'message', id: 'r2', room: ROOM, message: '我在，今天有新鲜的莲藕' });
  people.ming.send({ type: 'message', id: 'r3', room: ROOM, message: '第三排' });
  people.bo.send({ type: 'message', id: 'r4', room: ROOM, message: 'Late, the van would not start 🙄' });
  await page.getByText('would not start').last().waitFor();
  await say(page, 'Plums until they are gone.');
  await page.locator('textarea').blur();
}

async function say(page: Page, text: string): Promise<void> {
  await page.locator('textarea').fill(text);
  await page.locator('.components-composer-composer--send').tap();
  await page.locator('.components-bubble-bubble--text', { hasText: text }).waitFor();
}

async function goBack(page: Page): Promise<void> {
  await page.getByLabel('Back').filter({ visible: true }).tap();
  await page.locator('.add').waitFor();
}

interface People {
  readonly anna: WsClient;
  readonly ming: WsClient;
  readonly bo: WsClient;
  /** One after another, and until all of it can be seen. */
  write(page: Page): Promise<void>;
}

async function peopleOf({ server }: Stage): Promise<People> {
  const open = async (userId: string, nickname: string) => {
    const client = await WsClient.open(`${server.ws}/websocket/${userId}?v=1&device=${userId}-1`);
    client.send({ type: 'profile', id: 'p', nickname });
    return client;
  };
  const [anna, ming, bo] = await Promise.all([open('anna', 'Anna'), open('ming', '小明'), open('bo', 'Bo')]);
  const message = (id: string, message: string): Frame => ({ type: 'message', id, toUserId: OWN_ID, message });
  return {
    anna,
    ming,
    bo,
    write: async (page) => {
      const seen = (text: string) => page.locator('.row', { hasText: text }).waitFor();
      bo.send(message('b1', 'Three boxes of pears, as always.'));
      await seen('Three boxes');
      ming.send(message('m1', '明天还有桃子吗？'));
      await seen('桃子');
      anna.send(message('a1', 'Good morning!'));
      anna.send(message('a2', 'Are the plums in already? My sister comes at the weekend and wants to bake a cake.'));
      await Promise.all(['Are the plums', 'Anna', 'Bo', '小明'].map(seen));
    },
  };
}
