import type { MiniProgramPhone } from '../../wx-phone.js';
import type { Appearance } from './appearance.js';
import type { Dialogs } from './dialogs.js';
import type { Keyboard } from './keyboard.js';
import type { Router } from './router.js';

interface Launch {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly scene: number;
}

interface Services {
  readonly phone: Pick<MiniProgramPhone, 'wx'>;
  readonly dialogs: Dialogs;
  readonly keyboard: Keyboard;
  readonly appearance: Appearance;
  readonly router: Router;
  readonly launch: Launch;
}

/** All of `wx` that there is: what the phone can do, and what its screen can. */
export function wxOf({ phone, dialogs, keyboard, appearance, router, launch }: Services): object {
  const wx = {
    ...phone.wx,
    ...dialogs.wx,
    ...keyboard.wx,
    ...appearance.wx,
    ...router.wx,
    nextTick: (act: () => void) => queueMicrotask(act),
    canIUse: (what: string) => (what.split('.')[0] ?? '') in wx,
    createSelectorQuery: () => (router.top?.instance as unknown as Selecting | undefined)?.createSelectorQuery(),
    pageScrollTo: ({ scrollTop = 0 }: { readonly scrollTop?: number }) => router.top?.element.scrollTo(0, scrollTop),
    stopPullDownRefresh: () => {},
    getAccountInfoSync: () => ({ miniProgram: { appId: 'touristappid', envVersion: 'develop', version: '' } }),
    getLaunchOptionsSync: () => launch,
    getEnterOptionsSync: () => launch,
    env: { USER_DATA_PATH: 'wxfile://usr' },
  };
  return wx;
}

interface Selecting {
  createSelectorQuery(): unknown;
}
