import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { wordsForError, wordsForState, wordsForTime } from '../../mini-program-client/miniprogram/pages/index/words.js';
import { MinimError } from '../../mini-program-client/src/errors.js';
import { Shell } from '../support/wx-shell.js';
import { Phone } from '../support/wx-stand-in.js';

const ROOT = join(import.meta.dirname, '../../mini-program-client/miniprogram');
const INDEX = 'pages/index/index';

function json(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
}

describe('the folder', () => {
  it('opens in the developer tools as it is: all that app.json names is there, and TypeScript is compiled by them', () => {
    const { pages, sitemapLocation } = json('app.json');
    expect(pages).toEqual([INDEX]);
    for (const ending of ['ts', 'wxml', 'wxss', 'json'])
      expect(existsSync(join(ROOT, `${INDEX}.${ending}`))).toBe(true);
    expect(existsSync(join(ROOT, String(sitemapLocation)))).toBe(true);
    expect(json('project.config.json')).toMatchObject({
      appid: 'touristappid',
      miniprogramRoot: './',
      setting: { useCompilerPlugins: ['typescript'] },
    });
  });
});

describe('the page', () => {
  const open = (phone = new Phone()) => ({ phone, page: new Shell(phone).open(INDEX) });

  it('has a method for everything that its view calls, and shows nothing that it has not', () => {
    const { page } = open();
    expect(page.handlers().filter((name) => !page.has(name))).toEqual([]);
    const shown = [...page.wxml.matchAll(/\{\{(.*?)\}\}/g)].flatMap(([, expression = '']) =>
      expression.replace(/'[^']*'/g, '').match(/(?<![.\w])[a-z]\w*/gi),
    );
    const known = new Set([...Object.keys(page.data), 'item']);
    expect(shown.filter((name) => name !== null && !known.has(name))).toEqual([]);
  });

  it('lets nobody connect without a server and a user, nor send without a connection', () => {
    const { page } = open();
    const disabled = () => page.buttons().filter((button) => button.disabled);
    expect(disabled().map(({ text }) => text)).toEqual(['Connect', 'Send', 'Broadcast']);
    page.type('userId', 'A');
    page.type('toUserId', 'B');
    page.type('text', 'hello');
    expect(disabled().map(({ text }) => text)).toEqual(['Send', 'Broadcast']);
  });

  it('says in words what is wrong with the server address or the user', () => {
    const { page, phone } = open();
    page.type('userId', 'no spaces');
    page.tap('Connect');
    expect(page.data.problem).toBe('userId must be 1 to 64 of A-Z a-z 0-9 _ . @ -, got "no spaces"');
    page.type('userId', 'A');
    page.type('url', 'localhost');
    page.tap('Connect');
    expect(page.data.problem).toBe('url must be like wss://im.example.com, got "localhost"');
    expect(phone.sockets.dials).toBe(0);
  });

  it('remembers who was signed in where, and keeps the device', () => {
    const { page, phone } = open();
    page.type('url', ' ws://127.0.0.1:9 ');
    page.type('userId', 'A');
    page.tap('Connect');
    expect(page.data).toMatchObject({ signedIn: true, stateWords: 'Connecting…' });
    const device = phone.storage.get('device');
    expect(device).toMatch(/^wx-[a-z0-9]+$/);
    page.tap('Disconnect');
    const later = new Shell(phone).open(INDEX);
    expect(later.data).toMatchObject({ url: 'ws://127.0.0.1:9', userId: 'A', signedIn: false });
    later.tap('Connect');
    expect(phone.storage.get('device')).toBe(device);
    later.tap('Disconnect');
  });

  it('says why it waits, as the platform puts it', async () => {
    const { page, phone } = open();
    phone.sockets.failNext = 1;
    page.type('userId', 'A');
    page.tap('Connect');
    await page.shows(({ stateWords }) => String(stateWords).startsWith('No connection (connectSocket:fail). Next try'));
    page.tap('Disconnect');
    expect(page.data).toMatchObject({ signedIn: false, stateWords: 'Disconnected' });
  });
});

describe('words', () => {
  it('say where the connection is', () => {
    expect(wordsForState({ phase: 'waiting', retryInMs: 1200, because: '' })).toBe('No connection. Next try in 2 s');
    expect(wordsForState({ phase: 'closed', code: 4509, word: 'replaced' })).toContain('connected elsewhere');
    expect(wordsForState({ phase: 'closed', code: 4509, word: 'too_many_sessions' })).toContain('too many devices');
    expect(wordsForState({ phase: 'closed', code: 4777, word: '' })).toBe('Disconnected by the server: 4777');
    expect(wordsForState({ phase: 'paused' })).toBe('Resting in the background');
  });

  it('say what has become of a message', () => {
    expect(wordsForError(new MinimError('not_found', '"B" is not online'))).toBe(
      'not delivered: that user is not online',
    );
    expect(wordsForError(new MinimError('busy', 'the server is busy'))).toBe('the server is busy');
    expect(wordsForError('odd')).toBe('odd');
  });

  it('say the time by the clock of the phone', () => {
    expect(wordsForTime(new Date(2026, 0, 1, 9, 5).getTime())).toBe('09:05');
  });
});
