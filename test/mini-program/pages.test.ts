import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type JsdomOptions, openMiniProgram } from '../support/mini-program/jsdom-screen.js';
import { Phone } from '../support/wx-stand-in.js';

const root = join(import.meta.dirname, 'fixture');
const open = (options: JsdomOptions = {}, phone = new Phone()) => openMiniProgram(phone, { root, ...options });

describe('a page', () => {
  it('shows its data, and what became of it', async () => {
    const screen = open();
    expect(screen.title).toBe('The first');
    expect(screen.text).toContain('Nothing yet');
    screen.type('.name', 'Ann');
    expect(screen.find('.greeting')?.textContent).toBe('Hello Ann');
    screen.tap('Add');
    expect(screen.find<HTMLInputElement>('.name input')?.value).toBe('');
    screen.type('.name', 'Bob');
    screen.confirm('.name');
    expect(screen.all('.list .item').map(({ textContent }) => textContent?.trim())).toEqual(['Ann', 'Bob']);
    screen.tap('Bob');
    expect(screen.all('.list .item').map(({ textContent }) => textContent?.trim())).toEqual(['Ann', 'done: Bob']);
    expect(screen.warnings).toEqual([]);
  });

  it('hears nothing of a disabled button', () => {
    const screen = open();
    screen.tap('Add');
    expect(screen.page.data.items).toEqual([]);
  });

  it('hears of a finger that stays, and then of no tap', async () => {
    const screen = open();
    screen.type('.name', 'Ann');
    screen.tap('Add');
    await screen.longPress('Ann');
    expect(screen.page.calls).toContain('held 1');
    expect(screen.page.data.items).toMatchObject([{ done: false }]);
  });

  it('is told of its life in order', () => {
    const screen = open();
    expect(screen.page.calls).toEqual(['load {}', 'show', 'ready']);
  });

  it('binds a field both ways where it says so, and a switch', () => {
    const screen = open();
    screen.type('.story', 'once\nupon');
    expect(screen.page.data.story).toBe('once\nupon');
    screen.tap('wx-switch');
    expect(screen.page.data.on).toBe(true);
    expect(screen.find('wx-switch')?.getAttribute('aria-checked')).toBe('true');
  });

  it('that throws fails its test, unless the test looks', () => {
    const screen = open({ url: '/pages/second/second' });
    screen.tap('Throw');
    expect(screen.errors).toEqual([expect.stringContaining('thrown by the page')]);
  });

  it('sees nothing of a browser, nor of Node', () => {
    const screen = open({ url: '/pages/third/third' });
    expect(screen.text).toContain('undefined undefined undefined undefined function');
  });

  it('is as large as people have set', () => {
    const screen = open({ url: '/pages/third/third', device: { fontSize: 20 } });
    expect(screen.window.document.documentElement.style.fontSize).toBe('20px');
  });
});

describe('a component', () => {
  it('has its properties, slot, observers, events and styles of its own', () => {
    const screen = open();
    screen.type('.name', 'Ann');
    const bubble = screen.find('#bubble');
    expect(bubble?.textContent).toBe('ANNin the slot');
    screen.tap('.components-bubble-bubble--item');
    expect(screen.page.calls).toContain('poked 1, poke');
  });

  it('is told of its own life and of its page', async () => {
    const screen = open();
    const select = screen.page.selectComponent as (selector: string) => { readonly data: { readonly calls: unknown } };
    const { data } = select.call(screen.page, '#bubble');
    expect(data.calls).toEqual(['attached', 'show', 'ready']);
    screen.tap('To the second');
    await screen.settled();
    expect(data.calls).toEqual(['attached', 'show', 'ready', 'hide']);
  });
});

describe('from page to page', () => {
  it('takes a query as it stands in the URL', async () => {
    const screen = open();
    screen.tap('To the second');
    await screen.appears(() => screen.title === 'The second');
    expect(screen.routes).toEqual(['pages/first/first', 'pages/second/second']);
    expect(screen.find('.query')?.textContent).toBe('{"name":"a%20b","empty":""}');
  });

  it('comes back to what was there', async () => {
    const screen = open();
    screen.type('.name', 'Ann');
    const first = screen.page;
    screen.tap('To the second');
    await screen.settled();
    expect(first.calls).toEqual(['load {}', 'show', 'ready', 'focus', 'hide']);
    screen.tap('Replace');
    await screen.settled();
    expect(screen.routes).toEqual(['pages/first/first', 'pages/second/second']);
    expect(screen.find('.query')?.textContent).toBe('{"again":"yes"}');
    screen.tap('button[aria-label="Back"]');
    await screen.settled();
    expect(screen.page).toBe(first);
    expect(screen.title).toBe('The first');
    expect(screen.find<HTMLInputElement>('.name input')?.value).toBe('Ann');
  });

  it('keeps what lies under a tab', async () => {
    const screen = open();
    const first = screen.page;
    screen.tap('Third');
    await screen.settled();
    expect(screen.routes).toEqual(['pages/third/third']);
    screen.tap('First');
    await screen.settled();
    expect(screen.page).toBe(first);
    expect(first.calls).not.toContain('unload');
  });
});

describe('over the pages', () => {
  it('an action sheet is chosen from, or is not', async () => {
    const screen = open();
    screen.tap('.sheet');
    screen.tap(await screen.appears(() => screen.find('wx-dialog button')));
    await screen.appears(() => !screen.find('wx-dialog'));
    screen.tap('.sheet');
    await screen.appears(() => screen.find('wx-dialog'));
    screen.tap('Cancel');
    await screen.settled();
    expect(screen.page.calls).toContain('showActionSheet:fail cancel');
    expect(screen.page.calls).toContain('chose 0');
  });

  it('a question is answered, and what follows from it is said', async () => {
    const screen = open();
    screen.tap('.modal');
    await screen.appears(() => screen.find('wx-dialog'));
    expect(screen.text).toContain('It is gone then.');
    screen.tap('OK');
    await screen.appears(() => screen.find('wx-toast'));
    expect(screen.toasts).toEqual(['gone']);
  });
});

describe('the phone', () => {
  it('says when it turns dark, and the bars follow', () => {
    const screen = open();
    const bar = () => screen.window.document.documentElement.style.getPropertyValue('--nav-background');
    expect(bar()).toBe('#ffffff');
    screen.changeTheme('dark');
    expect(bar()).toBe('#111111');
    expect(screen.app.calls).toEqual(['launch pages/first/first', 'show', 'dark']);
  });

  it('goes to the background and comes back, and app and page hear of it', async () => {
    const phone = new Phone({ suspendAfterMs: 1 });
    const screen = open({}, phone);
    await phone.hide();
    phone.show();
    expect(screen.app.calls).toEqual(['launch pages/first/first', 'show', 'hide', 'show']);
    expect(screen.page.calls).toEqual(['load {}', 'show', 'ready', 'hide', 'show']);
  });

  it('keeps what an app stored when it throws the app away', () => {
    const phone = new Phone();
    const screen = open({}, phone);
    phone.wx.setStorageSync('kept', { by: 'the app' });
    screen.close();
    phone.switchOff();
    const again = new Phone({ storage: phone.storage });
    expect(again.wx.getStorageSync('kept')).toEqual({ by: 'the app' });
    expect(open({}, again).title).toBe('The first');
  });
});
