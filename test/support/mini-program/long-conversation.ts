import type { Browser } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { RunningServer } from '../server.js';
import { WsClient } from '../ws-client.js';
import { type ChromiumOptions, type ChromiumPhone, openInChromium } from './chromium-phone.js';

/** The list of a conversation, by the class that its component gives it. */
export const LIST = '.components-message-list-message-list--list';
export const TEXT = '.components-bubble-bubble--text';

/** `count` messages from one user to another; some of them are long, so that no two blocks are equally high. */
export async function converse(server: RunningServer, from: string, to: string, count: number): Promise<WsClient> {
  const session = await WsClient.open(`${server.ws}/websocket/${from}?v=1&device=other`);
  for (let number = 1; number <= count; number++) {
    const tail = number % 7 === 0 ? ' and more'.repeat(number % 40) : '';
    session.send({ type: 'message', id: `m${number}`, toUserId: to, message: `message ${number}.${tail}` });
  }
  for (;;) if ((await session.next()).id === `m${count}`) return session;
}

/** Somebody who is signed in already, with the conversation with `peerId` open. */
export async function openConversation(
  browser: Browser,
  server: RunningServer,
  userId: string,
  peerId: string,
  options: ChromiumOptions = {},
): Promise<ChromiumPhone> {
  const url = `/pages/conversation/conversation?user=${peerId}`;
  const device = { language: 'en', ...options.device };
  const phone = await openInChromium(browser, { ...options, device, url });
  onTestFinished(() => phone.close());
  const session = JSON.stringify({ server: server.ws, userId, how: 'id' });
  await phone.page.evaluate((text) => localStorage.setItem('app session', JSON.stringify(text)), session);
  await phone.start();
  await phone.page.locator(TEXT).first().waitFor();
  return phone;
}

export interface Look {
  readonly first: string;
  readonly top: number;
  /** Whether it was seen at any moment somewhere else, by more than a pixel. */
  readonly jumped: boolean;
  /** How far it is in the end from where it was. */
  readonly movedBy: number;
  readonly lines: number;
  readonly scrollTop: number;
  readonly isAtBottom: boolean;
  /** Whether there is a message in the middle of what is seen. */
  readonly isFilled: boolean;
}

/** Scrolls by `by` px, and watches for `frames` pictures what was in the middle then: it must not move by itself. */
export function scrollAndWatch({ page }: ChromiumPhone, by: number, frames: number): Promise<Look> {
  return page.evaluate(watch, { list: LIST, text: TEXT, by, frames });
}

async function watch({ list, text, by, frames }: { list: string; text: string; by: number; frames: number }) {
  const scroller = document.querySelector(list);
  if (!scroller) throw new Error('there is no list');
  const { top: edge, height } = scroller.getBoundingClientRect();
  const picture = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const seen = () => {
    const all = [...scroller.querySelectorAll(text)];
    return all.find((each) => each.getBoundingClientRect().bottom > edge + height / 2);
  };
  scroller.scrollTop += by;
  await picture();
  let watched = seen();
  const place = () => watched?.getBoundingClientRect().top ?? 0;
  let before = place();
  let jumped = false;
  for (let count = 0; count < frames; count++) {
    await picture();
    if (!watched?.isConnected) {
      watched = seen();
      before = place();
    }
    if (Math.abs(place() - before) > 1) jumped = true;
  }
  const middle = seen()?.getBoundingClientRect();
  return {
    first: watched?.textContent ?? '',
    top: place(),
    jumped,
    movedBy: Math.abs(place() - before),
    lines: scroller.querySelectorAll(text).length,
    scrollTop: scroller.scrollTop,
    isAtBottom: scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 2,
    isFilled: middle !== undefined && middle.top < edge + height,
  };
}
