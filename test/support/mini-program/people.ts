import type { RunningServer } from '../server.js';
import { Phone, type PhoneOptions } from '../wx-stand-in.js';
import type { JsdomScreen } from './jsdom-fingers.js';
import { openMiniProgram } from './jsdom-screen.js';

/** What people do with our mini-program, in its own words; in English, so that a test can be read. */
export interface Person {
  readonly screen: JsdomScreen;
  readonly phone: Phone;
  readonly userId: string;
}

const ENGLISH = { device: { language: 'en' } };

/** Somebody who has just opened the app for the first time, and entered as `userId`. */
export async function signedIn(server: RunningServer, userId: string, options: PhoneOptions = {}): Promise<Person> {
  const phone = new Phone(options);
  const screen = openMiniProgram(phone, ENGLISH);
  await screen.settled();
  screen.tap('Change');
  screen.type('.server .input', server.ws);
  screen.type('.by-id .input', userId);
  screen.tap('Enter');
  await screen.appears(() => screen.find('.me-name'));
  return { screen, phone, userId };
}

/** The app is thrown away as the system does it, and started again on the same phone. */
export async function startedAgain({ screen, phone, userId }: Person): Promise<Person> {
  screen.close();
  phone.switchOff();
  const next = new Phone({ storage: phone.storage });
  const opened = openMiniProgram(next, ENGLISH);
  await opened.appears(() => opened.find('.me-name'));
  return { screen: opened, phone: next, userId };
}

export async function openWith({ screen }: Person, userId: string): Promise<void> {
  screen.tap('.add');
  screen.type('.adding .input', userId);
  screen.tap('Open');
  await screen.appears(() => screen.find('message-list'));
}

export async function enterRoom({ screen }: Person, room: string): Promise<void> {
  screen.tap('.add');
  screen.tap('Room');
  screen.type('.adding .input', room);
  screen.tap('Open');
  await screen.appears(() => screen.find('message-list'));
}

export function say({ screen }: Person, text: string): void {
  screen.type('textarea', text);
  screen.tap(screen.find('.components-composer-composer--send') ?? 'no button to send');
}

/** What stands in the bubbles, oldest first. */
export function bubbles({ screen }: Person): string[] {
  return screen.all('.components-bubble-bubble--text').map(({ textContent }) => textContent?.trim() ?? '');
}

/** What has become of the own messages, oldest first; empty where nothing is shown. */
export function states({ screen }: Person): string[] {
  return screen
    .all('.components-bubble-bubble--mine')
    .map((line) => line.querySelector('[class*="--state "]')?.getAttribute('aria-label') ?? '');
}

/** What stands between the bubbles. */
export function notes({ screen }: Person): string[] {
  return screen.all('.components-bubble-bubble--note-text').map(({ textContent }) => textContent?.trim() ?? '');
}
