import type { Browser } from 'playwright-core';
import { needFile } from '../apt.js';
import { launchChromium, needChromium } from '../chromium.js';

const FONTS = [
  ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', 'fonts-noto-cjk'],
  ['/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf', 'fonts-noto-color-emoji'],
] as const;

/** The path of Debian's Chromium; `undefined` where there is none and it cannot be installed, for a suite to be skipped. */
export const chromiumPath = needChromium();

/** Whether text of all the world can be drawn, for pictures; installs what is missing. */
export function needFonts(): boolean {
  return FONTS.every(([path, aptPackage]) => needFile(path, aptPackage) !== undefined);
}

/** A browser in which any origin may ask any other, as `wx.request` may. */
export function startChromium(): Promise<Browser> {
  return launchChromium(chromiumPath ?? '', { flags: ['--disable-web-security'] });
}
