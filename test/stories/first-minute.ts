import type { Page } from 'playwright-core';

/** Keeps a picture of the page as it is now. */
export type Shot = (name: string) => Promise<void>;

/**
 * The first minute of somebody who has never seen Minim: the first command of the README runs, its address is opened, and a
 * message goes from one user to another; then the other one is away, comes back, and both meet in a room.
 *
 * @param page belongs to a window whose base is the server's address
 * @param printed what the server has said to who started it
 */
export async function run(page: Page, shot: Shot, printed: string): Promise<void> {
  await page.goto('about:blank');
  await page.setContent(terminal(`$ npm ci && npm start\n${printed}`));
  await shot('0-started');
  await page.goto('/');
  await stepIs(page, 'Connect two users');
  await shot('1-opened');
  await press(page, 'Connect both');
  await stepIs(page, 'Write to B');
  await shot('2-connected');

  const ann = page.locator('.pane').first();
  const ben = page.locator('.pane').last();
  await ann.getByLabel('Message').fill('hello, B');
  await ann.getByRole('button', { name: 'Send' }).click();
  await ben.getByText('hello, B').waitFor();
  await ann.getByText('delivered').waitFor();
  await shot('3-sent');

  await press(page, 'Cut B’s network');
  await ann.getByText('on disk').waitFor();
  await shot('4-cut-off');
  await press(page, 'Switch it on');
  await ben.getByText('Caught up').waitFor();
  await ben.getByLabel('Message').fill('here I am again');
  await ben.getByRole('button', { name: 'Send' }).click();
  await ann.getByText('here I am again').waitFor();
  await shot('5-back');
  await press(page, 'Enter “lobby”');
  await ben.getByText('hello, room').waitFor();
  await shot('6-in-a-room');

  await page.getByRole('listbox').press('End');
  await page.getByRole('region', { name: /^frame/ }).waitFor();
  await shot('7-a-frame');
}

async function stepIs(page: Page, title: string): Promise<void> {
  await page.locator('.step.current').filter({ hasText: title }).waitFor();
}

async function press(page: Page, name: string): Promise<void> {
  await page.locator('.steps').getByRole('button', { name }).click();
}

function terminal(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<body style="margin:0;background:#101412;color:#dfe6e0"><pre style="margin:0;padding:2rem;font:15px/1.6 monospace">${escaped}</pre>`;
}
