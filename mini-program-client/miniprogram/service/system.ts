import { type Words, wordsFor } from '../words/words';

/** What the phone is like. Older base libraries have one call for all of it, newer ones have several. */

interface Phone {
  readonly language?: string;
  /** In px; 16 unless people have set another one. */
  readonly fontSizeSetting?: number;
}

function phone(): Phone {
  try {
    const base: Phone = wx.getAppBaseInfo ? wx.getAppBaseInfo() : {};
    return base.fontSizeSetting && base.language ? base : { ...wx.getSystemInfoSync(), ...base };
  } catch (_) {
    return {};
  }
}

const NORMAL_PX = 16;

/** By how much texts are larger than normal, as a style for the root of a page: all sizes are multiples of it. */
export function textScale(): string {
  const size = phone().fontSizeSetting || NORMAL_PX;
  return `--t: ${Math.min(Math.max(size / NORMAL_PX, 0.85), 1.6).toFixed(2)};`;
}

export function words(): Words {
  return wordsFor(phone().language || 'en');
}

export interface TopBar {
  /** In px, all of it: where the status bar ends, how high what follows is, and how much WeChat's own buttons take. */
  readonly top: number;
  readonly height: number;
  readonly right: number;
}

const BAR_HEIGHT = 44;
const BUTTONS_WIDTH = 96;

/** Of a page that draws its own upper edge. */
export function topBar(): TopBar {
  try {
    const { statusBarHeight: top, windowWidth } = wx.getWindowInfo ? wx.getWindowInfo() : wx.getSystemInfoSync();
    const buttons = wx.getMenuButtonBoundingClientRect();
    // Some phones tell nothing of them before the first page is there.
    if (!buttons.height || buttons.top < top) return { top, height: BAR_HEIGHT, right: BUTTONS_WIDTH };
    return { top, height: buttons.height + 2 * (buttons.top - top), right: windowWidth - buttons.left + 4 };
  } catch (_) {
    return { top: 20, height: BAR_HEIGHT, right: BUTTONS_WIDTH };
  }
}
